/// What settles a column that both sides changed.
public enum ColumnRule: String, CaseIterable, Sendable, Hashable {
    /// The value of the centre stands.
    case centre
    /// The value of the field stands.
    case field
    /// Both sides' additions and removals count.
    case union
    /// A person decides.
    case person
}

/// Columns that are compared, taken, left and chosen together.
public enum Columns {
    /// The column and the others of its group, in the order of the row.
    public static func together(with column: TicketColumn) -> [TicketColumn] {
        column == .latitude || column == .longitude ? [.latitude, .longitude] : [column]
    }
}
