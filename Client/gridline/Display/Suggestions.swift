import ReplicaStore
import Screen
import SyncProtocol
import Tickets

extension Context {
    /// The ticket that a person means.
    ///
    /// - Throws: `Failure` with the nearest ones, status 64, where there is none.
    func ticket(_ reference: String, in replica: Replica) throws -> TicketID {
        do { return try replica.resolve(reference: reference) } catch let error as ReplicaError {
            guard case .unknownTicket = error else { throw error }
            throw Failure.unknownTicket(reference, near: Self.near(reference, in: try replica.tickets()))
        }
    }

    /// Up to three tickets: whose number is a slip away, or ends like what was typed, or whose title has it.
    static func near(_ reference: String, in tickets: [TicketSummary]) -> [TicketSummary] {
        func ticket(_ number: String) -> TicketSummary? {
            tickets.first { "\($0.localNumber)" == number || $0.number == number }
        }
        let numbers = tickets.map { "\($0.localNumber)" } + tickets.compactMap(\.number)
        var found = Nearest.words(to: reference, in: numbers).compactMap(ticket)
        if reference.count >= 2 {
            found += tickets.filter { $0.number?.hasSuffix(reference) ?? false }
            found += tickets.filter { $0.ticket[.title].string?.contains(reference) ?? false }
        }
        var seen: Set<TicketID> = []
        return Array(found.filter { seen.insert($0.id).inserted }.prefix(3))
    }
}

extension Failure {
    /// The error's own words, and the nearest tickets with their titles.
    static func unknownTicket(_ reference: String, near: [TicketSummary]) -> Failure {
        let error = ReplicaError.unknownTicket(reference: printable(reference))
        var words = Words(error.english, error.chinese)
        if !near.isEmpty {
            let lines = near.map { summary in
                let title = printable(summary.ticket[.title].string ?? "")
                return "  \(ticketLabel(summary.localNumber, summary.number))  \(title.prefix(40))\(title.count > 40 ? ".." : "")"
            }
            let list = Say.didYouMean("\n" + lines.joined(separator: "\n"))
            words = Words(words.english + "\n" + list.english, words.chinese + "\n" + list.chinese)
        }
        return Failure(code: error.code, words: words, exit: .usage, safe: Say.nothingRecorded)
    }

    /// No command has this name.
    static func unknownCommand(_ word: String, near: [String], all: [String]) -> Failure {
        let words =
            near.isEmpty
            ? Say.unknownCommand(word, all.joined(separator: ", "))
            : Say.unknownCommandNear(word, near.joined(separator: ", "))
        return Failure(code: "GL-C2012", words: words, exit: .usage, safe: nil)
    }
}

extension Replica {
    /// A person's name; their identifier where the device does not know them, or the name cannot be read.
    func nameOrID(_ person: String) -> String { (try? name(ofPerson: person)) ?? person }
}
