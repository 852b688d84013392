import Changeset
import CurlTransport
import Foundation
import Harness
import SyncClient
import SyncProtocol
import Tickets

/// A device with its state in memory: real messages, keys, chain, rules and fingerprints, and no file. It costs the machine, which
/// it shares with the server, a small part of what a replica file would.
///
/// It verifies of every answer what a replica verifies: that receipts are for its own commands, that the chain moves, that pages
/// add up to the centre's fingerprint.
final class LightDevice: @unchecked Sendable {
    // One thread at a time, whoever that is.
    let person: Person
    let replica: ReplicaID
    private let key: DeviceKey
    private var certificate: [UInt8] = []
    private var token: [UInt8]?
    private var cursor: Cursor?
    private var at: [UInt8] = []
    /// The message of the last request: answers are packed against it.
    private var asked: [UInt8] = []
    private var staged: [Page] = []
    private var serverTime: Milliseconds = 0
    private var acknowledgedSequence: UInt64 = 0
    private var acknowledgedHead: [UInt8] = []
    var random: SeededRandom
    /// As the screen shows them.
    var tickets: [TicketID: Ticket] = [:]
    private var versions: [EntityKey: UInt64] = [:]
    private var fingerprint = Fingerprint()
    /// In the order of giving; gone when acknowledged.
    private(set) var outbox: [SealedCommand] = []
    /// By command: the ticket, until the verdict is in.
    private var waiting: [CommandID: (ticket: TicketID, digest: [UInt8])] = [:]
    private(set) var givenCount = 0
    private var receipts: [Receipt] = []

    init(_ person: Person, seed: UInt64) throws {
        self.person = person
        random = SeededRandom(seed: seed)
        guard let replica = ReplicaID(bytes: random.bytes(16)) else { throw HarnessError("no identity") }
        self.replica = replica
        key = try DeviceKey(seed: random.bytes(32))
    }

    /// Tickets that it holds.
    var ticketCount: Int { tickets.count }

    func enrol(code: String, at address: ServerAddress) throws {
        let exchange = EnrolmentExchange(address: address, code: code, replica: replica, key: key, clientVersion: "city")
        let answer = try exchange.run(over: CurlTransport())
        certificate = answer.certificate
        token = answer.token.isEmpty ? nil : answer.token
        cursor = Cursor(incarnation: answer.incarnation)
        serverTime = answer.serverTime
        acknowledgedHead = Chain.start(certificate: certificate, epoch: 1)
    }

    /// The next request, compressed.
    func request() throws -> [UInt8] {
        guard let cursor else { throw HarnessError("\(person.id) is not enrolled") }
        let request = SyncRequest(
            replica: replica, certificate: token == nil ? certificate : nil, cursor: cursor, at: at, epoch: 1,
            acknowledgedSequence: acknowledgedSequence, acknowledgedHead: acknowledgedHead, now: Edge.clocks,
            firstSequence: acknowledgedSequence + 1, previous: acknowledgedHead, commands: outbox, clientVersion: "city")
        asked = signed(request, by: key)
        return packBody(asked)
    }

    /// Takes an answer in.
    ///
    /// - Returns: Whether there is more to ask for, and the new verdicts.
    func absorb(_ body: [UInt8]) throws -> (more: Bool, verdicts: [Verdict]) {
        let answer = try SyncResponse(
            decoding: decodeBody(body, limit: WireLimits.responseDecompressedBytesMax, answering: asked))
        guard answer.incarnation == cursor?.incarnation, answer.forkEpoch == nil, answer.expectedSequence == nil, !answer.wipe,
            !answer.sendRetained, let page = answer.page
        else { throw HarnessError("an answer that nobody expected") }
        token = answer.token ?? token
        serverTime = max(serverTime, answer.serverTime)
        let told = try answer.receipts + answer.shortReceipts.map { try whole($0, in: answer) }
        try acknowledge(answer.acknowledgedSequence)
        var verdicts: [Verdict] = []
        for receipt in told {
            guard receipt.replica == replica, [ShortReceipt.macBytes, 32].contains(receipt.mac.count) else {
                throw HarnessError("a receipt for somebody else")
            }
            guard let command = waiting.removeValue(forKey: receipt.commandID) else { continue }
            guard command.digest == receipt.digest else { throw HarnessError("a receipt on another payload") }
            if receipt.confirmed { confirmed[command.ticket] = max(confirmed[command.ticket] ?? 0, receipt.sequence) }
            verdicts.append(receipt.verdict)
            receipts.append(receipt)
        }
        staged.append(page)
        at = page.at
        if page.more { return (true, verdicts) }
        try finish(page)
        return (!outbox.isEmpty, verdicts)
    }

    /// A short receipt with what this device knows of its command: it names a place in the chain, which is one in the outbox.
    private func whole(_ receipt: ShortReceipt, in answer: SyncResponse) throws -> Receipt {
        guard receipt.place > acknowledgedSequence, receipt.place - acknowledgedSequence <= UInt64(outbox.count) else {
            throw HarnessError("a verdict on a place that was not sent")
        }
        let command = outbox[Int(receipt.place - acknowledgedSequence) - 1]
        return receipt.whole(command: command.commandID, digest: command.digest, replica: replica, in: answer)
    }

    /// Tickets whose rows a receipt alone confirms, with their version.
    private var confirmed: [TicketID: UInt64] = [:]

    private func acknowledge(_ sequence: UInt64) throws {
        guard sequence > acknowledgedSequence else { return }
        let count = Int(sequence - acknowledgedSequence)
        guard count <= outbox.count else { throw HarnessError("more acknowledged than was sent") }
        acknowledgedHead =
            Chain.headers(
                for: Array(outbox.prefix(count)), replica: replica, epoch: 1, first: acknowledgedSequence + 1,
                previous: acknowledgedHead
            ).head
        acknowledgedSequence = sequence
        outbox.removeFirst(count)
    }

    private func finish(_ last: Page) throws {
        if last.fromZero || staged.contains(where: \.fromZero) {
            tickets = [:]
            versions = [:]
            fingerprint = Fingerprint()
        }
        for page in staged { for entity in page.entities { apply(entity) } }
        staged = []
        at = []
        for (ticket, version) in confirmed where version <= last.base { raise(.ticket(ticket), to: version) }
        confirmed = [:]
        for receipt in receipts {
            raise(.verdict(receipt.commandID), to: max(receipt.sequence, receipt.decision?.sequence ?? 0))
        }
        receipts = []
        cursor?.base = last.base
        cursor?.generation = last.generation
        if let theirs = last.fingerprint, theirs != fingerprint {
            throw HarnessError("a picture that differs from the centre's")
        }
    }

    private func apply(_ entity: Entity) {
        if entity.operation == .leave {
            if let version = versions.removeValue(forKey: entity.key) { fingerprint.remove(entity.key, version: version) }
            if let id = TicketID(bytes: entity.key.id) { tickets[id] = nil }
            return
        }
        set(entity.key, to: entity.version)
        guard entity.key.kind == .ticket, let id = TicketID(bytes: entity.key.id) else { return }
        for row in entity.rows {
            let values = row.values.map { $0 ?? .null }
            if row.table == .ticket, !row.deleted {
                let before = tickets[id]?.row ?? []
                let whole = values.indices.map { row.unchanged.contains($0) && $0 < before.count ? before[$0] : values[$0] }
                var ticket = Ticket(row: whole, helpers: tickets[id]?.helpers ?? [])
                // No command asks for the citizen's text, and two thousand devices share this memory.
                ticket[.description] = .text("")
                tickets[id] = ticket
            } else if row.table == .helper, tickets[id] != nil {
                tickets[id]?.apply(row.deleted ? .delete(.helper, key: Array(values.prefix(2))) : .insert(.helper, values))
            }
        }
    }

    private func set(_ entity: EntityKey, to version: UInt64) {
        if let old = versions.updateValue(version, forKey: entity) { fingerprint.remove(entity, version: old) }
        fingerprint.add(entity, version: version)
    }

    private func raise(_ entity: EntityKey, to version: UInt64) {
        if versions[entity].map({ $0 < version }) ?? true { set(entity, to: version) }
    }
}

// MARK: - Giving

extension LightDevice {
    /// Gives so many commands on the tickets that it shows, decided by the same rules as on a real device.
    func give(_ count: Int) throws {
        let ids = tickets.keys.sorted()
        guard !ids.isEmpty else { return }
        var attempts = 0
        var given = 0
        while given < count, attempts < count * 20 {
            attempts += 1
            guard let id = ids.randomElement(using: &random), let ticket = tickets[id] else { continue }
            if try give(on: ticket) { given += 1 }
        }
    }

    private func give(on ticket: Ticket) throws -> Bool {
        guard let id = CommandID(bytes: random.bytes(16)), let cursor else { return false }
        let (kind, arguments) = choice(for: ticket.state)
        let command = Command(id: id, kind: kind, ticket: ticket.id, arguments: arguments)
        let clocks = Edge.clocks
        let author = Author(
            person: person.id, role: person.role, grid: person.grid, unit: person.unit, heldAtSeen: true, holdsNow: true)
        let decision = decide(
            command, on: ticket,
            in: DecisionContext(author: author, occurredAt: max(clocks.wall, serverTime), wall: clocks.wall, side: .device))
        guard decision.verdict == .applied else { return false }
        let payload = Payload(
            commandID: id, kind: kind.rawValue, ticket: ticket.id, arguments: arguments,
            seen: Seen(incarnation: cursor.incarnation, base: cursor.base, serverTime: serverTime), given: clocks,
            changeset: changeset(of: decision.changes, on: ticket))
        let sealed = try SealedCommand(salt: random.bytes(16), payload: payload.encoded())
        outbox.append(sealed)
        waiting[id] = (ticket.id, sealed.digest)
        for change in decision.changes { tickets[ticket.id]?.apply(change) }
        givenCount += 1
        return true
    }

    private func choice(for state: TicketState) -> (CommandKind, [String: Value]) {
        let words = "\(["现场已查看", "与来电人通话", "已联系物业", "拍照留存", "明日复查"].randomElement(using: &random)!)〔\(person.id)-\(givenCount)〕"
        let pick = Double.random(in: 0..<1, using: &random)
        switch (pick, state) {
        case (..<0.25, _): return (.note, ["body": .text(words)])
        case (..<0.40, _): return (.visit, ["body": .text(words)])
        case (..<0.60, _): return (.edit, [random.chance(0.5) ? "finding" : "location": .text(words)])
        case (_, .dispatched): return (.accept, [:])
        case (..<0.80, .awaitingHandling): return (.start, [:])
        case (_, .awaitingHandling): return (.resolve, ["body": .text(words)])
        default: return (.note, ["body": .text(words)])
        }
    }

    /// What a session would have recorded: one change per row, only columns that really changed.
    private func changeset(of changes: [RowChange], on ticket: Ticket) -> [UInt8] {
        var writer = ChangesetWriter()
        var columns: [Int: Value] = [:]
        var others: [Change] = []
        for change in changes {
            switch change {
            case .update(.ticket, _, let values): columns.merge(values) { $1 }
            case .insert(let table, let values):
                others.append(
                    Change(table: table.name, keyOrdinals: table.keyOrdinals, operation: .insert, new: values.map(Optional.some)))
            case .delete(.helper, let key):
                let profession = ticket.helpers.first { $0.person == key[1].string }?.profession
                others.append(
                    Change(
                        table: "helper", keyOrdinals: Table.helper.keyOrdinals, operation: .delete,
                        old: [key[0], key[1], .optional(profession)]))
            default: break
            }
        }
        columns = columns.filter { ticket.row[$0.key] != $0.value }
        if !columns.isEmpty {
            let old = ticket.row.indices.map { $0 == 0 ? ticket.row[0] : columns[$0] == nil ? nil : ticket.row[$0] }
            let new = ticket.row.indices.map { columns[$0] }
            writer.append(
                Change(table: "ticket", keyOrdinals: Table.ticket.keyOrdinals, operation: .update, old: old, new: new))
        }
        for change in others { writer.append(change) }
        return writer.bytes
    }
}

extension Table {
    /// As a changeset's header states the key.
    fileprivate var keyOrdinals: [UInt8] { columns.indices.map { $0 < keyCount ? UInt8($0 + 1) : 0 } }
}
