import Screen

/// A table for a terminal: titles, an ASCII rule, rows, all columns aligned by cells.
struct Listing {
    /// One column.
    struct Column {
        var title: String
        var alignRight = false
        /// The least cells this column may be cut to when the table is wider than the terminal; nil = never cut.
        var least: Int?
    }

    /// One field of a row.
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var style: Style?
        /// What stands here where the table does not fit: a part that says enough.
        var short: String?

        /// A table is for finding things; `show` and --json have a long text whole.
        private static let charactersMax = 500

        init(_ text: String, _ style: Style? = nil, short: String? = nil) {
            self.short = short
            let head = text.prefix(Self.charactersMax)
            self.text = printable(head.endIndex < text.endIndex ? head + ".." : text)
            self.style = style
        }
        init(stringLiteral text: String) { self.init(text) }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    /// The same without one column.
    func without(column index: Int) -> Listing {
        var copy = self
        copy.columns.remove(at: index)
        for row in copy.rows.indices { copy.rows[row].remove(at: index) }
        return copy
    }

    /// The same with the short texts.
    private var shortened: Listing {
        var copy = self
        copy.rows = rows.map { $0.map { cell in cell.short.map { Cell($0, cell.style) } ?? cell } }
        return copy
    }

    /// - Parameter width: Cells of the terminal; nil = no bound, nothing is cut.
    func lines(width: Int?, measure: DisplayWidth, colour: Bool) -> [String] {
        let natural = self.widths(total: nil, measure).reduce(2 * (columns.count - 1), +)
        if let width, natural > width, rows.contains(where: { $0.contains { $0.short != nil } }) {
            return shortened.lines(width: width, measure: measure, colour: colour)
        }
        let widths = self.widths(total: width, measure)
        func line(_ cells: [Cell]) -> String {
            var text = ""
            for (index, cell) in cells.enumerated() {
                if index > 0 { text += "  " }
                var field = measure.fitted(cell.text, to: widths[index], alignRight: columns[index].alignRight)
                // No spaces at the end of a line: they make a full line wrap in some terminals.
                if cells[(index + 1)...].allSatisfy(\.text.isEmpty) { while field.last == " " { field.removeLast() } }
                text += field.isEmpty ? "" : cell.style.map { $0.applied(to: field, colour: colour) } ?? field
                if cells[(index + 1)...].allSatisfy(\.text.isEmpty) { break }
            }
            return text
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return [line(columns.map { Cell($0.title) }), rule] + rows.map(line)
    }

    /// Natural widths; where they do not fit, columns that may be cut give cells, widest first.
    private func widths(total: Int?, _ measure: DisplayWidth) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(measure.cells(columns[index].title)) { max($0, measure.cells($1[index].text)) }
        }
        guard let total else { return widths }
        var excess = widths.reduce(2 * (columns.count - 1), +) - total
        // First down to what each column should have; on a very narrow terminal further, rather than into the next line.
        for floor in [nil, 4] as [Int?] {
            while excess > 0 {
                let candidates = columns.indices.filter { index in
                    columns[index].least.map { widths[index] > min($0, floor ?? $0) } ?? false
                }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }
}

/// Titled values below each other, the values aligned and wrapped.
struct Fields {
    var rows: [(title: String, value: String, style: Style?)] = []

    mutating func add(_ title: String, _ value: String?, _ style: Style? = nil) {
        guard let value else { return }
        rows.append((title, value, style))
    }

    func lines(width: Int?, measure: DisplayWidth, colour: Bool) -> [String] {
        let titles = rows.reduce(0) { max($0, measure.cells($1.title)) }
        return rows.flatMap { row in
            let text = printable(row.value, keepsLines: true)
            let wrapped = measure.wrapped(text, to: width.map { max(20, $0 - titles - 2) } ?? Int.max)
            return wrapped.enumerated().map { index, line in
                let head = measure.fitted(index == 0 ? row.title : "", to: titles)
                let value = row.style.map { $0.applied(to: line, colour: colour) } ?? line
                return value.isEmpty ? head : head + "  " + value
            }
        }
    }
}

/// Emphasis that carries no meaning of its own: the words say the same without it.
enum Style {
    case strong, faint, good, attention, bad

    private var code: String {
        switch self {
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .attention: "33"
        case .bad: "31"
        }
    }

    func applied(to text: String, colour: Bool) -> String { colour ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}
