import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// A command of a request with what stands in the store about it.
struct Answered: Sendable {
    /// What the receipt says; of a clash, a record of the second payload.
    let stored: StoredCommand
    /// What it changed, if it was judged in this very request; nil for a repeat.
    let changes: [RowChange]?
    /// The given changeset, if it could be read.
    let changeset: Changeset?
}

extension Round {
    /// Judges one command of a device, or finds what was said of it before.
    mutating func take(_ arrived: ArrivedCommand, of device: inout DeviceRecord, at place: ChainPlace, in sync: VerifiedSync)
        throws -> Answered
    {
        if let known = overlay.loaded.commands[arrived.id] {
            guard known.digest == arrived.sealed.digest else { return try clash(arrived, of: device) }
            return Answered(stored: known, changes: nil, changeset: nil)
        }
        let before = device
        do {
            return try step { round in try round.judge(arrived, of: &device, at: place, in: sync, poisoned: false) }
        } catch StoreError.constraint {
            device = before
            return try step { round in try round.judge(arrived, of: &device, at: place, in: sync, poisoned: true) }
        }
    }

    private mutating func judge(
        _ arrived: ArrivedCommand, of device: inout DeviceRecord, at place: ChainPlace, in sync: VerifiedSync, poisoned: Bool
    ) throws -> Answered {
        let occurrence = occurrence(of: arrived, on: device, in: sync)
        let ruling = poisoned ? .held(.poisoned) : rule(arrived, of: device, occurrence)
        if arrived.receipt == nil { device.occurredFloor = occurrence.floor }
        var stored = StoredCommand(
            id: arrived.id, place: place, person: device.person, kind: arrived.kind, ticket: arrived.ticket,
            payload: arrived.sealed.payload, salt: arrived.sealed.salt, digest: arrived.sealed.digest,
            receivedAt: sync.arrivedAt, occurredAt: occurrence.at, clockFlagged: occurrence.flagged, verdict: ruling.verdict,
            reason: ruling.reason, waitsFor: ruling.waitsFor)
        var entry = draft(.verdict, by: device.person, ticket: arrived.ticket)
        entry.changes = ruling.changes
        entry.command = .insert(stored)
        entry.conflicts = ruling.conflicts
        stored.sequence = overlay.append(entry)
        return Answered(stored: stored, changes: ruling.changes, changeset: arrived.changeset)
    }

    /// When it happened: as the receipt fixed it, else from the readings.
    private func occurrence(of arrived: ArrivedCommand, on device: DeviceRecord, in sync: VerifiedSync) -> Occurrence {
        if let receipt = arrived.receipt {
            return Occurrence(at: receipt.occurredAt, flagged: false, outlier: false, floor: device.occurredFloor)
        }
        guard let payload = arrived.payload else {
            return Occurrence(at: sync.arrivedAt, flagged: false, outlier: true, floor: device.occurredFloor)
        }
        return occurredAt(
            given: Reading(payload.given), request: Reading(sync.request.now), arrival: sync.arrivedAt,
            seenServerTime: payload.seen.serverTime, floor: device.occurredFloor)
    }

    /// The order of the checks is the order in which a command may stop being an ordinary one.
    private mutating func rule(_ arrived: ArrivedCommand, of device: DeviceRecord, _ occurrence: Occurrence) -> Ruling {
        guard device.revokedAt == nil else { return .held(.revoked) }
        guard let payload = arrived.payload else { return .held(.unreadable) }
        guard let command = arrived.command else { return .held(.unknownCommand) }
        guard let changeset = arrived.changeset else { return .held(.unreadable) }
        if let first = blocker(of: command, from: device.replica) { return .held(.waitsFor, waitsFor: first) }
        let context = context(
            author: overlay.author(device.person, on: command.ticket, seen: payload.seen.base), occurredAt: occurrence.at,
            wall: payload.given.wall, flagged: occurrence.flagged, trunk: Trunk(changeset, ticket: command.ticket), for: command)
        guard let decision = decide(command, on: overlay.ticket(command.ticket), in: context) else { return .held(.poisoned) }
        guard let receipt = arrived.receipt else { return Ruling(decision) }
        return restored(decision, as: receipt)
    }

    /// After a restore the receipt's verdict stands. An effect that fits no more is held, never rejected; a verdict without effect
    /// stands as it was.
    private func restored(_ decision: Decision, as receipt: Receipt) -> Ruling {
        if receipt.verdict.takesEffect {
            guard decision.verdict.takesEffect else { return .held(.afterRestore) }
            var ruling = Ruling(decision)
            ruling.verdict = receipt.verdict
            ruling.reason = receipt.reason
            return ruling
        }
        var ruling = decision.verdict.takesEffect ? Ruling(Decision(receipt.verdict, .ok)) : Ruling(decision)
        ruling.verdict = receipt.verdict
        ruling.reason = receipt.reason
        ruling.waitsFor = receipt.waitsFor
        return ruling
    }

    /// The newest held command of the same replica on the same ticket that this one depends on.
    func blocker(of command: Command, from replica: ReplicaID, before sequence: UInt64 = .max) -> CommandID? {
        overlay.undecided(on: command.ticket).last { held in
            guard held.place?.replica == replica, held.sequence < sequence, held.id != command.id,
                let earlier = held.command
            else { return false }
            return dependsOn(command, earlier)
        }?.id
    }

    /// A second payload under a known identifier: kept and held, once.
    private mutating func clash(_ arrived: ArrivedCommand, of device: DeviceRecord) throws -> Answered {
        let known = try transaction.clashes().first { $0.id == arrived.id && $0.digest == arrived.sealed.digest }
        var clash =
            known
            ?? CommandClash(
                id: arrived.id, replica: device.replica, payload: arrived.sealed.payload, salt: arrived.sealed.salt,
                digest: arrived.sealed.digest, receivedAt: now)
        if known == nil, let mine = overlay.clashes[arrived.sealed.digest] { clash = mine }
        if clash.sequence == 0 {
            try step { round in
                var entry = round.draft(.clash, by: device.person)
                entry.clash = clash
                clash.sequence = round.overlay.append(entry)
                round.overlay.keep(clash)
            }
        }
        var stored = StoredCommand(
            id: clash.id, place: nil, person: device.person, kind: arrived.kind, ticket: nil, payload: nil, salt: nil,
            digest: clash.digest, receivedAt: clash.receivedAt, occurredAt: clash.receivedAt, verdict: .held,
            reason: Reason.clash.rawValue)
        stored.sequence = clash.sequence
        return Answered(stored: stored, changes: nil, changeset: nil)
    }
}

extension StoredCommand {
    /// The sealed payload, read again. Nil if it is erased or unreadable.
    var readPayload: Payload? { payload.flatMap { try? Payload(decoding: $0) } }
    /// The command in it.
    var command: Command? { readPayload?.command }
}

extension Reading {
    /// The same reading in the terms of `Tickets`.
    init(_ clock: ClockReading) { self.init(wall: clock.wall, boot: clock.bootReading, bootID: clock.bootID) }
}
