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
    /// Judged in this very request, without conflicts: the receipt says all there is.
    var isNewAndPlain = false
    /// Stored by this very request.
    var isNew = false
    /// The ticket's last change when this one's turn came.
    var versionBefore: UInt64 = 0
}

extension Round {
    /// Judges one command of a device, or finds what was said of it before.
    mutating func take(_ arrived: ArrivedCommand, of device: inout DeviceRecord, at place: ChainPlace, in sync: VerifiedSync)
        throws -> Answered
    {
        if let known = overlay.loaded.commands[arrived.id], !isPlanted("no-deduplication") {
            guard known.digest == arrived.sealed.digest else { return try clash(arrived, of: device) }
            if isPlanted("held-sent-as-new"), known.isUndecided { _ = try decideAgain(known, by: device.person) }
            return Answered(stored: known, changes: nil, changeset: nil)
        }
        // It is judged by what its target's entries say, and the target may stand in this very request.
        if arrived.command?.kind.namesAnother == true { try flush(underSavepoint: stepwise) }
        let before = device
        let answered: Answered
        do {
            answered = try step(arrived.id) { round in
                try round.judge(arrived, of: &device, at: place, in: sync, poisoned: false)
            }
        } catch StoreError.constraint {
            device = before
            answered = try step { round in try round.judge(arrived, of: &device, at: place, in: sync, poisoned: true) }
        }
        try revive(whatNames: answered)
        return answered
    }

    private mutating func judge(
        _ arrived: ArrivedCommand, of device: inout DeviceRecord, at place: ChainPlace, in sync: VerifiedSync, poisoned: Bool
    ) throws -> Answered {
        let occurrence = occurrence(of: arrived, on: device, in: sync)
        let ruling = poisoned ? .held(.poisoned) : try rule(arrived, of: device, occurrence)
        if arrived.receipt == nil { device.occurredFloor = occurrence.floor }
        var stored = StoredCommand(
            id: arrived.id, place: place, person: device.person, kind: arrived.kind, ticket: arrived.ticket,
            payload: arrived.sealed.payload, salt: arrived.sealed.salt, digest: arrived.sealed.digest,
            receivedAt: sync.arrivedAt, occurredAt: occurrence.at, clockFlagged: occurrence.flagged, verdict: ruling.verdict,
            reason: ruling.reason, waitsFor: ruling.waitsFor)
        var entry = draft(.verdict, by: device.person, ticket: arrived.ticket)
        let versionBefore = arrived.ticket.map(overlay.version) ?? 0
        let settles = arrived.command?.kind == .retract && ruling.verdict.takesEffect
        let own = settles ? [] : ruling.changes
        entry.changes = own + (try settled(ruling.settles, by: arrived.id, of: device.person))
        entry.command = .insert(stored)
        entry.take(ruling)
        stored.sequence = overlay.append(entry)
        if settles { try settle(arrived.command?.retracted, ruling.changes, by: device.person) }
        return Answered(
            stored: stored, changes: own, changeset: arrived.changeset, isNewAndPlain: entry.conflicts.isEmpty,
            isNew: true, versionBefore: versionBefore)
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
    private mutating func rule(_ arrived: ArrivedCommand, of device: DeviceRecord, _ occurrence: Occurrence) throws -> Ruling {
        guard device.revokedAt == nil || isPlanted("revoked-judged") else { return .held(.revoked) }
        guard let payload = arrived.payload else { return .held(.unreadable) }
        guard let command = arrived.command else { return .held(.unknownCommand) }
        guard let changeset = arrived.changeset else { return .held(.unreadable) }
        if let first = blocker(of: command, from: device.replica), !isPlanted("dependant-not-held") {
            return .held(.waitsFor, waitsFor: first)
        }
        let context = try context(
            author: overlay.author(device.person, on: command.ticket, seen: payload.seen.base), occurredAt: occurrence.at,
            wall: payload.given.wall, flagged: occurrence.flagged, trunk: Trunk(changeset, ticket: command.ticket), for: command)
        guard let decision = decide(command, on: overlay.ticket(command.ticket), in: context) else { return .held(.poisoned) }
        var ruling =
            isPlanted("receipt-unheard")
            ? Ruling(decision) : arrived.receipt.map { restored(decision, as: $0) } ?? Ruling(decision)
        ruling.name(targetOf: command)
        ruling.seenBase = base(seenIn: payload)
        return ruling
    }

    /// After a restore the receipt's verdict stands. An effect that fits no more is held, never rejected; a verdict without effect
    /// stands as it was.
    private func restored(_ decision: Decision, as receipt: Receipt) -> Ruling {
        if receipt.verdict.takesEffect {
            guard decision.verdict.takesEffect else {
                return isPlanted("restore-rejects") ? Ruling(decision) : .held(.afterRestore)
            }
            var ruling = Ruling(decision)
            ruling.verdict = receipt.verdict
            ruling.reason = receipt.reason
            return ruling
        }
        var ruling = decision.verdict.takesEffect ? Ruling(Decision(receipt.verdict, .ok)) : Ruling(decision)
        ruling.verdict = receipt.verdict
        ruling.reason = receipt.reason
        ruling.waitsFor = receipt.waitsFor
        // Open is what a dispatcher has to decide: all of a held command, and nothing of any other.
        for index in ruling.conflicts.indices where (ruling.conflicts[index].outcome == .open) != (receipt.verdict == .held) {
            ruling.conflicts[index].outcome = receipt.verdict == .held ? .open : .theirs
        }
        return ruling
    }

    /// The newest held command of the same replica on the same ticket that this one depends on.
    ///
    /// - Parameter later: Where the command stands itself, if it came before some of them were judged.
    func blocker(of command: Command, from replica: ReplicaID, before later: StoredCommand? = nil) -> CommandID? {
        overlay.undecided(on: command.ticket).filter { held in
            guard held.place?.replica == replica || isPlanted("strangers-wait"), later.map({ held.isBefore($0) }) ?? true,
                held.id != command.id,
                let earlier = held.command
            else { return false }
            return dependsOn(command, earlier)
        }.max { $0.isBefore($1) }?.id
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
        let isNew = clash.sequence == 0
        if isNew {
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
        return Answered(stored: stored, changes: nil, changeset: nil, isNew: isNew)
    }
}

extension StoredCommand {
    /// The sealed payload, read again. Nil if it is erased or unreadable.
    var readPayload: Payload? { payload.flatMap { try? Payload(decoding: $0) } }
    /// The command in it.
    var command: Command? { readPayload?.command }

    /// In the order of their device's chain, which is the order of giving; a verdict's sequence is not, because it may be renewed.
    func isBefore(_ other: StoredCommand) -> Bool {
        guard let ours = place, let theirs = other.place else { return sequence < other.sequence }
        return (ours.epoch, ours.sequence) < (theirs.epoch, theirs.sequence)
    }
}

extension Reading {
    /// The same reading in the terms of `Tickets`.
    init(_ clock: ClockReading) { self.init(wall: clock.wall, boot: clock.bootReading, bootID: clock.bootID) }
}
