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
    private var isNoted = false

    /// Reads what the last process left.
    init(_ store: any InFlightStore) {
        self.store = store
        var now: [CommandID] = []
        for line in store.read().split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "now" {
                now = words.dropFirst().compactMap { CommandID(text: $0) }
            } else if words.count == 3, words[0] == "suspect", let id = CommandID(text: words[1]), let stops = Int(words[2]) {
                suspects[id] = stops
            }
        }
        for id in now { suspects[id, default: 0] += now.count == 1 ? 1 : 0 }
        isNoted = !suspects.isEmpty
    }

    /// True for a command that was in flight at an unclean stop: it is decided alone.
    func isSuspect(_ id: CommandID) -> Bool { suspects[id] != nil }
    /// True for one that twice took the process down with it: it is held undecided.
    func isPoison(_ id: CommandID) -> Bool { suspects[id, default: 0] >= Self.stopsMax }

    /// Notes the commands that are about to be decided. Nothing is written for none.
    mutating func begin(_ ids: [CommandID]) {
        guard !ids.isEmpty else { return }
        write(now: ids)
        isNoted = true
    }

    /// The batch is decided and committed: nothing is in flight, and its suspects are cleared.
    mutating func end(decided ids: [CommandID]) {
        let before = suspects.count
        for id in ids { suspects[id] = nil }
        if isNoted || before != suspects.count { write(now: []) }
        isNoted = false
    }

    private func write(now ids: [CommandID]) {
        var text = ids.isEmpty ? "" : "now \(ids.map(\.description).joined(separator: " "))\n"
        for (id, stops) in suspects.sorted(by: { $0.key < $1.key }) { text += "suspect \(id) \(stops)\n" }
        store.replace(text)
    }
}
