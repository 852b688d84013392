import Foundation
import SyncProtocol
import Tickets

/// Due dates for many questions at once: one JSON object per line, one answer per line, in order.
///
///     {"start":"2026-02-13T09:00:00+08:00","profile":"hotan","class":"general"}
///     {"due":"2026-02-25T23:59:59+08:00","provisional":false}
///
/// `start` is the moment of dispatch. `complex` takes the most days that the profile allows. A question that cannot be answered has the
/// answer `{"error":"line N: …"}` at its place.
public struct DueBatch {
    /// Questions that could not be answered.
    public private(set) var faultCount = 0

    private var rules: [String: Rules] = [:]
    private let calendar: WorkCalendar
    private let translate: (String) -> String
    private var line = 0
    private let decoder = JSONDecoder()

    private struct Question: Decodable {
        var start: String
        var profile: String
        var `class`: String
    }

    /// - Parameters:
    ///   - calendar: Counts by it.
    ///   - translate: What is wrong with a line, in the reader's language.
    public init(calendar: WorkCalendar, translate: @escaping (String) -> String = { $0 }) {
        self.calendar = calendar
        self.translate = translate
    }

    /// The answer to the next line, without its end.
    public mutating func answer(_ question: [UInt8]) -> String {
        line += 1
        do throws(OperationProblem) {
            let deadline = try deadline(question)
            return #"{"due":"\#(ImportTime.text(deadline.due))","provisional":\#(deadline.isProvisional)}"#
        } catch {
            faultCount += 1
            let text = JSONText.text(translate("line \(line): \(error.message)"))
            return String(decoding: JSONText.object(["error": text]).bytes, as: UTF8.self)
        }
    }

    private mutating func deadline(_ bytes: [UInt8]) throws(OperationProblem) -> Deadline {
        guard let question = try? decoder.decode(Question.self, from: Data(bytes)) else {
            throw OperationProblem(.badArguments, "not a JSON object with start, profile and class")
        }
        guard let start = ImportTime.parse(question.start) else {
            throw OperationProblem(.badArguments, "start is no time; write RFC 3339, such as 2026-02-13T09:00:00+08:00")
        }
        guard let one = DeadlineClass(rawValue: question.class) else {
            let known = DeadlineClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperationProblem(.badArguments, "unknown class; the classes are \(known)")
        }
        let rules = try rules(of: question.profile)
        guard let deadline = rules.deadline(dispatchedAt: start, class: one, days: rules.profile.deadlines[one]?.daysMax) else {
            throw OperationProblem(.badArguments, "start is beyond all reason")
        }
        return deadline
    }

    private mutating func rules(of profile: String) throws(OperationProblem) -> Rules {
        if let known = rules[profile] { return known }
        var new = Rules.embedded
        new.profile = try ProfileFile.load(try ProfileFile.reference(profile))
        new.calendar = calendar
        rules[profile] = new
        return new
    }
}
