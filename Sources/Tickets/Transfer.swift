public import Changeset

/// The ticket went from one hand to another, or was sent back. Its words are the note of the same command. The first dispatch is none: that
/// stands in the ticket's own columns.
public struct Transfer: Hashable, Sendable {
    /// The command that did it.
    public var id: CommandID
    /// Its word: `return`, `dispatch`, `assign`, `grant` or `rule`.
    public var kind: String
    /// Who had it before; nil = nobody.
    public var giver: String?
    /// Who has it from then on; nil = sent back, nobody.
    public var taker: String?
    /// Who gave the command.
    public var author: String
    /// When, by `occurred_at`.
    public var at: Milliseconds
    /// Who approved that it leaves its first unit, where the city wants that; nil = nobody was asked.
    public var approvedBy: String?

    init(_ command: Command, giver: String?, taker: String?, in context: DecisionContext) {
        id = command.id
        kind = command.kind.rawValue
        self.giver = giver
        self.taker = taker
        author = context.author.person
        at = context.occurredAt
        approvedBy = command.text("approved_by")
    }

    /// Reads a row of `transfer`. Nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.transfer.columns.count, let id = CommandID(row[0]), let kind = row[2].string, let at = row[6].int
        else { return nil }
        self.id = id
        self.kind = kind
        giver = row[3].string
        taker = row[4].string
        author = row[5].string ?? ""
        self.at = at
        approvedBy = row[7].string
    }

    /// The row of `transfer`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, .text(kind), .optional(giver), .optional(taker), .text(author), .integer(at),
            .optional(approvedBy),
        ]
    }

    /// On one line, without its moment: how, from whom, to whom.
    public func line(names: (String) -> String) -> DueLine {
        Self.line(kind: kind, from: giver, to: taker, approvedBy: approvedBy, names: names)
    }

    /// The same of its columns.
    public static func line(
        kind: String, from giver: String?, to taker: String?, approvedBy: String?, names: (String) -> String
    ) -> DueLine {
        let from = giver.map(names) ?? "-"
        guard let taker else { return DueLine("sent back by \(from)", "\(from) 退回") }
        let approval = approvedBy.map { DueLine(", approved by \(names($0))", "（\(names($0))批准）") } ?? DueLine("", "")
        return DueLine(
            "\(kind): \(from) → \(names(taker))\(approval.english)",
            "\(chinese[kind] ?? kind)：\(from) → \(names(taker))\(approval.chinese)")
    }

    private static let chinese = ["dispatch": "再次派遣", "assign": "改派", "grant": "争议获准", "rule": "认定"]
}

extension Ticket {
    /// Whether a row that this command made stands here: then it has had its effect. A device meets that where it keeps a ticket as it
    /// was because a restored centre has yet to hear of its commands again.
    func hasRow(of command: CommandID) -> Bool {
        requests.contains { $0.id == command } || transfers.contains { $0.id == command }
            || parts.contains { $0.command == command }
    }

    /// How often it went from one hand to another.
    public var transferCount: Int { transfers.count { $0.taker != nil } }

    /// How often somebody said that it is not theirs: sent back, or disputed.
    public var bounceCount: Int {
        transfers.count { $0.taker == nil } + requests.count { $0.kind == .dispute && $0.state != .withdrawn }
    }
}

extension Command {
    /// Who gave the ticket to whom follows from what a decision does to it, whatever command does it.
    func transferChanges(with decision: Decision, on ticket: Ticket?, in context: DecisionContext) -> [RowChange] {
        guard let ticket, decision.verdict.takesEffect, !isRemoved("GZ3") else { return [] }
        let moves = decision.changes.contains { change in
            guard case .update(.ticket, _, let columns) = change else { return false }
            return columns[TicketColumn.state.index] != nil || columns[TicketColumn.assignee.index] != nil
        }
        // Nobody else has it, and it is in no other state: then there is nothing to say.
        guard moves else { return [] }
        var after = ticket
        for change in decision.changes { if case .update(.ticket, _, _) = change { after.apply(change) } }
        func row(to taker: String?) -> RowChange {
            .insert(.transfer, Transfer(self, giver: ticket.assignee, taker: taker, in: context).row(of: self.ticket))
        }
        if kind == .return, after.state == .returned, ticket.state != .returned { return [row(to: nil)] }
        if ticket.assignee != nil, let taker = after.assignee, taker != ticket.assignee { return [row(to: taker)] }
        guard kind == .retract, ticket.state == .returned, after.state != .returned, let target = retracted,
            ticket.transfers.contains(where: { $0.id == target })
        else { return [] }
        return [.delete(.transfer, key: [target.value])]
    }

    /// Whether a supervisor has to approve that the ticket leaves the unit that it was given to first, and none did.
    func lacksApproval(on ticket: Ticket, in context: DecisionContext) -> Bool {
        guard context.rules.profile.approvesLeavingFirstUnit, !isRemoved("BJ1"), let taker = text("assignee"),
            ticket[.firstResponsible] != .null, taker != ticket.assignee, taker != ticket[.firstResponsible].string
        else { return false }
        let people = context.directory?.people ?? [:]
        if let unit = people[taker]?.unit, unit == ticket.unit { return false }
        return context.author.role != .supervisor && text("approved_by").flatMap { people[$0]?.role } != .supervisor
    }
}
