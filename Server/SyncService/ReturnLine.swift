import Tickets

/// How fast the writer works off what waits, from its last batches: older ones count less and less.
struct DrainRate: Sendable {
    // Until something was measured: a third of what a small machine was seen to do.
    private var weight = 5_000.0
    private var milliseconds = 1_000.0

    /// A batch of this weight took this long.
    mutating func note(weight batch: Int, milliseconds spent: Milliseconds) {
        weight = weight * 0.8 + Double(batch)
        milliseconds = milliseconds * 0.8 + Double(max(0, spent))
    }

    /// Weight per second, at least 1.
    var perSecond: Double { max(1, weight * 1_000 / max(milliseconds, 1)) }
}

/// Those who were turned away, in the order in which they may come back.
///
/// Each gets its own time: when what waits and what was promised to those before it will be worked off. So they neither come back
/// together nor in vain, and whoever comes back has a right to room that newcomers have not. Pure; bounded.
struct ReturnLine<Party: Hashable & Sendable>: Sendable {
    private struct Place: Sendable {
        var weight: Int
        var dueAt: Milliseconds
        /// Where the party stands in `order`.
        var number: UInt64
    }

    /// Nobody is sent away for longer, seconds.
    static var secondsMax: Int { 300 }
    /// Places that are kept; whoever comes when all are taken is told to wait for the longest time, and has no place.
    let countMax: Int
    /// A place is lost if its party has not come this long after its time, milliseconds.
    let keptFor: Milliseconds = 600_000
    private var places: [Party: Place] = [:]
    private var order: [(party: Party, number: UInt64)] = []
    private var orderStart = 0
    private var nextNumber: UInt64 = 0
    /// Weight of all places.
    private(set) var weight = 0

    init(countMax: Int) { self.countMax = countMax }

    /// Places that are kept.
    var count: Int { places.count }

    /// Whether this party was turned away before, and has come back.
    func holds(_ party: Party) -> Bool { places[party] != nil }

    /// It was let in.
    mutating func leave(_ party: Party) {
        guard let place = places.removeValue(forKey: party) else { return }
        weight -= place.weight
    }

    /// Turns a party away.
    ///
    /// - Parameters:
    ///   - waiting: Weight that waits for the writer.
    ///   - rate: Weight per second that the writer works off.
    ///   - spread: A number from 0 up to and without its argument, as chance will have it.
    /// - Returns: Seconds after which to come back, 1 … `secondsMax`. A party that has a place keeps it, however often it asks.
    mutating func turnAway(
        _ party: Party, weight itemWeight: Int, waiting: Int, rate: Double, now: Milliseconds, spread: (Int) -> Int
    ) -> Int {
        dropLost(now)
        if let place = places[party] {
            let left = Int(clamping: (place.dueAt - now + 999) / 1_000)
            return min(Self.secondsMax, max(1, left) + spread(2))
        }
        let seconds = (Double(waiting + weight + itemWeight) / rate).rounded(.up)
        let wait = min(Self.secondsMax, max(1, Int(min(seconds, Double(Self.secondsMax)))))
        let told = min(Self.secondsMax, wait + spread(1 + wait / 4))
        guard places.count < countMax else { return Self.secondsMax }
        places[party] = Place(weight: itemWeight, dueAt: now + Milliseconds(told) * 1_000, number: nextNumber)
        order.append((party, nextNumber))
        nextNumber += 1
        weight += itemWeight
        return told
    }

    /// Those who did not come back in time lose their place; at most a few at each call, so that no call is long.
    private mutating func dropLost(_ now: Milliseconds) {
        for _ in 0..<8 where orderStart < order.count {
            let front = order[orderStart]
            if let place = places[front.party], place.number == front.number {
                guard place.dueAt + keptFor < now else { break }
                leave(front.party)
            }
            orderStart += 1
        }
        if orderStart > 64, orderStart * 2 > order.count {
            order.removeFirst(orderStart)
            orderStart = 0
        }
    }
}
