import Changeset
public import Tickets

/// An entry of a ticket's history in which a command wrote columns of the ticket: who may be the other side of a conflict.
public struct ColumnWriter: Hashable, Sendable {
    /// The entry.
    public var sequence: UInt64
    /// The command.
    public var command: CommandID
    /// Who gave it.
    public var person: String
    /// When it happened.
    public var occurredAt: Milliseconds
    /// The columns of `ticket` that it wrote, by position; nil if the entry's body is erased, so that nobody can tell.
    public var columns: Set<Int>?

    /// A writer.
    public init(sequence: UInt64, command: CommandID, person: String, occurredAt: Milliseconds, columns: Set<Int>?) {
        self.sequence = sequence
        self.command = command
        self.person = person
        self.occurredAt = occurredAt
        self.columns = columns
    }

    /// The columns of the ticket's row that an entry wrote; nil for a body that is erased or cannot be read.
    public static func columns(in body: [UInt8]?, of ticket: TicketID) -> Set<Int>? {
        guard let body = body.flatMap(JournalBody.init(decoding:)) else { return nil }
        var columns: Set<Int> = []
        for change in body.changeset.changes where change.table == Table.ticket.name && change.operation == .update {
            guard change.key == [ticket.value] else { continue }
            for (index, value) in change.new.enumerated() where change.keyOrdinals[index] == 0 && value != nil {
                columns.insert(index)
            }
        }
        return columns
    }
}

extension TicketColumn {
    /// The columns that a conflict about `field` is about. One about a transition's words is about the step that was first.
    static func written(by field: String) -> [TicketColumn] {
        TicketColumn(rawValue: field).map(ColumnRules.embedded.together) ?? [.state, .assignee]
    }
}
