import Changeset
public import SyncProtocol
import Tickets

/// Which columns of one ticket's own row changed after a sequence, gathered from the journal's entries on the ticket, in order.
public struct ColumnsChanged {
    /// More than these of one ticket are not looked at: the row then goes whole.
    public static let entriesMax = 16

    private var columns: ColumnSet = []
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
        guard count <= Self.entriesMax, let body, isCertain else { return isCertain = false }
        // Where they stand: a page asks of hundreds of entries which columns they changed, and of none what they say.
        do {
            var reader = ChangesetReader(try JournalBody.changeset(in: body))
            while let change = try reader.next() {
                guard change.header.name == Table.ticket.name else { continue }
                guard change.operation == .update else { return isCertain = false }
                for (column, field) in change.new.enumerated() where field.type != .undefined { columns.insert(column) }
                last = sequence
            }
        } catch { isCertain = false }
    }

    /// What changed.
    ///
    /// - Parameter changed: The sequence of the row's last change, as the row has it: an entry that is listed elsewhere would be missed.
    /// - Returns: nil if it is not certain.
    public func columns(changed: UInt64) -> ColumnSet? { isCertain && last == changed ? columns : nil }
}
