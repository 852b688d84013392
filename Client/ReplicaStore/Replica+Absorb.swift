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
    /// The sequence up to which the picture is complete; as before if no pull was completed.
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
    public var verdictCounts: [Verdict: Int] = [:]
    /// Commands that cannot be replayed here any more.
    public var needsCentreCount = 0
    /// Whether both sides hold the same entities; nil if it was not compared.
    public var fingerprintAgrees: Bool?
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
        switch staged {
        case .complete(let progressed):
            try pass(.syncStaged)
            let summary = try finishPull() ?? SyncSummary()
            return try more(progressed: progressed) ? .more : .done(summary)
        case .step(.wiped):
            // The log still has the rows that were just overwritten in the file.
            try mapped(path: path) { try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
            return .wiped
        case .step(let step):
            try pass(.syncStaged)
            return step
        case .pushOnly(let progressed):
            let standing = try read { try $0.standing() }
            let summary = SyncSummary(base: standing.cursor.base, confirmedAt: standing.confirmedAt)
            return try more(progressed: progressed) ? .more : .done(summary)
        }
    }

    /// Whether another request would find something to do. Without progress it would not: the same request again is for the next
    /// sync, not for a loop.
    private func more(progressed: Bool) throws -> Bool {
        guard progressed else { return false }
        return try read { rows in
            let standing = try rows.standing()
            let unsentCount = try rows.count("command WHERE \(isPending) AND verdict IS NULL AND sequence IS NULL")
            let unacknowledged = standing.acknowledgedSequence + 1 < standing.nextSequence
            return unsentCount > 0 || unacknowledged || standing.cursor.schemaVersion == 0
        }
    }

    /// Does the rebase of a complete pull, if there is one.
    /// - Returns: Nil if there is none.
    @discardableResult
    func finishPull() throws -> SyncSummary? {
        guard let pull = try read({ try $0.completePull() }) else { return nil }
        do {
            let summary = try write { _, rows in
                let rebase = Rebase(rows: rows, pull: pull, standing: try rows.standing(), rules: rules)
                return try rebase.run { try pass($0) }
            }
            try pass(.rebaseCommitted)
            return summary
        } catch ReplicaError.badAnswer where !pull.fromZero {
            // The rows do not fit together. Reading them again from zero needs nothing of what is here.
            try write { _, rows in try rows.readAnew(at: pull.serverTime) }
            return try read { SyncSummary(base: try $0.standing().cursor.base) }
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
