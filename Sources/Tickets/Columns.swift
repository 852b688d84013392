import Schema

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

/// What happens to each column that an edit can change: `Schema/Rules/columns.csv`.
public struct ColumnRules: Hashable, Sendable {
    /// One column.
    public struct Line: Hashable, Sendable {
        /// The column.
        public var column: TicketColumn
        /// What settles it.
        public var rule: ColumnRule
        /// Columns with the same word are compared, taken, left and chosen together.
        public var group: String?
        /// Who may change the outcome.
        public var may: Conflict.Chooser
    }

    /// The columns of this release.
    ///
    /// `try!` because the file is compiled in and a test reads it: no input of a run can make this fail.
    public static let embedded = try! ColumnRules(csv: SchemaResource.columns)

    /// In the order of the row.
    public let lines: [Line]

    /// - Throws: The first line that cannot be read or comes twice, a group whose columns have different rules, or the first
    ///   column that no line has.
    public init(csv bytes: [UInt8]) throws(RulesError) {
        var file = RulesFile(bytes, name: "columns.csv", fieldCount: 4)
        try file.header("column,rule,group,may")
        let known = CommandKind.edit.arguments
        var lines: [Line] = []
        while try file.next() {
            let fields = file.fields.map(file.text)
            guard let column = TicketColumn(rawValue: fields[0]), let rule = ColumnRule(rawValue: fields[1]),
                let may = Conflict.Chooser(rawValue: fields[3]), !fields[2].isEmpty,
                known[column.rawValue] != nil
            else { throw file.unreadable }
            let line = Line(column: column, rule: rule, group: fields[2] == "-" ? nil : fields[2], may: may)
            guard !lines.contains(where: { $0.column == column }) else { throw file.doubled }
            guard lines.allSatisfy({ $0.group != line.group || line.group == nil || ($0.rule, $0.may) == (rule, may) }) else {
                throw file.unreadable
            }
            lines.append(line)
        }
        for column in TicketColumn.allCases where known[column.rawValue] != nil {
            guard lines.contains(where: { $0.column == column }) else {
                throw .missing(file: "columns.csv", key: column.rawValue)
            }
        }
        self.lines = lines.sorted { $0.column.index < $1.column.index }
    }

    /// A column's line; nil for one that no edit can change.
    public subscript(column: TicketColumn) -> Line? { lines.first { $0.column == column } }

    /// The column and the others of its group, in the order of the row.
    public func together(with column: TicketColumn) -> [TicketColumn] {
        guard let group = self[column]?.group else { return [column] }
        return lines.filter { $0.group == group }.map(\.column)
    }
}
