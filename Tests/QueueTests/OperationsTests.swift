import CentralStore
import CentralStoreSQLite
import Foundation
import SyncProtocol
import SyncService
import Synchronization
import Testing
import Tickets

@testable import Queue

/// Foundation has an `Operation` of its own.
typealias Operation = Queue.Operation

/// A centre in a folder of its own: clock and chance are the test's.
final class CentreFixture: Sendable {
    let folder: URL
    let store: SQLiteCentralStore
    let service: SyncService
    let operations: Operations

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let time = Mutex<Int64>(1_770_000_000_000)
        let clock: @Sendable () -> Int64 = {
            time.withLock { now in
                now += 1000
                return now
            }
        }
        let generator = RandomBytes(seed: 42)
        let random: @Sendable (Int) -> [UInt8] = { generator.next($0) }
        store = try SQLiteCentralStore.create(
            at: folder.appendingPathComponent("central.sqlite").path, incarnation: try #require(Incarnation(bytes: random(16))),
            time: clock(), author: "op", salt: random(16))
        let keys = CentreKeys(current: try CentreKey(signingSeed: random(32), macSeed: random(32)))
        service = SyncService(store: store, keys: keys, clock: clock, random: random)
        operations = Operations(store: store, service: service, random: random, release: "test", process: nil)
    }

    /// The people and grids that most tests want.
    static func staffed() async throws -> CentreFixture {
        let centre = try CentreFixture()
        try await centre.service.put(people: [Person(id: "op", name: "值班长", role: .operator)], by: "system")
        _ = try await centre.operations.run(.putGrids([GridEntry(id: "g-1", name: "一网格")], by: "op"))
        let people = [
            PersonEntry(id: "wang-fang", name: "王芳", role: "dispatcher"),
            PersonEntry(id: "li-na", name: "李娜", role: "worker", grid: "g-1"),
            PersonEntry(id: "sun-mei", name: "孙梅", role: "worker", grid: "g-1"),
        ]
        _ = try await centre.operations.run(.putPeople(people, by: "op"))
        return centre
    }

    func acts(_ operation: Operation) async throws -> [ActReport] {
        guard case .acts(let reports) = try await operations.run(operation) else { throw TestFailure("no acts") }
        return reports
    }

    func new(_ title: String) async throws -> String {
        let reports = try await acts(.new(NewTicket(texts: ["title": title]), by: "wang-fang"))
        return try #require(reports.first?.number)
    }

    func queue(_ question: QueueQuestion = QueueQuestion()) async throws -> [TicketLine] {
        guard case .tickets(let lines) = try await operations.run(.queue(question)) else { throw TestFailure("no tickets") }
        return lines
    }
}

struct TestFailure: Error {
    let words: String
    init(_ words: String) { self.words = words }
}

/// Seeded bytes for several threads.
final class RandomBytes: Sendable {
    private let state: Mutex<SplitMix>
    init(seed: UInt64) { state = Mutex(SplitMix(state: seed)) }
    func next(_ count: Int) -> [UInt8] {
        state.withLock { generator in (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) } }
    }
}

@Suite struct OperationsTests {
    @Test func `people and grids come back as they were given`() async throws {
        let centre = try await CentreFixture.staffed()
        guard case .people(let people) = try await centre.operations.run(.listPeople) else { throw TestFailure("no people") }
        #expect(people.map(\.id) == ["li-na", "op", "sun-mei", "wang-fang"])
        #expect(people[0] == PersonEntry(id: "li-na", name: "李娜", role: "worker", grid: "g-1"))
        #expect(try await centre.operations.run(.listGrids) == .grids([GridEntry(id: "g-1", name: "一网格")]))
    }

    @Test func `a ticket is made, dispatched, shown and taken back, by number and by UUID`() async throws {
        let centre = try await CentreFixture.staffed()
        let number = try await centre.new("路灯不亮")
        let dispatched = try await centre.acts(
            .dispatch(
                [DispatchOrder(ticket: number, assignee: "li-na", helpers: ["sun-mei"], grid: "g-1", deadlineClass: "general")],
                by: "wang-fang"))
        #expect(dispatched.map(\.verdict) == ["applied"])
        let line = try #require(try await centre.queue(QueueQuestion(assignee: "li-na")).first)
        #expect(line.state == "dispatched" && line.number == number && line.dueAt != nil)
        guard case .ticket(let report) = try await centre.operations.run(.show(ticket: line.id)) else {
            throw TestFailure("no ticket")
        }
        #expect(report.helpers == ["sun-mei"])
        #expect(report.columns["title"] == "路灯不亮")
        #expect(report.history.map(\.commandKind) == ["create", "dispatch"])
        let back = try await centre.acts(.withdraw(ticket: line.id, words: "已自行解决", by: "wang-fang"))
        #expect(back.map(\.verdict) == ["applied"])
        let again = try await centre.acts(.withdraw(ticket: number, words: nil, by: "wang-fang"))
        #expect(again.map(\.verdict) == ["superseded"])
        #expect(try await centre.queue(QueueQuestion(state: "withdrawn")).count == 1)
    }

    @Test func `a batch of dispatches is one transaction; what cannot be dispatched says why`() async throws {
        let centre = try await CentreFixture.staffed()
        var orders: [DispatchOrder] = []
        for index in 0..<20 {
            orders.append(DispatchOrder(ticket: try await centre.new("工单 \(index)"), assignee: "li-na", line: index + 2))
        }
        orders.insert(DispatchOrder(ticket: "nowhere", assignee: "li-na", line: 99), at: 5)
        orders.append(DispatchOrder(ticket: orders[0].ticket, assignee: "nobody", line: 100))
        let before = try centre.store.read { try $0.state().head }
        let reports = try await centre.acts(.dispatch(orders, by: "wang-fang"))
        #expect(reports.count == 22)
        #expect(reports.map(\.line) == orders.map(\.line))
        #expect(reports[5].verdict == "refused" && reports[5].reason == "unknown-ticket")
        #expect(!reports[21].isApplied)
        #expect(reports.filter(\.isApplied).count == 20)
        #expect(try centre.store.read { try $0.state().head } == before + 20)
    }

    @Test func `an import is idempotent by source and external id, and keeps the source's time`() async throws {
        let centre = try await CentreFixture.staffed()
        let rows = (0..<30).map {
            ImportRow(
                line: $0 + 2, externalID: "x\($0)", texts: ["title": "来信 \($0)", "name": "张三"], createdAt: 1_556_155_929_000)
        }
        func report(_ source: String) async throws -> ImportReport {
            guard case .imported(let report) = try await centre.operations.run(.importRows(rows, source: source, by: "op")) else {
                throw TestFailure("no report")
            }
            return report
        }
        #expect(try await report("letters").imported == 30)
        let again = try await report("letters")
        #expect(again.imported == 0 && again.known == 30)
        #expect(try await report("others").imported == 30)
        let lines = try await centre.queue()
        #expect(lines.count == 60)
        #expect(Set(lines.map(\.createdAt)) == [1_556_155_929_000])
        #expect(Set(lines.compactMap(\.number)).count == 60)
    }

    @Test func `a row that the rules refuse is named, and the others go in`() async throws {
        let centre = try await CentreFixture.staffed()
        let rows = [
            ImportRow(line: 2, externalID: "a", texts: ["title": "好"]),
            ImportRow(line: 3, externalID: "b", texts: ["title": "坏", "kind": "x"]),
            ImportRow(line: 4, externalID: "c", texts: ["title": "好"]),
        ]
        guard case .imported(let report) = try await centre.operations.run(.importRows(rows, source: "s", by: "op")) else {
            throw TestFailure("no report")
        }
        #expect(report.imported == 2)
        #expect(report.faults.map(\.line) == [3])
        #expect(report.faults[0].code == .refused && report.faults[0].reason.hasPrefix("bad-arguments"))
    }

    @Test func `a worker does nothing at the centre`() async throws {
        let centre = try await CentreFixture.staffed()
        let number = try await centre.new("路灯不亮")
        let reports = try await centre.acts(.dispatch([DispatchOrder(ticket: number, assignee: "li-na")], by: "li-na"))
        #expect(reports.map(\.verdict) != ["applied"])
        let refusals: [Operation] = [
            .putPeople([PersonEntry(id: "x", name: "x", role: "operator")], by: "li-na"),
            .putGrids([GridEntry(id: "x", name: "x")], by: "li-na"),
            .enrolCode(person: "li-na", minutes: 5, by: "li-na"), .backup(path: "/tmp/never", by: "li-na"),
        ]
        for operation in refusals {
            let problem = await #expect(throws: OperationProblem.self) { try await centre.operations.run(operation) }
            #expect(problem?.code == .notAllowed, "\(operation)")
        }
        #expect(try await centre.queue(QueueQuestion(state: "awaiting-dispatch")).count == 1)
    }

    @Test func `what does not exist is named by its own code`() async throws {
        let centre = try await CentreFixture.staffed()
        let cases: [(Operation, OperationProblem.Code)] = [
            (.show(ticket: "7"), .unknownTicket), (.scopeDump(person: "nobody"), .unknownPerson),
            (.enrolCode(person: "nobody", minutes: 5, by: "op"), .unknownPerson),
            (.enrolCode(person: "li-na", minutes: 11, by: "op"), .badArguments),
            (.decide(command: "x", answer: .accept, reason: nil, values: [:], by: "op"), .unknownCommand),
            (
                .decide(command: String(repeating: "0", count: 32), answer: .accept, reason: nil, values: [:], by: "op"),
                .unknownCommand
            ),
            (.weigh(command: "3f2a", values: [:]), .unknownCommand), (.weigh(command: "3f2", values: [:]), .unknownCommand),
            (.weigh(command: String(repeating: "0", count: 32), values: [:]), .unknownCommand),
            (.choose(command: "3f2a", field: nil, side: .ours, value: nil, by: "op"), .unknownConflict),
            (.conflicts(ConflictQuestion(command: "3f2a")), .unknownConflict),
            (.conflicts(ConflictQuestion(ticket: "7")), .unknownTicket),
            (.revokeDevice(replica: "x", by: "op"), .unknownDevice),
            (.revokeDevice(replica: String(repeating: "0", count: 32), by: "op"), .unknownDevice),
            (.queue(QueueQuestion(state: "x")), .badArguments),
            (.new(NewTicket(texts: ["title": "x"]), by: "nobody"), .unknownPerson),
            (.putPeople([PersonEntry(id: "x", name: "x", role: "king")], by: "op"), .badArguments),
            (.withdraw(ticket: "7", words: nil, by: "op"), .unknownTicket), (.backup(path: "relative", by: "op"), .badArguments),
        ]
        for (operation, code) in cases {
            let problem = await #expect(throws: OperationProblem.self) { try await centre.operations.run(operation) }
            #expect(problem?.code == code, "\(operation)")
        }
    }

    @Test func `a code is short, readable, and good for at most ten minutes`() async throws {
        let centre = try await CentreFixture.staffed()
        guard case .code(let code) = try await centre.operations.run(.enrolCode(person: "li-na", minutes: 10, by: "op")) else {
            throw TestFailure("no code")
        }
        #expect(code.person == "li-na")
        #expect(code.code.filter { $0 != "-" }.count >= 10)
        #expect(!code.code.contains { "ILOU".contains($0) })
    }

    @Test func `the dump names every row that a person must hold, and nobody else's`() async throws {
        let centre = try await CentreFixture.staffed()
        let ours = try await centre.new("李娜的工单")
        let others = try await centre.new("孙梅的工单")
        _ = try await centre.acts(.dispatch([DispatchOrder(ticket: ours, assignee: "li-na")], by: "wang-fang"))
        _ = try await centre.acts(.dispatch([DispatchOrder(ticket: others, assignee: "sun-mei")], by: "wang-fang"))
        guard case .dump(let lines) = try await centre.operations.run(.scopeDump(person: "li-na")) else {
            throw TestFailure("no dump")
        }
        #expect(lines.contains { $0.contains("李娜的工单") })
        #expect(!lines.contains { $0.contains("孙梅的工单") })
        #expect(lines.filter { $0.contains("\"table\":\"person\"") }.count == 4)
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(Set(object.keys) == ["entity", "id", "table", "values"])
        }
    }

    @Test func `a backup is a whole store, and never written over a file`() async throws {
        let centre = try await CentreFixture.staffed()
        _ = try await centre.new("路灯不亮")
        let path = centre.folder.appendingPathComponent("backup.sqlite").path
        guard case .backup(let report) = try await centre.operations.run(.backup(path: path, by: "op")) else {
            throw TestFailure("no backup")
        }
        #expect(report.bytes > 0)
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.backup(path: path, by: "op"))
        }
        #expect(problem?.code == .exists)
        let again = try SQLiteCentralStore.open(at: path)
        #expect(try again.read { try $0.state().head } == report.head)
        try again.close()
    }

    @Test func `check finds a whole store whole`() async throws {
        let centre = try await CentreFixture.staffed()
        _ = try await centre.new("路灯不亮")
        guard case .check(let report) = try await centre.operations.run(.check) else { throw TestFailure("no report") }
        #expect(report.faults.isEmpty && report.firstBadIndex == nil)
        #expect(report.journalEntries > 5)
    }

    @Test func `all of it works through the socket, many operators at once`() async throws {
        let centre = try await CentreFixture.staffed()
        let path = centre.folder.appendingPathComponent("admin.sock").path
        let server = try AdminServer(path: path, runner: centre.operations)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    let client = try #require(try AdminClient.connect(path: path))
                    for number in 0..<5 {
                        let outcome = try await client.run(
                            .new(NewTicket(texts: ["title": "\(worker)/\(number)"]), by: "wang-fang"))
                        guard case .acts(let reports) = outcome, reports.first?.isApplied == true else {
                            throw TestFailure("refused")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let lines = try await centre.queue()
        #expect(lines.count == 40)
        #expect(Set(lines.compactMap(\.number)).count == 40)
        await server.stop()
    }
}
