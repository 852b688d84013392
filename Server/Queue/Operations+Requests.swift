import CentralStore
import Changeset
import Tickets

/// A request from the field.
public struct RequestReport: Codable, Hashable, Sendable {
    /// UUID of the command that asked.
    public var request: String
    /// UUID of the ticket.
    public var ticket: String
    /// Official number.
    public var number: String?
    /// extension, dispute or long-term.
    public var kind: String
    /// Who asked.
    public var author: String
    /// When, milliseconds since 1970 UTC.
    public var givenAt: Int64
    /// Of an extension: how many days more.
    public var days: Int
    /// Of a long-term one: the review date, milliseconds since 1970 UTC.
    public var until: Int64?
    /// Why.
    public var words: String?
    /// pending, granted, refused or withdrawn.
    public var state: String
    /// Of a granted one: how many days.
    public var grantedDays: Int?
    /// When the ticket is due now, milliseconds since 1970 UTC.
    public var dueAt: Int64?
    /// The centre's words.
    public var answer: String?
    /// Who answered.
    public var decidedBy: String?
    /// When, milliseconds since 1970 UTC.
    public var decidedAt: Int64?

    init(_ line: RequestLine) {
        let request = line.request
        self.request = request.id.description
        ticket = line.ticket.description
        number = line.number
        kind = request.kind.rawValue
        author = request.author
        givenAt = request.givenAt
        days = request.days
        until = request.kind == .longTerm ? request.dueAt : nil
        words = line.words
        state = request.state.rawValue
        grantedDays = request.grantedDays
        dueAt = line.dueAt
        answer = request.answer
        decidedBy = request.decidedBy
        decidedAt = request.decidedAt
    }
}

extension Operations {
    func requests(withAnswered: Bool, limit: Int) async throws -> Outcome {
        .requests(
            try await read { try $0.requests(withAnswered: withAnswered, limit: min(limit, 100_000)).map(RequestReport.init) })
    }

    /// Answers the request that waits on a ticket.
    /// - Throws: `unknownTicket`, `nothingAsked`.
    func answer(
        _ reference: String, isGranted: Bool, days: Int?, to owner: String?, until: String?, words: String?, by author: String
    ) async throws -> Outcome {
        let pending = try await pendingRequest(on: reference)
        if let wrong = [
            (days != nil, RequestKind.extension_, "days"), (owner != nil, .dispute, "to"), (until != nil, .longTerm, "until"),
        ].first(where: { $0.0 && $0.1 != pending.kind }) {
            throw OperationProblem(.badArguments, "\(wrong.2) does not belong to a request of kind \(pending.kind.rawValue)")
        }
        var arguments: [String: Value] = ["request": .text(pending.id.description)]
        if let days { arguments["days"] = .integer(Int64(days)) }
        if let owner { arguments["assignee"] = .text(owner) }
        if let until {
            guard let day = Day(text: until) else { throw OperationProblem(.badArguments, "until is no day (YYYY-MM-DD)") }
            arguments["until"] = .integer(day.end)
        }
        if isGranted, pending.kind == .dispute, owner == nil {
            throw OperationProblem(.badArguments, "a dispute is granted to somebody: name who is to have the ticket")
        }
        if let words { arguments["body"] = .text(words) }
        return try await act(isGranted ? .grant : .refuse, on: reference, arguments, by: author)
    }

    /// Settles the dispute that waits on a ticket.
    /// - Throws: `unknownTicket`, `nothingAsked`.
    func rule(_ reference: String, isSignedOff: Bool, to owner: String, members: String, words: String, by author: String)
        async throws -> Outcome
    {
        let pending = try await pendingRequest(on: reference)
        let level = isSignedOff ? RungLevel.signOff : .ruling
        return try await act(
            .rule, on: reference,
            [
                "request": .text(pending.id.description), "level": .text(level.rawValue), "assignee": .text(owner),
                "members": .text(members), "body": .text(words),
            ], by: author)
    }

    private func pendingRequest(on reference: String) async throws -> TicketRequest {
        let id = try await ticket(reference)
        guard let pending = try await read({ try $0.ticket(id)?.ticket.pendingRequest }) else {
            throw OperationProblem(.nothingAsked, "no request waits for an answer on \(reference.printable)")
        }
        return pending
    }
}
