public import Changeset

/// A row of `conflict`: what two sides disagreed about, whose it is on either side, and what became of it. The same on both sides.
public struct ConflictRecord: Hashable, Sendable {
    /// Trunk, theirs, ours, rule, outcome, who may change it, the command that wrote theirs, the one that chose.
    public var conflict: Conflict
    /// The command that wrote ours.
    public var command: CommandID
    /// What it is about.
    public var ticket: TicketID
    /// Who gave `command`.
    public var oursBy: String?
    /// When that happened.
    public var oursAt: Milliseconds?
    /// Who wrote theirs; nil if that is not known.
    public var theirsBy: String?
    /// When that happened.
    public var theirsAt: Milliseconds?
    /// When somebody chose, by the centre's clock; nil = nobody has.
    public var settledAt: Milliseconds?
    /// Who chose.
    public var chosenBy: String?

    /// A record of a conflict that nobody has chosen about.
    public init(_ conflict: Conflict, command: CommandID, ticket: TicketID) {
        self.conflict = conflict
        self.command = command
        self.ticket = ticket
    }

    /// Reads a row of `conflict`. Nil if a column is missing that every version has.
    public init?(row: [Value]) {
        func value(_ column: ConflictColumn) -> Value { row.count > column.index ? row[column.index] : .null }
        guard let command = CommandID(value(.command)), let ticket = TicketID(value(.ticket)),
            let field = value(.field).string, let rule = value(.rule).string
        else { return nil }
        var conflict = Conflict(
            field: field, trunk: value(.trunk), theirs: value(.theirs), ours: value(.ours), rule: rule)
        // Words of a newer release, and rows of an older one: what is least.
        conflict.outcome = value(.outcome).string.flatMap(Conflict.Outcome.init(rawValue:)) ?? .theirs
        conflict.may = value(.may).string.flatMap(Conflict.Chooser.init(rawValue:)) ?? .centre
        conflict.against = CommandID(value(.against))
        conflict.settledBy = CommandID(value(.settledBy))
        self.init(conflict, command: command, ticket: ticket)
        oursBy = value(.oursBy).string
        oursAt = value(.oursAt).int
        theirsBy = value(.theirsBy).string
        theirsAt = value(.theirsAt).int
        settledAt = value(.settledAt).int
        chosenBy = value(.chosenBy).string
    }

    /// The row's key.
    public var key: [Value] { [command.value, .text(conflict.field)] }

    /// Keeps the other side that was named first: its author has been told, and `theirs` is what stood when the command was judged.
    /// What a later decision finds there is in the ticket.
    public mutating func keepTheirs(of first: ConflictRecord) {
        guard first.conflict.against != nil else { return }
        conflict.theirs = first.conflict.theirs
        conflict.against = first.conflict.against
        (theirsBy, theirsAt) = (first.theirsBy, first.theirsAt)
    }

    /// The row, all columns in order. Its three values are text, whatever the field's own type.
    public var row: [Value] {
        [
            command.value, .text(conflict.field), ticket.value, conflict.trunk.asText, conflict.theirs.asText,
            conflict.ours.asText,
            .text(conflict.rule), .text(conflict.outcome.rawValue), .text(conflict.may.rawValue),
            conflict.against?.value ?? .null, .optional(oursBy), .optional(oursAt), .optional(theirsBy), .optional(theirsAt),
            conflict.settledBy?.value ?? .null, .optional(settledAt), .optional(chosenBy),
        ]
    }
}

extension Conflict {
    /// The same with its values as its column has them: they are stored and travel as text.
    public var typed: Conflict {
        guard let column = TicketColumn(rawValue: field) else { return self }
        var typed = self
        typed.trunk = trunk.as(column)
        typed.theirs = theirs.as(column)
        typed.ours = ours.as(column)
        return typed
    }
}

extension Value {
    /// A text as a column has it; as it is, if that cannot be.
    fileprivate func `as`(_ column: TicketColumn) -> Value {
        guard let text = string else { return self }
        switch column {
        case .latitude, .longitude: return Double(text).map(Value.real) ?? self
        case .confidential, .createdAt, .dispatchedAt, .dueAt, .acceptedAt, .startedAt, .resolvedAt, .closedAt:
            return Int64(text).map(Value.integer) ?? self
        default: return self
        }
    }

    /// The value as text; NULL stays NULL, bytes become hexadecimal.
    fileprivate var asText: Value {
        switch self {
        case .null, .text: self
        case .integer(let number): .text(String(number))
        case .real(let number): .text(String(number))
        case .blob(let bytes): .text(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        }
    }
}
