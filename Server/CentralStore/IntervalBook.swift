import Tickets

/// Intervals that open and close in one batch, each once.
struct IntervalBook<Holder: Hashable & Sendable> {
    private struct Key: Hashable {
        var holder: Holder
        var scope: String
        var since: UInt64
    }
    private var index: [Key: Int] = [:]
    private(set) var writes: [WritePlan.IntervalWrite<Holder>] = []

    mutating func open(_ holder: Holder, _ scope: String, since: UInt64) {
        index[Key(holder: holder, scope: scope, since: since)] = writes.count
        writes.append(.init(holder: holder, interval: ScopeInterval(scope: scope, since: since), isNew: true))
    }

    mutating func close(_ holder: Holder, _ scope: String, since: UInt64, until: UInt64) {
        if let place = index[Key(holder: holder, scope: scope, since: since)] {
            writes[place].interval.until = until
        } else {
            writes.append(.init(holder: holder, interval: ScopeInterval(scope: scope, since: since, until: until), isNew: false))
        }
    }
}
