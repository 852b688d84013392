internal import SyncProtocol
internal import Tickets

/// The rules on a terminal: per command and relation, which states have the same answer; what settles columns; the reasons.
package struct RulesPage {
    private let extract: RulesExtract
    private let language: PageLanguage
    private let width: Int
    private let measure: DisplayWidth

    /// - Parameter width: Cells of a line; at least 40 are taken.
    package init(_ extract: RulesExtract, language: PageLanguage, width: Int, measure: DisplayWidth) {
        self.extract = extract
        self.language = language
        self.width = max(40, width)
        self.measure = measure
    }

    /// The page, line by line.
    package var lines: [String] {
        var lines = commands
        if !extract.columns.isEmpty {
            lines += [""] + head(Self.columnsHead)
            for rule in ColumnRule.allCases { lines += column(rule) }
        }
        let relations = Relation.allCases.filter { relation in extract.lines.contains { $0.relation == relation } }
        if !relations.isEmpty {
            lines += [""] + head(Self.relationsHead)
            for relation in relations { lines += entry(relation.words.text(language), relation.meaning.text(language)) }
        }
        if !extract.reasons.isEmpty {
            lines += [""] + head(Self.reasonsHead)
            for reason in extract.reasons {
                lines += entry(reason.rawValue, language == .zh ? reason.chinese : reason.english, column: 22)
            }
        }
        return lines
    }

    private var commands: [String] {
        var lines: [String] = []
        for kind in Matrix.kinds {
            let cells = extract.lines.filter { $0.command == kind }
            guard !cells.isEmpty else { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append(language == .zh ? "\(kind.words.chinese) \(kind.rawValue)" : kind.rawValue)
            for group in Self.grouped(cells) {
                let relations = group.relations.map { $0.words.text(language) }.joined(separator: comma)
                lines += measure.wrapped(relations, to: width - 2).map { "  " + $0 }
                for row in group.rows.filter({ $0.states.count < Self.manyStates }) {
                    lines += line(row.states.map(name).joined(separator: comma), row.cell)
                }
                // What is true of most states is said last, and without naming them.
                for row in group.rows.filter({ $0.states.count >= Self.manyStates }) {
                    lines += line((group.rows.count == 1 ? Self.always : Self.otherwise).text(language), row.cell)
                }
            }
        }
        return lines
    }

    /// More than half of them, so that there is one such answer at most.
    private static let manyStates = Matrix.states.count / 2 + 1

    private func line(_ states: String, _ cell: Cell) -> [String] {
        entry(states, said(cell), indent: 4, column: min(34, width / 2 - 4))
    }

    /// One line per distinct answer, for relations that are answered alike.
    private struct Group {
        var relations: [Relation]
        var rows: [(states: [TicketState?], cell: Cell)]
    }

    private static func grouped(_ cells: [RulesExtract.Line]) -> [Group] {
        var groups: [Group] = []
        for relation in Relation.allCases {
            var rows: [(states: [TicketState?], cell: Cell)] = []
            for line in cells where line.relation == relation {
                if let same = rows.firstIndex(where: { $0.cell == line.cell }) {
                    rows[same].states.append(line.state)
                } else {
                    rows.append(([line.state], line.cell))
                }
            }
            guard !rows.isEmpty else { continue }
            let alike = groups.firstIndex { group in
                group.rows.count == rows.count
                    && zip(group.rows, rows).allSatisfy { $0.states == $1.states && $0.cell == $1.cell }
            }
            if let alike {
                groups[alike].relations.append(relation)
            } else {
                groups.append(Group(relations: [relation], rows: rows))
            }
        }
        return groups
    }

    private func name(_ state: TicketState?) -> String {
        guard let state else { return Self.noTicket.text(language) }
        return language == .zh ? state.chinese : state.rawValue
    }

    /// `superseded already-handled, words kept`
    private func said(_ cell: Cell) -> String {
        var text = (cell.verdict?.words ?? Self.byColumns).text(language)
        if cell.reason != .ok { text += " " + cell.reason.rawValue }
        if let to = cell.to { text += " → " + name(to) }
        return cell.keepsWords ? text + Self.wordsKept.text(language) : text
    }

    private func column(_ rule: ColumnRule) -> [String] {
        let columns = extract.columns.filter { $0.rule == rule }
        guard let may = columns.first?.may else { return [] }
        let names = columns.map { $0.column.words.text(language) }.joined(separator: comma)
        return entry(rule.words.text(language), names, column: 14)
            + entry("", rule.meaning.text(language) + Self.changedBy.text(language) + may.words.text(language), column: 14)
    }

    private func head(_ words: Words) -> [String] { measure.wrapped(words.text(language), to: width) }

    private var comma: String { language == .zh ? "、" : ", " }

    /// A name with its text beside it, both wrapped in columns of their own.
    private func entry(_ name: String, _ text: String, indent: Int = 2, column: Int = 12) -> [String] {
        let left = measure.wrapped(name, to: column)
        let right = measure.wrapped(text, to: width - indent - column - 2)
        let space = String(repeating: " ", count: indent)
        return (0..<max(left.count, right.count)).map { index in
            let head = index < left.count ? left[index] : ""
            guard index < right.count, !right[index].isEmpty else { return space + head }
            return space + measure.fitted(head, to: column) + "  " + right[index]
        }
    }

    private static let columnsHead = Words("Columns that both sides changed", "双方都修改的字段")
    private static let relationsHead = Words("How the author of a command stands to the ticket", "下达命令的人与工单的关系")
    private static let reasonsHead = Words("Reasons", "原因")
    private static let always = Words("always", "一律")
    private static let otherwise = Words("in all other cases", "其余情况")
    private static let noTicket = Words("(no such ticket)", "（没有该工单）")
    private static let byColumns = Words("column by column, see below", "逐字段比较，见下文")
    private static let wordsKept = Words(", words kept", "，文字保留")
    private static let changedBy = Words("; another may be chosen by ", "；可改选：")
}
