import Changeset
public import SyncProtocol
import Tickets

/// Which columns of one ticket's own row changed after a sequence, gathered from the journal's entries on the ticket, in order.
public struct ColumnsChanged {
    /// More than these of one ticket are not looked at: the row then goes whole.
    public static let entriesMax = 16

    private var columns: Set<Int> = []
    private var count = 0
    private var isCertain = true
    private var last: UInt64 = 0

    /// Nothing gathered yet.
    public init() {}

    /// Takes in one entry.
    ///
    /// - Parameter body: As stored; nil once erased.
    public mutating func take(sequence: UInt64, body: [UInt8]?) {
        count += 1
        guard count <= Self.entriesMax, let body, let changes = JournalBody(decoding: body)?.changeset.changes else {
            isCertain = false
            return
        }
        for change in changes where change.table == Table.ticket.name {
            guard change.operation == .update else {
                isCertain = false
                return
            }
            columns.formUnion(change.new.indices.filter { change.new[$0] != nil })
            last = sequence
        }
    }

    /// What changed.
    ///
    /// - Parameter changed: The sequence of the row's last change, as the row has it: an entry that is listed elsewhere would be missed.
    /// - Returns: nil if it is not certain.
    public func columns(changed: UInt64) -> ColumnSet? { isCertain && last == changed ? ColumnSet(columns) : nil }
}
