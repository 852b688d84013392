import CSQLite
import GRDB
public import SyncProtocol
public import Tickets

/// What a client does next after an answer.
public enum SyncStep: Hashable, Sendable {
    /// Ask again at once: the pull goes on, or there is more to send.
    case more
    /// Nothing is left to do.
    case done(SyncSummary)
    /// A gap: the next request begins at this sequence.
    case resend(expected: UInt64)
    /// Pending commands get new headers under this epoch in the next request.
    case forked(epoch: UInt32)
    /// The device was revoked. Tickets are gone, commands are kept; ask again while there are unsent ones.
    case wiped
}

/// What a sync brought.
public struct SyncSummary: Hashable, Sendable {
    /// The sequence up to which the picture is complete.
    public var base: UInt64 = 0
    /// The centre's time of that picture.
    public var confirmedAt: Milliseconds?
    /// Tickets that came.
    public var enteredCount = 0
    /// Tickets that somebody changed.
    public var changedCount = 0
    /// Tickets that left the device.
    public var leftCount = 0
    /// Verdicts that were new, by verdict.
    public var verdictCounts = VerdictCounts()
    /// Commands that cannot be replayed here.
    public var needsCentreCount = 0
    /// Whether both sides hold the same entities; nil if it was not compared.
    public var fingerprintAgrees: Bool?

    /// Nothing yet.
    public init() {}
}

/// How many there are of each verdict.
public struct VerdictCounts: Hashable, Sendable {
    // In the order of the verdicts; for the client's short runs no dictionary (decision 0010).
    private var counts = [Int](repeating: 0, count: Verdict.allCases.count)

    /// None.
    public init() {}

    /// Those of one verdict.
    public subscript(verdict: Verdict) -> Int {
        get { counts[Self.place(of: verdict)] }
        set { counts[Self.place(of: verdict)] = newValue }
    }

    /// There are none.
    public var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

    private static func place(of verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? 0 }
}

extension Replica {
    /// Takes in one answer. Receipts, the chain's progress and the page are durable when this returns; with the last page the
    /// rebase has been done, in one transaction of its own.
    /// - Parameters:
    ///   - receivedAt: The device's clocks when the answer had arrived.
    ///   - sentAt: The clocks in the request.
    /// - Throws: `badAnswer`, and then nothing of the answer was kept; `diskFull`, and then it can be asked for again.
    public func absorb(_ response: SyncResponse, receivedAt: ClockReading, sentAt: ClockReading) throws -> SyncStep {
        let staged = try write { _, rows in
            try rows.stage(response, clockOffset: response.clockOffset(receivedAt: receivedAt, sentAt: sentAt))
        }
        if case .step(.wiped) = staged {
            // The log still has the rows that were just overwritten in the file.
            try mapped(path: path) { try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
            return .wiped
        }
        try pass(.syncStaged)
        switch staged {
        case .step(let step): return step
        case .complete(let progress):
            try finishPull()
            return try conclude(progress)
        case .pushOnly(let progress): return try conclude(progress)
        }
    }

    /// Every receipt of an answer as this device keeps it, for tests that look at answers.
    package func receipts(in response: SyncResponse) throws -> [Receipt] {
        try response.receipts + read { try $0.wholeReceipts(of: response) }
    }

    /// Asks again only where the last request achieved something: the same one again is for the next sync, not for a loop.
    private func conclude(_ progress: Progress) throws -> SyncStep {
        let (standing, isMoreToSend) = try read { rows in
            let standing = try rows.standing()
            return (standing, try rows.isMoreToSend(standing, progress))
        }
        let isReadAnew = standing.cursor.schemaVersion == 0 && !progress.wasReadingAnew
        if isMoreToSend || isReadAnew { return .more }
        return .done(
            brought.withLock { brought in
                defer { brought = SyncSummary() }
                brought.base = standing.cursor.base
                brought.confirmedAt = standing.confirmedAt
                return brought
            })
    }

    /// Does the rebase of a complete pull, if there is one. What it brought is told with the end of the sync.
    func finishPull() throws {
        guard let pull = try read({ try $0.completePull() }) else { return }
        do {
            let summary = try write { _, rows in
                try Rebase(rows: rows, pull: pull, standing: try rows.standing(), rules: self.rules).run { try pass($0) }
            }
            brought.withLock { $0.add(summary) }
            try pass(.rebaseCommitted)
        } catch let error as ReplicaError where error.isMendedByReadingAnew {
            // Once more from zero, which needs nothing of the rows that are here. What fails from zero is told; the next sync asks
            // again.
            try write { _, rows in pull.fromZero ? try rows.dropPull() : try rows.readAnew(at: pull.serverTime) }
            if pull.fromZero { throw error }
        }
    }
}

extension SyncSummary {
    /// One sync can take several pulls.
    mutating func add(_ other: SyncSummary) {
        enteredCount += other.enteredCount
        changedCount += other.changedCount
        leftCount += other.leftCount
        for verdict in Verdict.allCases { verdictCounts[verdict] += other.verdictCounts[verdict] }
        needsCentreCount = other.needsCentreCount
        fingerprintAgrees = other.fingerprintAgrees ?? fingerprintAgrees
    }
}

extension Rows {
    /// Whether another request would send something that this one could not.
    fileprivate func isMoreToSend(_ standing: Standing, _ progress: Progress) throws -> Bool {
        let isUnacknowledged = standing.acknowledgedSequence + 1 < standing.nextSequence
        if isUnacknowledged { return progress.acknowledged }
        guard try hasPending() else { return false }
        if try count("command WHERE \(isPending) AND verdict IS NULL AND sequence IS NULL") > 0 { return true }
        guard standing.retainedWanted, progress.told || progress.askedForRetained else { return false }
        return try count("command WHERE \(isRetained)", [standing.cursor.incarnation.value]) > 0
    }
}

extension ReplicaError {
    /// The rows that came do not fit together, or do not fit the rows that are here.
    fileprivate var isMendedByReadingAnew: Bool {
        switch self {
        case .badAnswer, .inconsistent: true
        // A row stands where one is put back.
        case .database(let code): code & 0xff == SQLITE_CONSTRAINT
        default: false
        }
    }
}

extension SyncResponse {
    /// The centre's clock minus the device's, with the answer taken to be half the round trip old.
    func clockOffset(receivedAt: ClockReading, sentAt: ClockReading) -> Milliseconds {
        let sameBoot = receivedAt.bootID == sentAt.bootID
        // Wrapping: a clock may claim anything, and an absurd offset is flagged where it is used.
        let roundTrip = sameBoot ? receivedAt.bootReading &- sentAt.bootReading : 0
        return serverTime &- (receivedAt.wall &- max(0, roundTrip) / 2)
    }
}
