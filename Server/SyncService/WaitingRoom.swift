import SyncProtocol
import Tickets

/// Who waits: the unit of fairness.
enum Party: Hashable, Sendable {
    /// One device, however many requests it sends.
    case device(ReplicaID)
    /// One person at the centre.
    case person(String)
    /// All devices that enrol, together: until they have, they are nobody.
    case newcomers
}

/// How much of the queue somebody may fill. The rest is kept for those who come behind them in this list.
enum Claim: Int, Sendable {
    /// A device that only asks for news. It loses nothing by coming later.
    case reading
    /// A device that brings commands.
    case writing
    /// A device that was turned away before and has come back.
    case returning
    /// A person at the centre: one dispatch serves many devices.
    case centre

    /// Percent of the queue's weight.
    var percent: Int {
        switch self {
        case .reading: 50
        case .writing: 75
        case .returning: 90
        case .centre: 100
        }
    }
}

/// Why a job was not taken in, and when to try again.
struct Shed: Hashable, Sendable {
    /// For the metrics.
    var reason: ShedReason
    /// For the header Retry-After.
    var retryAfterSeconds: Int
}

/// What bounds the queue and one batch. A weight is what a job costs the writer, about one per command.
struct CommitBounds: Sendable {
    /// Weight of one batch, so that one commit stays short; a heavier single job goes alone.
    var batchWeightMax = 600
    /// Jobs of one batch.
    var batchCountMax = 64
    /// Weight of everything that waits; beyond it a job is refused at once instead of waiting long.
    var queueWeightMax = 20_000
    /// Credit of a party at each turn: an eighth of a batch, so that eight who send much share one.
    var quantum: Int { max(1, batchWeightMax / 8) }
}

/// Who waits for the writer, who is let in and who is sent away until when. Pure: time and chance are parameters.
///
///     job ──admit──▶ fair queue ──takeBatch──▶ writer ──note──▶ rate of draining
///           └──────▶ line of return: come back in … seconds  ◀──────────┘
struct WaitingRoom<Item: Sendable>: Sendable {
    private struct Entry: Sendable {
        var item: Item
        var weight: Int
    }

    let bounds: CommitBounds
    private var queue: FairQueue<Party, Entry>
    private var line = ReturnLine<Party>(countMax: 20_000)
    private var rate = DrainRate()

    /// Nobody waits.
    init(bounds: CommitBounds) {
        self.bounds = bounds
        queue = FairQueue(quantum: bounds.quantum)
    }

    /// Jobs that wait.
    var count: Int { queue.count }
    /// Weight of the jobs that wait.
    var weight: Int { queue.weight }
    /// Places in the line of return.
    var returningCount: Int { line.count }

    /// Takes a job in, or turns it away.
    ///
    /// Whoever finds the queue empty is taken in, however heavy.
    /// - Returns: nil if it was taken in; else after how many seconds to come back.
    mutating func admit(
        _ item: Item, of party: Party, weight: Int, claim: Claim, now: Milliseconds, spread: (Int) -> Int
    ) -> Int? {
        let weight = max(1, weight)
        let claim = line.holds(party) && claim.rawValue < Claim.returning.rawValue ? .returning : claim
        let room = bounds.queueWeightMax * claim.percent / 100
        guard queue.count == 0 || queue.weight + weight <= room else {
            return line.turnAway(
                party, weight: weight, waiting: queue.weight, rate: rate.perSecond, now: now, spread: spread)
        }
        line.leave(party)
        queue.push(Entry(item: item, weight: weight), of: party, weight: weight)
        return nil
    }

    /// The next batch and its weight.
    mutating func takeBatch() -> (items: [Item], weight: Int) {
        let batch = queue.takeBatch(weightMax: bounds.batchWeightMax, countMax: bounds.batchCountMax)
        return (batch.map(\.item), batch.reduce(0) { $0 + $1.weight })
    }

    /// A batch of this weight took this long.
    mutating func note(weight: Int, milliseconds: Milliseconds) { rate.note(weight: weight, milliseconds: milliseconds) }

    /// Seconds in which what waits now will be worked off, 1 … `ReturnLine.secondsMax`.
    var drainSeconds: Int {
        min(ReturnLine<Party>.secondsMax, max(1, Int((Double(queue.weight + line.weight) / rate.perSecond).rounded(.up))))
    }
}

extension Job {
    /// Who shares a turn with this job.
    var party: Party {
        switch self {
        case .sync(let sync): .device(sync.request.replica)
        case .enrol: .newcomers
        case .acts(_, let author), .people(_, let author), .grids(_, let author), .reference(_, let author):
            .person(author)
        case .code(_, _, let author), .revoke(_, let author): .person(author)
        case .answer(let answer): .person(answer.by)
        // Nobody says who looks; all who do share one turn.
        case .outlook: .person("")
        }
    }

    /// What it may fill of the queue.
    var claim: Claim {
        switch self {
        case .sync(let sync): sync.commands.isEmpty && sync.retained.isEmpty ? .reading : .writing
        case .enrol: .writing
        default: .centre
        }
    }
}
