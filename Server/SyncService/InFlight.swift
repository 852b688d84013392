import Tickets

/// Which commands were being decided when the process died. A trap in the decision code kills the process, so what is under way
/// is noted before it starts; the next start then decides the suspects one at a time, and gives up on one that was alone in
/// flight at two stops. Without fsync: it must outlive a trap, not a power cut.
public protocol InFlightStore: Sendable {
    /// What was noted last, or empty after a clean stop.
    func read() -> String
    /// Replaces what is noted. A failure to write is no reason to refuse commands, so none is reported.
    func replace(_ text: String)
}

/// Remembers nothing: for tests and tools that decide no device's commands.
public struct NoInFlightStore: InFlightStore {
    /// Nothing.
    public init() {}
    /// Nothing.
    public func read() -> String { "" }
    /// Forgets.
    public func replace(_ text: String) {}
}

/// The bookkeeping over an `InFlightStore`. Used by the writer thread alone.
///
/// Lines of the file: `now ID…` is what is being decided, `suspect ID STOPS` what was in flight at an unclean stop, with the
/// number of stops at which it was alone.
struct InFlight {
    /// Alone in flight at this many stops: the command is not decided again.
    static let stopsMax = 2

    private let store: any InFlightStore
    /// Suspects, with the number of stops at which each was alone in flight.
    private(set) var suspects: [CommandID: Int] = [:]
    /// What is noted as being decided.
    private(set) var now: [CommandID] = []
    /// What the store holds, so that nothing is written twice.
    private var noted: String

    /// Reads what the last process left.
    init(_ store: any InFlightStore) {
        self.store = store
        noted = store.read()
        var left: [CommandID] = []
        for line in noted.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "now" {
                left = words.dropFirst().compactMap { CommandID(text: $0) }
            } else if words.count == 3, words[0] == "suspect", let id = CommandID(text: words[1]), let stops = Int(words[2]) {
                suspects[id] = stops
            }
        }
        for id in left { suspects[id, default: 0] += left.count == 1 ? 1 : 0 }
    }

    /// True for a command that was in flight at an unclean stop: it is decided alone.
    func isSuspect(_ id: CommandID) -> Bool { suspects[id] != nil }
    /// True for one that twice took the process down with it: it is held undecided.
    func isPoison(_ id: CommandID) -> Bool { suspects[id, default: 0] >= Self.stopsMax }

    /// Notes the commands that are about to be decided; none, if nobody is to be blamed for a stop from here on.
    mutating func begin(_ ids: [CommandID]) {
        // Each attempt begins anew; nearly always with what is noted already.
        if ids == now, !ids.isEmpty { return }
        now = ids
        write()
    }

    /// The batch is decided and committed: nothing is in flight, and its suspects are cleared. One that was given up stays so: it was
    /// never decided, and whoever accepts it by hand must not take the process down once more.
    mutating func end(decided ids: [CommandID]) {
        for id in ids where !isPoison(id) { suspects[id] = nil }
        now = []
        write()
    }

    /// A person has answered the command: nobody decides it again.
    mutating func forget(_ id: CommandID) { suspects[id] = nil }

    private mutating func write() {
        var text = ""
        if !now.isEmpty {
            // Thousands of them in an import.
            text.reserveCapacity(5 + 37 * now.count)
            text += "now"
            for id in now { text += " \(id.description)" }
            text += "\n"
        }
        for (id, stops) in suspects.sorted(by: { $0.key < $1.key }) { text += "suspect \(id) \(stops)\n" }
        guard text != noted else { return }
        store.replace(text)
        noted = text
    }
}
