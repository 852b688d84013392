internal import FoundationEssentials

/// RFC 9457 problem details: what the centre answers with in place of a message. Holds no content of the request.
public struct ProblemDetails: Error, Hashable, Sendable, CustomStringConvertible {
    /// A code of a newer centre stays readable as text.
    public var code: String
    /// The HTTP status.
    public var status: Int
    /// What it is called.
    public var title: Words
    /// What it means.
    public var meaning: Words
    /// What to do.
    public var action: Words
    /// The part of the message, as sync.proto names it; nil if it is about the whole.
    public var part: String?
    /// When to try again, in seconds; also in the header Retry-After.
    public var retryAfterSeconds: Int?
    /// The centre's name of the request, for the operator who looks for it in the log; nil if there is none.
    public var requestID: String?

    /// The details of a known problem.
    public init(_ problem: Problem, part: String? = nil, retryAfterSeconds: Int? = nil) {
        code = problem.rawValue
        status = problem.httpStatus
        (title, meaning, action) = problem.words
        self.part = part
        self.retryAfterSeconds = retryAfterSeconds ?? problem.retryAfterSeconds
    }

    /// The details of an error.
    public init(_ error: ProtocolError) { self.init(error.problem, part: error.part, retryAfterSeconds: error.retryAfterSeconds) }

    /// The problem, if this build knows it.
    public var problem: Problem? { Problem(rawValue: code) }

    /// Code, title, meaning and what to do.
    public var description: String {
        "\(code) \(title.english)\(part.map { " (\($0))" } ?? ""). \(meaning.english) \(action.english)"
    }

    /// The JSON, canonical.
    public func encoded() -> [UInt8] {
        var object: [String: JSONText] = [
            "type": .text("urn:gridline:problem:\(code)"), "code": .text(code), "status": .number(Int64(status)),
            "title": .text(title.english), "title_zh": .text(title.chinese),
            "detail": .text(meaning.english), "detail_zh": .text(meaning.chinese),
            "action": .text(action.english), "action_zh": .text(action.chinese),
        ]
        if let part { object["part"] = .text(part) }
        if let retryAfterSeconds { object["retry_after_seconds"] = .number(Int64(retryAfterSeconds)) }
        if let requestID { object["request_id"] = .text(requestID) }
        return JSONText.object(object).bytes
    }

    /// Reads the JSON of a centre of any release. Words of a known code are this build's own: what a stranger's proxy says in
    /// their place is not shown.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        guard bytes.count <= 64 << 10, let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)),
            (400...599).contains(form.status), form.code.utf8.count <= 32
        else { throw ProtocolError(.unreadableAnswer, in: "problem") }
        if let problem = Problem(rawValue: form.code) {
            self.init(problem)
        } else {
            self.init(.internalError)
            code = form.code
            title = Words(form.title ?? code, form.title_zh ?? form.title ?? code)
            meaning = Words(form.detail ?? "", form.detail_zh ?? form.detail ?? "")
            action = Words(form.action ?? "", form.action_zh ?? form.action ?? "")
        }
        status = form.status
        part = form.part
        retryAfterSeconds = form.retry_after_seconds
        if let name = form.request_id, name.utf8.count <= 64, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            requestID = name
        }
    }
}

/// The JSON's own names.
private struct Form: Decodable {
    var code: String
    var status: Int
    var title: String?
    var title_zh: String?
    var detail: String?
    var detail_zh: String?
    var action: String?
    var action_zh: String?
    var part: String?
    var retry_after_seconds: Int?
    var request_id: String?
}
