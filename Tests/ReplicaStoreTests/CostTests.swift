import Harness
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// What must not grow with the commands that a device has behind it.
@Suite(.serialized) struct `A device with months behind it` {
    /// Notes that the centre has confirmed, and between them some that it holds or declined, and some taken back.
    private func live(_ count: Int, on device: Device) throws {
        for number in 0..<count {
            try device.give(.note, 1, ["body": .text("第\(number)次到场")])
            if number % 20 == 0 {
                try device.give(.note, 1, ["body": .text("写错了")])
                _ = try device.replica.undo(ticket: ticketID(1), at: device.wall)
            }
            let request = try device.prepare()
            let receipts = request.commands.map { command in
                number % 10 == 3
                    ? device.centre.receipt(
                        for: command, .held, .moved, decision: decision(number % 20 == 3 ? .declined : .accepted))
                    : device.centre.receipt(for: command, confirmed: true)
            }
            _ = try device.answer(request, receipts, device.centre.page())
        }
    }

    private func decision(_ decision: HeldDecision) -> ReceiptDecision {
        ReceiptDecision(decision, reason: "核对", sequence: 1, by: "zhao-min", at: 1_760_000_000_000)
    }

    @Test func `asks what stands where without reading what is settled`() throws {
        let device = try Device([ticket(1), ticket(2)])
        let held = try device.give(.note, 2, ["body": .text("等答复")])
        let request = try device.prepare()
        _ = try device.answer(
            request, [device.centre.receipt(for: request.commands[0], .held, .moved)], device.centre.page())
        try live(20, on: device)
        _ = try device.newsKinds()
        device.close()
        let meter = StatementMeter(filesFrom: device.path)
        defer { meter.end() }
        func cost() throws -> (status: ReplicaStatus, cost: StatementMeter.Cost) {
            try device.reopen()
            _ = meter.take()
            let status = try device.replica.status()
            return (status, meter.take())
        }
        let few = try cost()
        try live(180, on: device)
        _ = try device.newsKinds()
        device.close()
        let many = try cost()
        #expect(many.status.held.map(\.id) == [held.id] && few.status.held.map(\.id) == [held.id])
        #expect((few.status.givenCount, few.status.judgedCount, few.status.takenBackCount) == (22, 21, 1))
        #expect((many.status.givenCount, many.status.judgedCount, many.status.takenBackCount) == (211, 201, 10))
        #expect(many.status.outboxCount == 0)
        // Those that were taken back are counted one by one.
        #expect(many.cost.steps - few.cost.steps < 9 * 12, "\(few.cost) became \(many.cost)")
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `a row without its ticket has everything read again, and is refused when that brings it too`() throws {
        let device = try Device()
        let before = try device.domainRows()
        func stranger() -> Entity {
            Entity(
                .ticket(ticketID(8)), .enter, version: device.centre.next(),
                rows: [EntityRow(.helper, [ticketID(8).value, .text("wang"), .null])])
        }
        let page = device.centre.page([stranger()], fingerprint: false)
        #expect(try device.answer(try device.prepare(), [], page) == .more)
        #expect(try device.domainRows() == before)
        #expect(try device.prepare().cursor.schemaVersion == 0)
        device.centre.generation = 2
        let whole = device.centre.page([stranger()], fromZero: true, fingerprint: false)
        #expect(throws: ReplicaError.badAnswer(detail: "a row without its ticket")) {
            try device.answer(try device.prepare(), [], whole)
        }
        #expect(try device.domainRows() == before)
    }
}
