import Synchronization
import Tickets

/// Devices that wait to be told of news, by the scopes that they may hold.
///
///     watch ──register──▶ scope ─▶ watches            commit ──notify(scopes, head)──▶ the watches of these scopes, nobody else
///
/// A commit costs what it touches: the store is asked once, when a watch begins, and never again. Besides the watches, the newest
/// sequence of each scope is kept, so that a commit between asking the store and registering is not missed: scopes are people,
/// grids and units, a few thousand short names.
///
///     device's request                      writer
///     reads the store: nothing beyond 40
///                                           commits 41 in "p:li-na"; notify: nobody there; newest["p:li-na"] = 41
///     register(base 40): 41 > 40: news, at once
public final class Watchers: Sendable {
    private struct State: Sendable {
        var watches: [ObjectIdentifier: Watch] = [:]
        var byScope: [String: Set<ObjectIdentifier>] = [:]
        var byReplica: [ReplicaID: ObjectIdentifier] = [:]
        var newest: [String: UInt64] = [:]
        var isClosed = false
    }

    /// What becomes of a device that wants to watch.
    public enum Registration: Sendable {
        /// It waits.
        case waiting(Watch)
        /// There is news already.
        case news
        /// As many watch as may.
        case full
        /// The service is ending.
        case closed
    }

    private let countMax: Int
    private let state = Mutex(State())
    /// Devices that may ask in one second for what they were told of.
    static let callsPerSecond = 100
    /// The longest time over which they are spread.
    static let spreadSecondsMax = 60

    /// - Parameter countMax: Watches at once.
    init(countMax: Int) { self.countMax = countMax }

    /// Watches that wait.
    public var count: Int { state.withLock { $0.watches.count } }

    /// Whether one more fits.
    var hasRoom: Bool { state.withLock { $0.watches.count < countMax } }

    /// Begins a watch. A device has one: an earlier one ends, as if its time were over. Its connection may be dead without anybody
    /// having said so.
    ///
    /// - Parameters:
    ///   - scopes: What the person may hold.
    ///   - base: What the replica holds.
    func register(_ replica: ReplicaID, scopes: [String], base: UInt64) -> Registration {
        let (registration, earlier) = state.withLock { state -> (Registration, Watch?) in
            if state.isClosed { return (.closed, nil) }
            let earlier = state.byReplica[replica].flatMap { Self.remove($0, from: &state) }
            if scopes.contains(where: { state.newest[$0, default: 0] > base }) { return (.news, earlier) }
            guard state.watches.count < countMax else { return (.full, earlier) }
            let watch = Watch(self, replica: replica, scopes: scopes, base: base)
            let id = ObjectIdentifier(watch)
            state.watches[id] = watch
            state.byReplica[replica] = id
            for scope in scopes { state.byScope[scope, default: []].insert(id) }
            return (.waiting(watch), earlier)
        }
        earlier?.resume(.quiet)
        return registration
    }

    /// Tells those whom a commit concerns. Called by the writer before it answers: whoever has read an answer finds its sequence
    /// here.
    ///
    /// - Parameters:
    ///   - scopes: Touched by the commit.
    ///   - head: The sequence of its last entry.
    func notify(_ scopes: Set<String>, head: UInt64) {
        guard !scopes.isEmpty else { return }
        let told = state.withLock { state -> [Watch] in
            var ids: Set<ObjectIdentifier> = []
            for scope in scopes {
                state.newest[scope] = max(state.newest[scope, default: 0], head)
                if let watching = state.byScope[scope] { ids.formUnion(watching) }
            }
            let behind = ids.filter { state.watches[$0].map { $0.base < head } ?? false }
            return behind.compactMap { Self.remove($0, from: &state) }
        }
        // Many who hear of the same thing come one after another.
        let spread = min(Self.spreadSecondsMax, told.count / Self.callsPerSecond)
        for watch in told { watch.resume(.news(spreadSeconds: spread)) }
    }

    /// A device may no longer watch.
    func end(_ replica: ReplicaID) {
        let watch = state.withLock { state in state.byReplica[replica].flatMap { Self.remove($0, from: &state) } }
        watch?.resume(.refused)
    }

    /// Ends every watch and lets nobody begin one.
    func close() {
        let all = state.withLock { state -> [Watch] in
            state.isClosed = true
            return Array(state.watches.keys).compactMap { Self.remove($0, from: &state) }
        }
        for watch in all { watch.resume(.stopping) }
    }

    fileprivate func end(_ watch: Watch, _ ending: Watch.Ending) {
        let found = state.withLock { Self.remove(ObjectIdentifier(watch), from: &$0) }
        found?.resume(ending)
    }

    /// - Returns: The watch, if nobody ended it before.
    private static func remove(_ id: ObjectIdentifier, from state: inout State) -> Watch? {
        guard let watch = state.watches.removeValue(forKey: id) else { return nil }
        if state.byReplica[watch.replica] == id { state.byReplica[watch.replica] = nil }
        for scope in watch.scopes {
            state.byScope[scope]?.remove(id)
            if state.byScope[scope]?.isEmpty ?? false { state.byScope[scope] = nil }
        }
        return watch
    }

    /// Scopes that somebody watches, for tests: none may be left behind.
    var watchedScopeCount: Int { state.withLock { $0.byScope.count } }

    /// Whether a watch has not ended, for tests.
    func isWaiting(_ watch: Watch) -> Bool { state.withLock { $0.watches[ObjectIdentifier(watch)] != nil } }
}

/// One device's wait. It ends once, by whatever comes first.
public final class Watch: Sendable {
    /// How a watch ends.
    public enum Ending: Hashable, Sendable {
        /// There is something beyond the base. The device comes within this time, at a moment of its own choice.
        case news(spreadSeconds: Int)
        /// The time is over, or the device hung up.
        case quiet
        /// The device may no longer watch.
        case refused
        /// The service is ending.
        case stopping
    }

    private enum Progress: Sendable {
        case open
        case awaited(CheckedContinuation<Ending, Never>)
        case ended(Ending)
    }

    let replica: ReplicaID
    let scopes: [String]
    let base: UInt64
    private let watchers: Watchers
    private let progress = Mutex(Progress.open)

    fileprivate init(_ watchers: Watchers, replica: ReplicaID, scopes: [String], base: UInt64) {
        self.watchers = watchers
        self.replica = replica
        self.scopes = scopes
        self.base = base
    }

    /// Ends the watch, unless it has ended: the slot is free on return.
    public func end(_ ending: Ending) { watchers.end(self, ending) }

    /// Waits for the end. To be called once.
    public func ending() async -> Ending {
        await withCheckedContinuation { continuation in
            let known = progress.withLock { progress -> Ending? in
                if case .ended(let ending) = progress { return ending }
                progress = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    fileprivate func resume(_ ending: Ending) {
        let waiting = progress.withLock { progress -> CheckedContinuation<Ending, Never>? in
            switch progress {
            case .ended: return nil
            case .open:
                progress = .ended(ending)
                return nil
            case .awaited(let continuation):
                progress = .ended(ending)
                return continuation
            }
        }
        waiting?.resume(returning: ending)
    }
}
