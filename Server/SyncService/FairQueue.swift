/// Work that waits, taken so that nobody starves: deficit round robin over parties, in the order of arrival within each.
///
///     party A  ■■■■■■■■ ■■■■■■■■ …        heavy: saves credit over several turns, then sends one
///     party B  ▪                          light: served in its first turn
///     party C  ▪ ▪                  ──▶   batch: A's turn, B's turn, C's turn, A's turn …  until its bounds
///
/// A party that has work stands in one ring. At each turn it gets `quantum` of credit and gives away jobs as far as its credit
/// goes; what is left of the credit is kept while work waits, and lost when none does. Pure: no clock, no lock.
///
/// Holds: a job of weight w behind W of its own party's weight (itself included), with at most n parties in the ring meanwhile and
/// no job heavier than m, is taken after at most ⌈W ÷ quantum⌉ turns of everybody, that is after at most
/// n·(⌈W ÷ quantum⌉·quantum + m) of others' weight.
/// - Source: Shreedhar and Varghese, "Efficient fair queuing using deficit round robin", 1995; decision 0012.
struct FairQueue<Party: Hashable & Sendable, Item: Sendable>: Sendable {
    private struct Lane: Sendable {
        var items: [(item: Item, weight: Int)] = []
        /// Items before this one are gone; they are dropped together, so that taking one costs nothing.
        var first = 0
        var credit = 0
        var isEmpty: Bool { first == items.count }
    }

    /// Credit that a party gets at each turn, ≥ 1.
    let quantum: Int
    /// Weight of everything that waits.
    private(set) var weight = 0
    /// Jobs that wait.
    private(set) var count = 0
    private var lanes: [Party: Lane] = [:]
    /// Parties with work in the order of their turns, from `ringStart` on.
    private var ring: [Party] = []
    private var ringStart = 0
    /// The party in front has got the credit of its turn and was interrupted by the end of a batch.
    private var isInTurn = false

    /// Nothing waits.
    init(quantum: Int) {
        precondition(quantum >= 1, "quantum \(quantum)")
        self.quantum = quantum
    }

    /// Parties that have work waiting.
    var partyCount: Int { lanes.count }

    /// Weight that waits of one party.
    func weight(of party: Party) -> Int { lanes[party].map { $0.items[$0.first...].reduce(0) { $0 + $1.weight } } ?? 0 }

    /// Adds a job behind the others of its party. Bounding the queue is the caller's business.
    ///
    /// - Parameter weight: What it costs the writer, ≥ 1.
    mutating func push(_ item: Item, of party: Party, weight itemWeight: Int) {
        precondition(itemWeight >= 1, "weight \(itemWeight)")
        if lanes[party] == nil { ring.append(party) }
        lanes[party, default: Lane()].items.append((item, itemWeight))
        weight += itemWeight
        count += 1
    }

    /// The next batch: fair between parties, in order within each.
    ///
    /// A job that does not fit any more ends the batch and is the first of the next one, so that heavy ones are not passed for ever.
    /// - Parameters:
    ///   - weightMax: Of all jobs together; a heavier single one goes alone.
    ///   - countMax: Jobs, ≥ 1.
    /// - Returns: Empty only if nothing waits.
    mutating func takeBatch(weightMax: Int, countMax: Int) -> [Item] {
        var batch: [Item] = []
        var batchWeight = 0
        while ringStart < ring.count {
            let party = ring[ringStart]
            if !isInTurn { lanes[party]?.credit += quantum }
            isInTurn = true
            while let lane = lanes[party], !lane.isEmpty {
                let next = lane.items[lane.first]
                guard next.weight <= lane.credit else { break }
                guard batch.count < countMax, batch.isEmpty || batchWeight + next.weight <= weightMax else { return batch }
                batch.append(next.item)
                batchWeight += next.weight
                removeFirst(of: party, weight: next.weight)
            }
            endTurn(of: party)
        }
        return batch
    }

    private mutating func removeFirst(of party: Party, weight itemWeight: Int) {
        weight -= itemWeight
        count -= 1
        lanes[party]?.first += 1
        lanes[party]?.credit -= itemWeight
    }

    private mutating func endTurn(of party: Party) {
        isInTurn = false
        ringStart += 1
        if lanes[party]?.isEmpty ?? true {
            lanes[party] = nil
        } else {
            ring.append(party)
        }
        if let lane = lanes[party], lane.first > 64, lane.first * 2 > lane.items.count {
            lanes[party]?.items.removeFirst(lane.first)
            lanes[party]?.first = 0
        }
        // Half of it is gone: cheap, because each party is moved once for each that was dropped.
        if ringStart > 64, ringStart * 2 > ring.count {
            ring.removeFirst(ringStart)
            ringStart = 0
        }
    }
}
