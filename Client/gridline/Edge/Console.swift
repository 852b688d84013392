import Glibc
import Screen
import SyncProtocol
import Tickets

/// Where results and talk go, and how they look there. Results go to standard output, everything else to standard error.
struct Console {
    var language: Language
    /// One JSON document in place of text.
    var json: Bool
    /// May this run ask its person something?
    var mayAsk: Bool
    /// Cells of the terminal; nil = no bound.
    var width: Int?
    var measure: DisplayWidth
    var colour: Bool
    var colourOfTalk: Bool
    /// Talk is left out, except for what went wrong.
    var quiet = false
    /// A person looks at standard error, and waits.
    var showsProgress = false

    /// Lines of a result.
    func out(_ lines: [String]) {
        File.writeAll(descriptor: STDOUT_FILENO, Array((lines.text(joinedBy: "\n") + "\n").utf8))
    }
    /// One line of a result.
    func out(_ words: Words) { out([words.text(language)]) }
    /// The result as JSON.
    func out(_ json: JSON) { out([json.line]) }
    /// A table, or a sentence where it has no rows.
    func out(_ listing: Listing, empty: Words) {
        listing.rows.isEmpty ? talk(empty) : out(listing.lines(width: width, measure: measure, colour: colour))
    }
    /// Titled values.
    func out(_ fields: Fields) { out(fields.lines(width: width, measure: measure, colour: colour)) }
    /// A line of talk.
    func talk(_ words: Words, _ style: Style? = nil) {
        if quiet && style != .bad { return }
        let text = wrapped(printable(words.text(language), keepsLines: true))
        let line = style.map { $0.applied(to: text, colour: colourOfTalk) } ?? text
        File.writeAll(descriptor: STDERR_FILENO, Array((line + "\n").utf8))
    }

    /// A text in lines that fit, where there is a terminal.
    func wrapped(_ text: String) -> String {
        width.map { measure.wrapped(text, to: $0).joined(separator: "\n") } ?? text
    }

    /// Asks for one line.
    ///
    /// - Throws: `needs` if this run may not ask; `cancelled` at the end of input or an empty line.
    func ask(_ question: Words, orElse needs: Failure) throws -> String {
        guard mayAsk else { throw needs }
        File.writeAll(descriptor: STDERR_FILENO, Array((question.text(language) + " ").utf8))
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) == 1, byte != 0x0a { bytes.append(byte) }
        let line = try decodedWords(bytes)
        guard line.contains(where: { !$0.isWhitespace }) else { throw Failure.cancelled }
        return line
    }
}

/// Facts about the terminal.
enum Terminal {
    /// COLUMNS, else the terminal's own width, else none: what goes into a pipe is not cut.
    static func width(_ environment: (String) -> String?) -> Int? {
        if let columns = environment("COLUMNS").flatMap(Int.init), columns >= 20 { return columns }
        return width(of: STDOUT_FILENO)
    }

    /// The terminal's own width; nil where there is none, or none that one can write in.
    static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return nil }
        return Int(size.ws_col)
    }

    /// NO_COLOR wins, then CLICOLOR_FORCE, then CLICOLOR=0, then whether a person looks.
    static func colour(isTerminal: Bool, _ environment: (String) -> String?) -> Bool {
        if environment("NO_COLOR") != nil { return false }
        if let force = environment("CLICOLOR_FORCE"), force != "0" { return true }
        if environment("CLICOLOR") == "0" || environment("TERM") == "dumb" { return false }
        return isTerminal
    }
}
