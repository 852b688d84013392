import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

struct ChainTests {
    @Test func `a fork gives new headers and leaves payloads as they are`() throws {
        let device = try Device()
        try device.give(.accept)
        let first = try device.prepare()
        try device.give(.note, 1, ["body": .text("到了")])
        var response = device.centre.answer(to: first, [], nil, acknowledged: 0)
        response.forkEpoch = 2
        #expect(try device.absorb(response, to: first) == .forked(epoch: 2))
        let again = try device.prepare()
        #expect(again.epoch == 2 && again.firstSequence == 1 && again.commands.count == 2)
        #expect(again.commands.first == first.commands.first)
        #expect(again.previous == Chain.start(certificate: [1, 2, 3, 1], epoch: 2))
        #expect(throws: ReplicaError.nothingToUndo(offered: true)) {
            try device.replica.undo(ticket: ticketID(1), at: device.wall)
        }
        #expect(try again.headers().map(\.sequence) == [1, 2])
        let receipts = again.commands.map { device.centre.receipt(for: $0, confirmed: true) }
        #expect(try device.answer(again, receipts, device.centre.page()).summary?.fingerprintAgrees == true)
        #expect(try device.replica.check().isEmpty)
        // A fork that leads back is refused, and nothing moves.
        response.forkEpoch = 2
        let request = try device.prepare()
        #expect(throws: ReplicaError.self) { try device.absorb(response, to: request) }
        #expect(try device.prepare().epoch == 2)
    }

    @Test func `a gap is filled from the expected sequence`() throws {
        let device = try Device()
        for body in ["一", "二", "三"] { try device.give(.note, 1, ["body": .text(body)]) }
        let first = try device.prepare()
        // The centre acknowledged all three, then says that it wants the second again.
        try device.answer(first, [], device.centre.page())
        try device.give(.note, 1, ["body": .text("四")])
        let second = try device.prepare()
        #expect(second.firstSequence == 4)
        var response = device.centre.answer(to: second, [], nil, acknowledged: 1)
        response.expectedSequence = 2
        #expect(try device.absorb(response, to: second) == .resend(expected: 2))
        let again = try device.prepare()
        #expect(again.firstSequence == 2 && again.commands.count == 3)
        #expect(Array(again.commands.prefix(2)) == Array(first.commands.suffix(2)))
        #expect(again.previous == (try first.headers()[0].hash))
        #expect(again.chainHead == second.chainHead)
        response.expectedSequence = 9
        #expect(throws: ReplicaError.badAnswer(detail: "sequence 9 was never given")) { try device.absorb(response, to: again) }
    }

    @Test func `requests are bounded and the rest follows`() throws {
        let device = try Device()
        for index in 1...7 { try device.give(.note, 1, ["body": .text("第\(index)条")]) }
        let limits = OutgoingLimits(countMax: 3)
        var counts: [Int] = []
        for _ in 1...4 {
            let request = try device.replica.prepareRequest(limits: limits, now: device.clock, clientVersion: "").request
            counts.append(request.commands.count)
            let receipts = request.commands.map { device.centre.receipt(for: $0, confirmed: true) }
            try device.answer(request, receipts, device.centre.page())
        }
        #expect(counts == [3, 3, 1, 0])
        let small = OutgoingLimits(bytesMax: 1)
        try device.give(.note, 1, ["body": .text("再一条")])
        try device.give(.note, 1, ["body": .text("又一条")])
        #expect(try device.replica.prepareRequest(limits: small, now: device.clock, clientVersion: "").sequences == 8..<9)
    }

    @Test func `after a restore of the centre retained commands go again and their effect stays`() throws {
        // device                         | centre
        // accept                         | applies it; a backup was made before
        //                                | restored: a new incarnation without the accept
        // pull: the old rows             |
        // sends accept with its receipt  | fixes the verdict again
        let device = try Device()
        let backup = device.centre
        try device.give(.accept)
        try device.syncConfirming()
        let given = try #require(try device.replica.log().first)
        device.centre = backup
        device.centre.incarnation = Incarnation(bytes: [UInt8](repeating: 0xC1, count: 16))!
        device.centre.generation += 1
        device.centre.serverTime += 1_000
        let request = try device.prepare()
        #expect(request.retained.isEmpty)
        device.centre.book = [:]
        let entities = [device.centre.person("li-na", "李娜", grid: "g1"), device.centre.enter(ticket(1))]
        var response = device.centre.answer(to: request, [], device.centre.page(entities, fromZero: true))
        response.sendRetained = true
        #expect(try device.absorb(response, to: request) == .more)
        #expect(try device.row()?.state == .awaitingHandling, "the screen does not run backwards")
        let again = try device.prepare()
        #expect(again.retained.map(\.command.commandID) == [given.id])
        #expect(again.retained.map(\.sequence) == [1])
        #expect(again.cursor.base == device.centre.head)
        let receipt = device.centre.receipt(for: again.retained[0].command, confirmed: false)
        let entity = device.centre.enter(ticket(1, state: .awaitingHandling), operation: .change)
        #expect(try device.answer(again, [receipt], device.centre.page([entity])).summary?.fingerprintAgrees == true)
        #expect(try device.prepare().retained.isEmpty)
        #expect(try device.replica.log().first?.isAbsorbed == true)
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `a revoked device loses the tickets and keeps what was given`() throws {
        let device = try Device()
        try device.give(.accept)
        let request = try device.prepare()
        try device.give(.note, 1, ["body": .text("还没发")])
        var response = device.centre.answer(to: request, [device.centre.receipt(for: request.commands[0], .held, .revoked)], nil)
        response.wipe = true
        #expect(try device.absorb(response, to: request) == .wiped)
        #expect(try device.replica.tickets().isEmpty)
        #expect(throws: ReplicaError.revoked) { try device.give(.report, 0, ["title": .text("新的")]) }
        #expect(try device.prepare().commands.count == 1, "what is unsent still goes")
        #expect(try device.replica.log().map(\.standing) == [.offered, .judged(.held)])
        try device.replica.enrolAgain(try Device.enrolment(device.centre, replica: 2))
        let again = try device.prepare()
        #expect(again.replica.bytes == [UInt8](repeating: 2, count: 16))
        #expect(again.firstSequence == 1 && again.commands.count == 1 && again.cursor.base == 0)
        #expect(try again.headers().first?.previous == Chain.start(certificate: [1, 2, 3, 2], epoch: 1))
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `fingerprints that do not agree have everything read again, once`() throws {
        let device = try Device()
        device.centre.book[.ticket(ticketID(9))] = 7
        #expect(try device.answer(try device.prepare(), [], device.centre.page()) == .more)
        let request = try device.prepare()
        #expect(request.cursor.schemaVersion == 0)
        #expect(try device.newsKinds().contains(.readAnew))
        device.centre.generation = 2
        let step = try device.answer(request, [], device.centre.page([device.centre.enter(ticket(1))], fromZero: true))
        #expect(step.summary?.fingerprintAgrees == false, "and then the answer is told, not asked for ever")
        #expect(try device.prepare().cursor.schemaVersion == SchemaVersion.current)
    }

    @Test func `an answer that goes back is refused whole`() throws {
        let device = try Device()
        try device.give(.accept)
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0])
        var response = device.centre.answer(to: request, [receipt], device.centre.page())
        response.page?.base = 3
        #expect(throws: ReplicaError.badAnswer(detail: "base 3 lies before 103")) { try device.absorb(response, to: request) }
        #expect(try device.replica.outbox().count == 1)
        #expect(try device.prepare().commands == request.commands)
    }

    @Test func `rows that do not fit together are read again from zero, and then told`() throws {
        let device = try Device()
        let orphan = Entity(
            .ticket(ticketID(8)), .change, version: device.centre.next(),
            rows: [EntityRow(.note, noteRow(1, ticket: 8, author: "wang", body: "没有工单"))])
        let before = try device.domainRows()
        #expect(try device.answer(try device.prepare(), [], device.centre.page([orphan], fingerprint: false)) == .more)
        #expect(try device.domainRows() == before)
        let request = try device.prepare()
        #expect(request.cursor.schemaVersion == 0 && request.at.isEmpty)
        device.centre.generation = 2
        #expect(throws: ReplicaError.self) {
            try device.answer(request, [], device.centre.page([orphan], fromZero: true, fingerprint: false))
        }
        #expect(try device.domainRows() == before)
        // Nothing is stuck: a sound answer is taken.
        device.centre.book = [.ticket(ticketID(1)): 0]
        let entities = [device.centre.person("li-na", "李娜", grid: "g1"), device.centre.enter(ticket(1))]
        #expect(
            try device.answer(try device.prepare(), [], device.centre.page(entities, fromZero: true)).summary?.fingerprintAgrees
                == true)
    }

    @Test func `a row that pending commands do not fit is mended by a reading from zero`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        _ = try device.replica.write { _, rows in
            try rows.statements.run("UPDATE ticket SET location='别的程序写的' WHERE id=?", [ticketID(1).value])
        }
        #expect(try device.replica.check().map(\.code) == ["rollback"])
        #expect(throws: ReplicaError.inconsistent(detail: "update of a row of ticket")) {
            try device.replica.undo(ticket: ticketID(1), at: device.wall)
        }
        #expect(try device.answer(try device.prepare(), [], device.centre.page(), acknowledged: 0) == .more)
        let request = try device.prepare()
        #expect(request.cursor.schemaVersion == 0)
        device.centre.generation = 2
        device.centre.book = [:]
        let entities = [device.centre.person("li-na", "李娜", grid: "g1"), device.centre.enter(ticket(1))]
        let step = try device.answer(request, [], device.centre.page(entities, fromZero: true), acknowledged: 0)
        #expect(step.summary?.fingerprintAgrees == true)
        #expect(try device.row()?[.location] == .text("我写的"))
        #expect(try device.replica.check().isEmpty)
    }
}
