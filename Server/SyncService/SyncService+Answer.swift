import CentralStore
import SyncProtocol
import Tickets

extension SyncService {
    /// A turn of a pull that says nothing new needs no write: the operator's list was brought up to date by its first turn.
    ///
    /// - Returns: nil where the writer has to see the request.
    func unwritten(_ sync: VerifiedSync) throws(ProtocolError) -> SyncOutcome? {
        let request = sync.request
        guard !request.at.isEmpty, request.commands.isEmpty, request.retained.isEmpty else { return nil }
        let device: DeviceRecord?
        let incarnation: Incarnation
        do {
            (device, incarnation) = try store.read { reader in
                let loaded = try reader.load(LoadRequest(replicas: [request.replica]))
                return (loaded.devices[request.replica], loaded.state.incarnation)
            }
        } catch {
            throw environment.problem(of: error)
        }
        guard let device, device.revokedAt == nil, device.publicKey == sync.publicKey, device.epoch == request.epoch,
            device.sequence >= request.acknowledgedSequence, request.cursor.incarnation == incarnation
        else { return nil }
        var outcome = SyncOutcome(device: device)
        outcome.acknowledgedSequence = min(device.sequence, request.firstSequence - 1)
        return outcome
    }

    /// The answer to a committed request: its receipts, and a page read now.
    func answer(_ sync: VerifiedSync, _ outcome: SyncOutcome) throws(ProtocolError) -> [UInt8] {
        let state: StoreState
        var page: PageResult?
        let holders: [TicketID: String]
        do {
            (state, page, holders) = try store.read { reader in
                let page = try isPullAnswered(outcome) ? readPage(reader, sync, outcome) : nil
                return (try reader.state(), page, try page.map { try self.holders($0, reader) } ?? [:])
            }
        } catch {
            throw environment.problem(of: error)
        }
        let confirmed: Set<TicketID> = page.map { self.confirmed(outcome, in: $0) } ?? []
        let receipts = outcome.answered.compactMap { one -> Receipt? in
            var receipt = self.receipt(for: one.stored, replica: sync.request.replica, incarnation: state.incarnation)
            if let ticket = one.stored.ticket, confirmed.contains(ticket), outcome.confirming.contains(one.stored.id) {
                receipt?.confirmed = true
            }
            return receipt
        }
        let (whole, short) = shortened(receipts, in: sync)
        let told = Dictionary(short.map { ($0.receipt.commandID, $0.receipt.sequence) }, uniquingKeysWith: { $1 })
        let device = outcome.device
        let token =
            sync.needsToken && device.revokedAt == nil
            ? newToken(replica: device.replica, person: device.person, serial: device.serial).issued(by: environment.keys.current)
            : nil
        var response = SyncResponse(
            incarnation: state.incarnation, serverTime: core.now(), acknowledgedSequence: outcome.acknowledgedSequence,
            receipts: whole, page: page.map { wirePage($0, told, holders, for: sync.request, incarnation: state.incarnation) },
            token: token, backupWatermark: state.backupWatermark, forkEpoch: outcome.forkEpoch, wipe: outcome.wipe,
            expectedSequence: outcome.expectedSequence, sendRetained: outcome.sendRetained)
        // In the client's own version: an older one refuses to read a newer answer.
        response.protocolVersion = sync.request.protocolVersion
        response.shortReceipts = short.map { ShortReceipt($0.receipt, at: $0.place) }
        response.receiptsAt = short.first?.receipt.serverTime ?? 0
        response.receiptsKeyID = environment.keys.current.id
        return sync.packed.isEmpty ? encodeBody(response.encoded()) : packBody(response.encoded(), answering: sync.packed)
    }

    /// Which receipts can go without what the device knows: verdicts on commands of this request, made at one time, never answered
    /// since.
    private func shortened(
        _ receipts: [Receipt], in sync: VerifiedSync
    ) -> (whole: [Receipt], short: [(receipt: Receipt, place: UInt64)]) {
        let request = sync.request
        guard request.protocolVersion >= 2 else { return (receipts, []) }
        var places: [CommandID: (place: UInt64, digest: [UInt8])] = [:]
        for (offset, command) in sync.commands.enumerated() {
            places[command.id] = (request.firstSequence + UInt64(offset), command.sealed.digest)
        }
        var whole: [Receipt] = []
        var short: [(receipt: Receipt, place: UInt64)] = []
        for receipt in receipts {
            if let known = places[receipt.commandID], known.digest == receipt.digest, receipt.replica == request.replica,
                receipt.decision == nil, short.first.map({ $0.receipt.serverTime == receipt.serverTime }) ?? true
            {
                short.append((receipt, known.place))
            } else {
                whole.append(receipt)
            }
        }
        return (whole, short)
    }

    /// A gap or a fork is answered alone, and a revoked device gets no rows.
    private func isPullAnswered(_ outcome: SyncOutcome) -> Bool {
        outcome.forkEpoch == nil && outcome.expectedSequence == nil && outcome.device.revokedAt == nil
    }

    private func readPage(_ reader: any StoreReader, _ sync: VerifiedSync, _ outcome: SyncOutcome) throws -> PageResult {
        let request = sync.request
        let state = try reader.state()
        let oldSchema = request.cursor.schemaVersion < min(request.schemaVersion, SchemaVersion.current)
        var asked = PageRequest(
            person: outcome.device.person, base: request.cursor.base, generation: request.cursor.generation, at: request.at,
            fromZero: oldSchema || request.cursor.incarnation != state.incarnation, bytesMax: pageBytes(request),
            entitiesMax: environment.configuration.entitiesPerPageMax, leaveOut: outcome.confirmable,
            skipVerdicts: Dictionary(
                outcome.answered.map { ($0.stored.id, $0.stored.sequence) }, uniquingKeysWith: { $1 }))
        for one in outcome.answered where one.isNewAndPlain { asked.toldVerdicts[one.stored.id] = one.stored.sequence }
        asked.wantsFingerprint = request.fingerprint != nil
        // Columns that were appended since have no value in rows of an older schema.
        asked.leavesOutUnchanged = request.protocolVersion >= 3 && request.cursor.schemaVersion == SchemaVersion.current
        var page = try reader.page(asked)
        // Rows are left out only where this very page completes the pull: otherwise nobody could tell what is missing.
        if page.more, !asked.leaveOut.isEmpty {
            asked.leaveOut = [:]
            page = try reader.page(asked)
        }
        guard let theirs = request.fingerprint, !asked.fromZero, request.at.isEmpty, page.entities.isEmpty, !page.more,
            outcome.answered.isEmpty, let ours = page.fingerprint, ours != theirs
        else { return page }
        asked.fromZero = true
        return try reader.page(asked)
    }

    private func pageBytes(_ request: SyncRequest) -> Int {
        let most = environment.configuration.pageBytesMax
        return request.pageBytesMax == 0 ? most : min(Int(request.pageBytesMax), most)
    }

    /// The tickets that were left out: the receipts alone confirm them.
    private func confirmed(_ outcome: SyncOutcome, in page: PageResult) -> Set<TicketID> {
        // A page from zero leaves nothing out: what it does not name has left, and a receipt alone would keep it.
        guard !page.more, !page.fromZero else { return [] }
        let sent = Set(page.entities.lazy.filter { $0.key.kind == .ticket }.map(\.key.id))
        return Set(outcome.confirmable.keys.filter { !sent.contains($0.bytes) })
    }

    /// The verdict under the centre's key. Nil while a command is parked.
    private func receipt(for stored: StoredCommand, replica: ReplicaID, incarnation: Incarnation) -> Receipt? {
        guard let verdict = stored.verdict else { return nil }
        let decision = stored.decision.map {
            ReceiptDecision($0.decision, reason: $0.reason, sequence: $0.sequence, by: $0.by, at: $0.at)
        }
        return Receipt(
            commandID: stored.id, digest: stored.digest, verdict: verdict, sequence: stored.sequence, reason: stored.reason,
            serverTime: stored.receivedAt, occurredAt: stored.occurredAt, keyID: environment.keys.current.id,
            incarnation: incarnation, replica: stored.place?.replica ?? replica, decision: decision, waitsFor: stored.waitsFor
        ).authenticated(by: environment.keys.current)
    }

    /// - Parameter told: Commands whose receipts the answer carries already, with the sequences of their verdicts.
    private func wirePage(
        _ page: PageResult, _ told: [CommandID: UInt64], _ holders: [TicketID: String], for request: SyncRequest,
        incarnation: Incarnation
    ) -> Page {
        Page(
            entities: page.entities.map { wireEntity($0, told, holders, for: request, incarnation: incarnation) }, at: page.at,
            more: page.more, base: page.more ? 0 : page.base, fingerprint: page.fingerprint, generation: page.generation,
            fromZero: page.fromZero)
    }

    /// Rows and columns that an older replica does not have are left out. The entity is named all the same, so that both sides
    /// count the same; after its upgrade the replica reads everything anew.
    private func wireEntity(
        _ entity: PageEntity, _ told: [CommandID: UInt64], _ holders: [TicketID: String], for request: SyncRequest,
        incarnation: Incarnation
    ) -> Entity {
        let command = entity.command.flatMap { told[$0.id] == $0.sequence && $0.decision == nil ? nil : $0 }
        return Entity(
            entity.key, entity.operation, version: entity.version,
            rows: entity.rows.compactMap { row in
                // A replica of an older version takes a conflict for its own command's only.
                if request.schemaVersion < 3, row.table == .conflict, row.values[0] != .blob(entity.key.id) { return nil }
                return row.inVersion(Int(request.schemaVersion))
            },
            receipt: command.flatMap { receipt(for: $0, replica: request.replica, incarnation: incarnation) },
            leaveReason: leaveReason(entity, holders, for: request))
    }

    /// Why a ticket leaves and, where its former holder may know, who has it now. Older replicas show the code as it is.
    private func leaveReason(_ entity: PageEntity, _ holders: [TicketID: String], for request: SyncRequest) -> String {
        guard entity.operation == .leave, entity.key.kind == .ticket else { return "" }
        guard request.schemaVersion >= 3, let holder = TicketID(bytes: entity.key.id).flatMap({ holders[$0] }) else {
            return Reason.moved.rawValue
        }
        return "\(Reason.moved.rawValue) \(holder)"
    }

    /// Who has the tickets that leave with a page: the assignee, else the unit; of a confidential one the unit alone. One question
    /// for the whole page.
    private func holders(_ page: PageResult, _ reader: any StoreReader) throws -> [TicketID: String] {
        let left = page.entities.filter { $0.operation == .leave && $0.key.kind == .ticket }
        guard !left.isEmpty else { return [:] }
        return try reader.load(LoadRequest(tickets: Set(left.compactMap { TicketID(bytes: $0.key.id) }))).tickets.compactMapValues
        {
            let ticket = $0.ticket
            if ticket[.confidential].int != 1, let person = ticket.assignee { return "p:\(person)" }
            return ticket.unit.map { "u:\($0)" }
        }
    }

    func newToken(replica: ReplicaID, person: String, serial: UInt64) -> Token {
        Token(
            replica: replica, person: person, serial: serial,
            expiresAt: core.now() + environment.configuration.tokenLifetime)
    }

    /// What a new device gets.
    func welcome(_ enrolled: Enrolled) -> [UInt8] {
        let token = newToken(replica: enrolled.replica, person: enrolled.person.id, serial: enrolled.serial)
        let response = EnrolResponse(
            certificate: enrolled.certificate, person: enrolled.person.id, personName: enrolled.person.name,
            incarnation: enrolled.incarnation, serverTime: core.now(), token: token.issued(by: environment.keys.current))
        return encodeBody(response.encoded())
    }
}
