import Changeset
import SyncProtocol
import Tickets

/// A centre that says what a test tells it to: it counts sequences and keeps the book of entities for the fingerprint, and judges
/// nothing by itself.
struct FakeCentre {
    var incarnation = Incarnation(bytes: [UInt8](repeating: 0xC0, count: 16))!
    var head: UInt64 = 100
    var generation: UInt32 = 1
    var serverTime: Milliseconds = 1_760_000_000_000
    /// Entities that the person's device must hold, with their versions.
    var book: [EntityKey: UInt64] = [:]

    mutating func next() -> UInt64 {
        head += 1
        return head
    }

    /// A ticket with all its rows.
    mutating func enter(
        _ row: [Value], notes: [[Value]] = [], helpers: [String] = [], operation: EntityOperation = .enter
    ) -> Entity {
        let id = TicketID(row[0])!
        let version = next()
        book[.ticket(id)] = version
        return Entity(
            .ticket(id), operation, version: version,
            rows: [EntityRow(.ticket, row)] + helpers.map { EntityRow(.helper, [row[0], .text($0), .null]) }
                + notes.map { EntityRow(.note, $0) })
    }

    /// The changed columns of a ticket's row.
    mutating func part(of ticket: UInt8, _ columns: [TicketColumn: Value]) -> Entity {
        let id = ticketID(ticket)
        let version = next()
        book[.ticket(id)] = version
        var row = EntityRow(
            .ticket, TicketColumn.allCases.map { $0 == .id ? id.value : columns[$0] })
        row.unchanged = ColumnSet(row.values.indices.filter { row.values[$0] == nil })
        return Entity(.ticket(id), .change, version: version, rows: [row])
    }

    mutating func leave(_ id: TicketID, reason: String = "moved") -> Entity {
        book[.ticket(id)] = nil
        return Entity(.ticket(id), .leave, version: next(), leaveReason: reason)
    }

    mutating func person(_ id: String, _ name: String, role: Role = .worker, grid: String? = nil) -> Entity {
        let version = next()
        book[.person(id)] = version
        return Entity(
            .person(id), .enter, version: version,
            rows: [EntityRow(.person, Person(id: id, name: name, role: role, grid: grid).row)])
    }

    /// The verdict on a sealed command; the book gets it, and with `confirmed` its ticket too.
    mutating func receipt(
        for sealed: SealedCommand, _ verdict: Verdict = .applied, _ reason: Reason = .ok, confirmed: Bool = false,
        decision: ReceiptDecision? = nil
    ) -> Receipt {
        let payload = try! Payload(decoding: sealed.payload)  // made by the replica under test a moment ago
        let sequence = next()
        book[.verdict(sealed.commandID)] = sequence
        if confirmed { book[.ticket(payload.ticket)] = sequence }
        return Receipt(
            commandID: sealed.commandID, digest: sealed.digest, verdict: verdict, sequence: sequence, reason: reason.rawValue,
            serverTime: serverTime, occurredAt: payload.given.wall, keyID: "test", incarnation: incarnation,
            replica: ReplicaID(bytes: [UInt8](repeating: 1, count: 16))!, confirmed: confirmed, decision: decision)
    }

    func page(
        _ entities: [Entity] = [], more: Bool = false, at: UInt8 = 0, fromZero: Bool = false, fingerprint: Bool = true
    ) -> Page {
        var sum = Fingerprint()
        for (key, version) in book { sum.add(key, version: version) }
        return Page(
            entities: entities, at: [at], more: more, base: head, fingerprint: more || !fingerprint ? nil : sum,
            generation: generation, fromZero: fromZero)
    }

    func answer(
        to request: SyncRequest, _ receipts: [Receipt] = [], _ page: Page?, acknowledged: UInt64? = nil
    ) -> SyncResponse {
        SyncResponse(
            incarnation: incarnation, serverTime: serverTime,
            acknowledgedSequence: acknowledged ?? request.firstSequence + UInt64(request.commands.count) - 1, receipts: receipts,
            page: page)
    }
}
