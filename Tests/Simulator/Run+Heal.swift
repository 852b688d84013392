import Fixture
import ReplicaStore
import SyncClient
import SyncProtocol
import SyncService
import Tickets

/// Links come up, disks are whole, nobody acts: then everything has to come to rest.
extension Run {
    /// How often each device may sync until nothing moves any more. A restored centre asks for retained commands first, a copied
    /// device enrols again: each takes rounds of its own.
    static let roundsMax = 12

    func heal() throws {
        isHealing = true
        centre.random.begin(seed: script.seed &+ 1)
        disk.heal(SimCentre.file)
        for device in devices {
            disk.heal(device.file)
            device.partition = .none
            device.noteAccidents()
        }
        // What was prepared may have met the simulator's own look into a file.
        centre.noteAccidents()
        try wake(centre)
        var dice = SplitMix64(seed: script.seed &+ 2)
        // What was still under way arrives now, in any order.
        inTransit.shuffle(using: &dice)
        for request in inTransit { _ = centre.answer(request) }
        inTransit = []
        for round in 0..<Self.roundsMax {
            let before = try standing()
            for device in devices where try round == 0 || hasNews(device) { try heal(device, &dice) }
            if try isQuiet(), try standing() == before {
                mark("quiet after \(round + 1)")
                return
            }
        }
        throw violation("I16", "no rest after \(Self.roundsMax) rounds: \(try unrest())")
    }

    private func heal(_ device: SimDevice, _ dice: inout SplitMix64) throws {
        var step = Step(index: stepIndex, event: Event(.sync))
        try settleDoubts(device)
        if device.mustEnrol { try enrolAgain(device, &dice) }
        clock.advance(60_000)
        try sync(device, exchangesMax: 400, &dice, &step)
        guard !device.isSyncing else { throw violation("I16", "a sync of \(device.file) does not end") }
        switch device.lastEnding {
        case .done, .wiped: break
        case .failed(.refused(let details), _) where details.problem == .enrolAgain: break
        case let ending:
            throw violation("I16", "over a good link a sync of \(device.file) ended \(ending.map { "\($0)" } ?? "nowhere")")
        }
        try check(step)
        if !wrongStatuses.isEmpty { throw violation("I17", "the centre answered \(wrongStatuses)") }
    }

    /// What moves.
    private func standing() throws -> [Int64] {
        var numbers = try [centre.peek().int("SELECT head FROM store")]
        for device in devices {
            numbers.append(try device.peek().int("SELECT base FROM cursor"))
            numbers.append(try device.peek().int("SELECT next_sequence FROM identity"))
        }
        return numbers
    }

    /// Whether a sync could bring a device anything, or anything of it away. Where it could not, the full comparison at quiet says
    /// whether that is true.
    private func hasNews(_ device: SimDevice) throws -> Bool {
        if device.mustEnrol || device.lastEnding != .done { return true }
        let row = try device.peek().rows(
            """
            SELECT c.base, c.incarnation, c.schema_version, c.retained_wanted, (SELECT count(*) FROM pull),
                (SELECT count(*) FROM command WHERE absorbed_at IS NULL AND taken_back_at IS NULL)
            FROM cursor c
            """)[0]
        let centre = try centre.peek().rows("SELECT head, incarnation FROM store")[0]
        let isAtHead = row[0] == centre[0] && row[1] == centre[1]
        return !isAtHead || row[2] == .integer(0) || row[3...5] != [.integer(0), .integer(0), .integer(0)]
    }

    private func isQuiet() throws -> Bool {
        try devices.allSatisfy { device in
            try !device.mustEnrol
                && device.peek().int(
                    "SELECT count(*) FROM command WHERE absorbed_at IS NULL AND taken_back_at IS NULL AND verdict IS NULL") == 0
        }
    }

    private func unrest() throws -> String {
        try devices.map { device in
            let open = try device.peek().rows(
                """
                SELECT kind, epoch, sequence, verdict, refusal FROM command
                WHERE absorbed_at IS NULL AND taken_back_at IS NULL AND verdict IS NULL LIMIT 3
                """)
            return "\(device.index): \(open.map { $0.map { "\($0)" }.joined(separator: " ") })"
        }.joined(separator: "; ")
    }

    /// As the person at the device and the operator do it: a new code, a new key, a new replica.
    private func enrolAgain(_ device: SimDevice, _ dice: inout SplitMix64) throws {
        let replica = ReplicaID(bytes: dice.bytes(16))!  // 16 bytes
        let key = try DeviceKey(seed: dice.bytes(32))
        guard let service = centre.service else { throw violation("I16", "the centre does not run") }
        let code = try service.enrolCodeAndWait(for: device.person, by: CentreFixture.dispatcher)
        let exchange = EnrolmentExchange(
            address: SimDevice.address, code: code.code, replica: replica, key: key, clientVersion: "sim")
        guard case .answer(let answer) = centre.answer(exchange.request) else {
            throw violation("I16", "the centre does not enrol")
        }
        let response = try exchange.response(from: answer)
        try device.replica().enrolAgain(
            Enrolment(
                response, replica: replica, key: key, server: SimDevice.address.text, enrolledAt: device.reading.wall))
        device.mustEnrol = false
        device.isWiped = false
        device.cursor = nil
        mark("enrolled again")
    }
}
