/// Which ticket another one comes from: a task from the ticket that it sweeps after, a report from the task on which its author found it.
/// One line of text in the note that the command leaves, so that every device of the new ticket has it too:
///
///     ticket=6f1c… number=20261122-000007 words=同类诉求
///
/// Values are written as those of a `Route`.
public struct Descent: Hashable, Sendable {
    /// The ticket that it comes from.
    public var ticket: TicketID
    /// Its official number, if whoever gave the command knew one.
    public var number: String?
    /// Why.
    public var words: String?

    /// A descent.
    public init(from ticket: TicketID, number: String?, words: String? = nil) {
        (self.ticket, self.number, self.words) = (ticket, number, words)
    }

    /// Reads what `text` wrote; words that a newer release put in are passed over. Nil if it names no ticket.
    public init?(_ text: String) {
        let values = Route.values(in: text)
        guard let ticket = values["ticket"].flatMap({ TicketID(text: $0) }) else { return nil }
        self.init(from: ticket, number: values["number"], words: values["words"])
    }

    /// One line.
    public var text: String {
        let pairs = [("ticket", ticket.description as String?), ("number", number), ("words", words)]
        return pairs.compactMap { name, value in value.map { "\(name)=\(Route.coded($0))" } }.joined(separator: " ")
    }

    /// The note of a task.
    public static let ofTask = "sweep"
    /// The note of a report that came of a task.
    public static let ofReport = "from-task"

    /// What it says to people.
    public var shown: String { (number ?? String(ticket.description.prefix(8))) + (words.map { " " + $0 } ?? "") }
}
