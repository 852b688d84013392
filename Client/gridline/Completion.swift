import ArgumentParser
import ReplicaStore
import Screen

/// What a shell is offered where a ticket is to be named.
enum Completion {
    /// The word with which a completion script begins its question.
    static let question = "---completion"
    private static let ticketsMax = 200
    private static let titleCells = 40

    /// Answers a shell. It asks between two keys, so nothing is said of what is wrong, and the run always ends well.
    static func answer(_ raw: [[UInt8]]) -> Int32 {
        do { _ = try Gridline.parse(raw) } catch {
            if Gridline.exitCode(for: error) == .success {
                let text = Gridline.fullMessage(for: error)
                if !text.isEmpty { print(text) }
            }
        }
        return ExitStatus.done.rawValue
    }

    /// One line per ticket, in the form that the shell wants.
    ///
    /// - Parameters:
    ///   - prefix: What the person has typed of the word.
    ///   - shell: nil where nobody says which.
    static func lines(_ tickets: [TicketGlance], prefix: String, shell: CompletionShell?) -> [String] {
        // Who begins with letters means the official number.
        let isOfficial = !prefix.isEmpty && !prefix.allSatisfy(\.isNumber)
        let found = tickets.compactMap { ticket -> (word: String, title: String)? in
            let word = isOfficial ? ticket.number ?? "" : "\(ticket.localNumber)"
            return !word.isEmpty && word.hasPrefix(prefix) ? (word, title(ticket)) : nil
        }
        switch shell?.rawValue {
        case "zsh": return found.map { $0.word.replacing(":", with: "\\:") + ":" + $0.title.replacing(":", with: "\\:") }
        case "fish": return found.map { "\($0.word)\t\($0.title)" }
        // bash inserts what it shows: the title stands there as long as there is a choice, and goes when one is left.
        default: return found.count == 1 ? [found[0].word] : found.map { "\($0.word)  \($0.title)" }
        }
    }

    /// On one line, and without a slash: bash would take what stands before it for a folder.
    private static func title(_ ticket: TicketGlance) -> String {
        let text = printable(ticket.title ?? ticket.number ?? "").replacing("/", with: "／")
        let measure = DisplayWidth()
        return measure.cells(text) > titleCells ? measure.fitted(text, to: titleCells) : text
    }

    static func tickets(_: [String], _: Int, _ prefix: String) -> [String] {
        let path = homeFolder(environment) + "/replica.sqlite"
        return lines(TicketGlance.all(at: path, countMax: ticketsMax), prefix: prefix, shell: .requesting)
    }
}

extension Completion {
    /// Open conflicts with their fields.
    static func conflicts(_: [String], _: Int, _ prefix: String) -> [String] {
        let path = homeFolder(environment) + "/replica.sqlite"
        let language = Language.launch
        return ConflictGlance.all(at: path, countMax: ticketsMax).filter { "\($0.number)".hasPrefix(prefix) }.map { glance in
            let words = [glance.localNumber.map { "#\($0)" }, fieldWords(glance.field).text(language)]
                .compactMap { $0 }.joined(separator: " ")
            switch CompletionShell.requesting?.rawValue {
            case "zsh": return "\(glance.number):\(words)"
            case "fish": return "\(glance.number)\t\(words)"
            default: return "\(glance.number)"
            }
        }
    }
}

extension CompletionKind {
    /// Open conflicts of this device.
    static var conflicts: CompletionKind { .custom { Completion.conflicts($0, $1, $2) } }
    /// Tickets of this device.
    static var tickets: CompletionKind { .custom { Completion.tickets($0, $1, $2) } }
}
