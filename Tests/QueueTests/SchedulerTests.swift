import CentralStore
import Foundation
import Synchronization
import SyncService
import Testing
import Tickets

@testable import Queue

@Suite struct SchedulerTests {
    @Test func `the profile in force says from when on, and the clock is the caller's`() async throws {
        let centre = try await CentreFixture.staffed()
        let number = try await centre.new("路灯不亮")
        _ = try await centre.acts(
            .dispatch([DispatchOrder(ticket: number, assignee: "li-na", deadlineClass: "general")], by: "wang-fang"))
        let due = try #require(try await centre.queue().first?.dueAt)
        let time = Mutex(due - 25 * 3_600_000)
        let scheduler = Scheduler(
            centre.store, rules: { centre.service.rules }, clock: { time.withLock { $0 } })
        #expect(try scheduler.pass() == [:])
        let body = try ProfileFile.read("hotan").body.replacingOccurrences(
            of: "alarms.due_soon_hours: 24", with: "alarms.due_soon_hours: 48"
        ).replacingOccurrences(of: "version: 1", with: "version: 2")
        _ = try await centre.operations.run(.putProfile(body: body, by: "op"))
        #expect(try scheduler.pass() == [:], "a quarter of three days is less than that")
        time.withLock { $0 = due - 12 * 3_600_000 }
        #expect(try scheduler.pass() == [.dueSoon: 1])
        guard case .alarms(let alarms) = try await centre.operations.run(.alarms(now: due + 1, limit: 10)) else {
            throw TestFailure("no alarms")
        }
        #expect(alarms.map(\.kind) == ["overdue"] && alarms[0].number == number && alarms[0].clock == "resolution")
        #expect(alarms[0].dueAt == due && alarms[0].raisedAt == due + 1)
        #expect(try scheduler.pass()[.overdue] == nil)
    }

    @Test func `an answer is to the request that waits; without one it is refused by name`() async throws {
        let centre = try await CentreFixture.staffed()
        let number = try await centre.new("路灯不亮")
        for isGranted in [true, false] {
            let problem = await #expect(throws: OperationProblem.self) {
                try await centre.operations.run(
                    .answer(ticket: number, isGranted: isGranted, days: nil, words: "x", by: "wang-fang"))
            }
            #expect(problem?.code == .nothingAsked)
        }
        guard case .requests(let requests) = try await centre.operations.run(.requests(withAnswered: true, limit: 10)) else {
            throw TestFailure("no requests")
        }
        #expect(requests.isEmpty)
    }
}
