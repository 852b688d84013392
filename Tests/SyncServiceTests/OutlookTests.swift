import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `What follows from each answer` {
    //  li-na                     | centre
    //                            | gives the ticket to wang-lei
    //  resolve, return, note     | resolve held moved, return waits for it, the note lands late
    //                            | looks at the resolution: nothing is written; answers it: it is as foretold
    @Test(arguments: [HeldDecision.accepted, .declined]) func `is foretold without writing, and then comes`(
        answer: HeldDecision
    ) async throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.pull(bench)
        try bench.act(.assign, ticket, ["assignee": .text("wang-lei")])
        let resolve = try phone.seal(
            phone.payload(
                "resolve", ticket, ["body": .text("灯已修好")],
                changeset: edited(ticket, [.state: (.text("awaiting-handling"), .text("handled"))])))
        let goBack = try phone.seal(phone.payload("return", ticket, ["body": .text("不归我管")]))
        let receipts = try phone.push([resolve, goBack, try phone.note(ticket)], to: bench).receipts
        #expect(receipts.map(\.verdict) == [.held, .held, .applied])
        let head = try bench.store.read { try $0.state().head }

        let outlook = try await bench.service.outlook(on: resolve.commandID)
        #expect(try bench.store.read { try $0.state().head } == head, "looking writes nothing")
        #expect(outlook.author.heldAtSeen && !outlook.author.holdsNow && outlook.author.person == "li-na")
        let given = try #require(outlook.given[.state])
        #expect(given.old == .text("awaiting-handling") && given.new == .text("handled"))
        #expect(outlook.waiting.map(\.id) == [goBack.commandID])
        #expect(outlook.forecasts.map(\.decision) == [.accepted, .declined])
        let forecast = try #require(outlook.forecasts.first { $0.decision == answer })
        #expect(forecast.refusal == nil && forecast.followed.map(\.command) == [goBack.commandID])

        let outcome = try bench.decide(resolve.commandID, answer, "见证据")
        #expect(outcome.followed == forecast.followed)
        let now = try #require(try bench.store.read { try $0.ticket(ticket) })
        #expect(now.ticket == forecast.ticket)
        #expect(now.ticket.state == (answer == .accepted ? .handled : .dispatched))
        #expect(try bench.faults() == [])
        await #expect(throws: ServiceError.notHeld(resolve.commandID)) { try await bench.service.outlook(on: resolve.commandID) }
    }

    @Test func `an answer that the rules refuse is foretold as refused, an amendment beside the others`() async throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.pull(bench)
        try bench.act(.assign, ticket, ["assignee": .text("wang-lei")])
        let resolve = try phone.seal(phone.payload("resolve", ticket, ["body": .text("灯已修好")]))
        #expect(try phone.push([resolve], to: bench).receipts.map(\.verdict) == [.held])
        try bench.act(.withdraw, ticket, ["body": .text("重复")])
        let head = try bench.store.read { try $0.state().head }
        let outlook = try await bench.service.outlook(on: resolve.commandID, amended: ["body": .text("灯已修好，已核实")])
        #expect(outlook.forecasts.map(\.decision) == [.accepted, .declined, .amended])
        #expect(outlook.forecasts[0].refusal != nil && outlook.forecasts[1].refusal == nil && outlook.forecasts[2].refusal != nil)
        #expect(try bench.store.read { try $0.state().head } == head)
        #expect(throws: ServiceError.refused(outlook.forecasts[0].refusal!)) {
            try bench.decide(resolve.commandID, .accepted)
        }
        let unknown = CommandID(bytes: [UInt8](repeating: 9, count: 16))!
        await #expect(throws: ServiceError.unknownCommand(unknown)) { try await bench.service.outlook(on: unknown) }
    }
}
