import Foundation
import Screen

/// Titled values below each other, the values aligned and wrapped to the terminal.
struct Sheet {
    private var rows: [(title: String, value: String)] = []

    mutating func add(_ title: String, _ value: String?) {
        if let value { rows.append((title, value)) }
    }

    func show(_ output: Output, indent: Int = 0) {
        let measure = DisplayWidth()
        let titles = rows.map { measure.cells($0.title) }.max() ?? 0
        let space = String(repeating: " ", count: indent)
        for row in rows {
            let lines = measure.wrapped(row.value.printableLines, to: max(20, output.width - indent - titles - 2))
            for (index, line) in lines.enumerated() {
                let head = measure.fitted(index == 0 ? row.title : "", to: titles)
                output.line(line.isEmpty ? space + head : "\(space)\(head)  \(line)")
            }
        }
    }
}

extension Output {
    /// Cells of a line: the terminal's, or what COLUMNS says; without either nothing is wrapped.
    var width: Int {
        if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), columns >= 20 { return columns }
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 20 ? Int(size.ws_col) : 100_000
    }

    /// A line of data that is wrapped under its own beginning, what follows its first line by so much further in.
    func wrapped(_ text: String, indent: Int, hanging: Int = 0) {
        let lines = DisplayWidth().wrapped(text.printableLines, to: max(20, width - indent - hanging))
        for (index, line) in lines.enumerated() {
            self.line(String(repeating: " ", count: index == 0 ? indent : indent + hanging) + line)
        }
    }
}

extension String {
    /// Without control characters other than line breaks: what people wrote must not steer a terminal.
    fileprivate var printableLines: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0 == "\n" || $0.properties.generalCategory != .control ? $0 : "\u{fffd}" }))
    }
}
