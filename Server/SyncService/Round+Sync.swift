import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// What the writer says on one request; the page is read and receipts are authenticated afterwards, on the caller's thread.
struct SyncOutcome: Sendable {
    var device: DeviceRecord
    /// Chain position that the device may count on, in the request's epoch.
    var acknowledgedSequence: UInt64 = 0
    /// One per command, retained ones last.
    var answered: [Answered] = []
    var forkEpoch: UInt32?
    var expectedSequence: UInt64?
    var sendRetained = false
    /// The device was revoked and has nothing more to say.
    var wipe = false
    /// Tickets whose rows stand as the given changesets left them, with their version.
    var confirmable: [TicketID: UInt64] = [:]
    /// The commands that left them so. What came retained beside them is none of these: its verdict is of another life of the store.
    var confirming: Set<CommandID> = []
}

extension Round {
    /// The transaction behind `POST /v1/sync`.
    mutating func sync(_ sync: VerifiedSync) throws -> SyncOutcome {
        var device = try device(of: sync)
        let request = sync.request
        var outcome = SyncOutcome(device: device)
        let versions = versions(before: sync)
        var retained: [Answered] = []
        for (arrived, one) in zip(sync.retained, request.retained) {
            retained.append(try takeRetained(arrived, one, sync, &device))
        }
        let start = Chain.start(certificate: device.certificate, epoch: request.epoch)
        let headers = sync.commands.compactMap(\.header)
        switch chainStep(request, headers: headers, device: device, links: overlay.loaded.links, start: start) {
        case .follow:
            try takeAll(sync, &device, &outcome)
        case .newEpoch:
            try enter(epoch: request.epoch, start: start, &device, fact: "fork")
            try takeAll(sync, &device, &outcome)
        case .restored: restore(sync, device, &outcome)
        case .gap(let expected): outcome.expectedSequence = expected
        case .fork(let epoch):
            if isPlanted("fork-judged") { try takeAll(sync, &device, &outcome) } else { outcome.forkEpoch = epoch }
        case .secondHead where device.revokedAt != nil:
            // Whichever head it is: what it sends is stored and held, and it is told to erase its tickets.
            outcome.forkEpoch = nextEpoch(after: device.epoch)
        case .secondHead:
            try alarm(sync, &device)
            throw JobFailure.problem(ProtocolError(.enrolAgain, in: "epoch"))
        }
        outcome.confirmable = confirmable(outcome.answered, versions, sync)
        outcome.confirming = Set(outcome.answered.lazy.filter { $0.changes != nil }.map(\.stored.id))
        outcome.answered += retained
        try finish(&outcome, sync, &device)
        return outcome
    }

    private mutating func finish(_ outcome: inout SyncOutcome, _ sync: VerifiedSync, _ device: inout DeviceRecord) throws {
        let request = sync.request
        let isHeard = request.unsent == 0 && outcome.expectedSequence == nil && outcome.forkEpoch == nil
        note(sync, &device)
        // What came with this very request has its verdict now: it does not age.
        if isHeard, outcome.answered.allSatisfy({ $0.stored.verdict != nil }) { device.oldestUnsentAt = nil }
        overlay.note(device)
        // Also where some came with this request, for an earlier restore: with a new life the device forgets that it was asked.
        if request.cursor.incarnation != overlay.loaded.state.incarnation { outcome.sendRetained = true }
        outcome.device = device
        let last = request.firstSequence + UInt64(request.commands.count) - 1
        outcome.acknowledgedSequence = request.epoch == device.epoch ? min(device.sequence, last) : 0
        outcome.wipe = device.revokedAt != nil && isHeard && !(outcome.sendRetained && request.commands.isEmpty == false)
    }

    private mutating func takeAll(_ sync: VerifiedSync, _ device: inout DeviceRecord, _ outcome: inout SyncOutcome) throws {
        for arrived in sync.commands {
            guard let header = arrived.header else { continue }
            let place = ChainPlace(replica: header.replica, epoch: header.epoch, sequence: header.sequence)
            outcome.answered.append(try take(arrived, of: &device, at: place, in: sync))
            guard header.epoch == device.epoch, header.sequence > device.sequence || isPlanted("chain-moves-back") else {
                continue
            }
            advance(&device, arrived, place, hash: arrived.headerHash ?? header.hash)
        }
    }

    /// A retained command; where it continues the chain that the centre lost, its header is made anew and the chain goes on.
    private mutating func takeRetained(
        _ arrived: ArrivedCommand, _ one: Retained, _ sync: VerifiedSync, _ device: inout DeviceRecord
    ) throws -> Answered {
        let place = ChainPlace(replica: device.replica, epoch: one.epoch, sequence: one.sequence)
        let answered = try take(arrived, of: &device, at: place, in: sync)
        if one.epoch == device.epoch + 1, one.sequence == 1 {
            let start = Chain.start(certificate: device.certificate, epoch: one.epoch)
            try enter(epoch: one.epoch, start: start, &device, fact: "restored")
        }
        guard one.epoch == device.epoch, one.sequence == device.sequence + 1 else { return answered }
        let header = Header(
            replica: device.replica, epoch: one.epoch, sequence: one.sequence, digest: arrived.sealed.digest,
            previous: device.chainHead)
        advance(&device, arrived, place, hash: header.hash)
        return answered
    }

    private mutating func advance(_ device: inout DeviceRecord, _ arrived: ArrivedCommand, _ place: ChainPlace, hash: [UInt8]) {
        overlay.link(ChainLink(place: place, command: arrived.id, digest: arrived.sealed.digest, hash: hash))
        device.sequence = place.sequence
        device.chainHead = hash
    }

    /// The device as it stands in this round. One that the store does not know is taken from its certificate: it enrolled after
    /// the backup that was restored.
    private mutating func device(of sync: VerifiedSync) throws -> DeviceRecord {
        let replica = sync.request.replica
        if let known = overlay.loaded.devices[replica] {
            guard known.publicKey == sync.publicKey else {
                throw JobFailure.problem(ProtocolError(.badCertificate, in: "certificate.public_key"))
            }
            return known
        }
        guard let certificate = sync.certificate, let bytes = sync.request.certificate else {
            throw JobFailure.problem(ProtocolError(.certificateRequired, in: "certificate"))
        }
        let device = DeviceRecord(
            replica: replica, person: certificate.person, serial: certificate.serial, publicKey: certificate.publicKey,
            certificate: bytes, enrolledAt: certificate.issuedAt, epoch: 1, chainHead: Chain.start(certificate: bytes, epoch: 1))
        try step { round in
            var entry = round.draft(.enrol, by: certificate.person)
            entry.device = device
            entry.facts = ["known-again": .integer(1)]
            round.overlay.append(entry)
        }
        return device
    }

    private mutating func enter(epoch: UInt32, start: [UInt8], _ device: inout DeviceRecord, fact: String) throws {
        device.epoch = epoch
        device.sequence = 0
        device.chainHead = start
        device.forks = UInt64(epoch) - 1
        try journal(device, facts: [fact: .integer(Int64(epoch))])
    }

    /// The centre lost a stretch of the chain that it had acknowledged. What the device keeps of it comes first, in old order; when
    /// it has no more, its new commands go on under a new epoch, so that both chains stay whole.
    private func restore(_ sync: VerifiedSync, _ device: DeviceRecord, _ outcome: inout SyncOutcome) {
        let isSettled = sync.request.cursor.incarnation == overlay.loaded.state.incarnation && sync.retained.isEmpty
        if isSettled {
            outcome.forkEpoch = nextEpoch(after: max(device.epoch, sync.request.epoch))
        } else {
            outcome.sendRetained = true
        }
    }

    /// Both heads of a fork go on. Said once per epoch: an operator has to look which device is which.
    private mutating func alarm(_ sync: VerifiedSync, _ device: inout DeviceRecord) throws {
        note(sync, &device)
        // What it brought stays on it.
        device.unsent = UInt64(sync.request.unsent) + UInt64(sync.commands.count)
        overlay.note(device)
        guard !device.hasTwoHeads else { return }
        device.forks = UInt64(device.epoch)
        try journal(device, facts: ["second-head": .integer(Int64(device.epoch))])
    }

    private mutating func journal(_ device: DeviceRecord, facts: [String: Value]) throws {
        try step { round in
            var entry = round.draft(.fork, by: device.person)
            entry.device = device
            entry.facts = facts
            round.overlay.append(entry)
        }
    }

    /// What the device said of itself, for the operator's list.
    private func note(_ sync: VerifiedSync, _ device: inout DeviceRecord) {
        device.lastContact = sync.arrivedAt
        device.unsent = UInt64(sync.request.unsent)
        device.oldestUnsentAt = sync.request.oldestUnsentAt
        device.base = sync.request.cursor.base
        device.clientVersion = sync.request.clientVersion
        device.clockOffset = sync.request.now.wall.subtractingReportingOverflow(sync.arrivedAt).partialValue
    }
}
