import Foundation
import Harness
import Testing

/// Runs blocks two at a time, as many as the machine has cores, and rethrows the first failure.
func inPairs<Element: Sendable>(_ elements: [Element], _ body: @escaping @Sendable (Element) throws -> Void) throws {
    let failure = Locked<(any Error)?>(nil)
    let rest = Locked(elements)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
        while let element = rest.with({ $0.isEmpty ? nil : $0.removeFirst() }) {
            do { try body(element) } catch { failure.with { $0 = $0 ?? error } }
        }
    }
    if let error = failure.with({ $0 }) { throw error }
}

/// A value behind a lock.
final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let lock = NSLock()
    init(_ value: Value) { self.value = value }
    func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result { try lock.withLock { try body(&value) } }
}

extension City {
    /// Grids g1…, workers w01…, one dispatcher; returns the workers.
    func populate(workers count: Int, grids: Int) throws -> [String] {
        for grid in 1...grids { try centre(["grid", "add", "g\(grid)", "--name", "第\(grid)网格", "--as", operatorID]) }
        try centre(["person", "add", "dd", "--name", "派单员", "--role", "dispatcher", "--as", operatorID])
        let workers = (1...count).map { String(format: "w%02d", $0) }
        for (index, worker) in workers.enumerated() {
            try centre(
                [
                    "person", "add", worker, "--name", "网格员\(index + 1)", "--role", "worker", "--grid", "g\(index % grids + 1)",
                    "--as", operatorID,
                ])
        }
        return workers
    }

    /// The central store, for asking.
    func database() throws -> Database { try Database(store.appendingPathComponent("central.sqlite")) }

    /// Imports messages and dispatches them evenly, each to a worker and the next one of the same grid as helper.
    func load(_ messages: [Message], workers: [String], grids: Int) throws {
        let file = folder.appendingPathComponent("messages.csv")
        try Message.csv(messages).write(to: file, atomically: true, encoding: .utf8)
        try centre([
            "import", file.path, "--map", "external_id=id,title=subject,description=detail,created_at=created_at", "--source",
            "web", "--as", "dd",
        ])
        let numbers = try database().texts("SELECT number FROM ticket ORDER BY number")
        var lines = ["ticket,assignee,helper,grid,class"]
        for (index, number) in numbers.enumerated() {
            let worker = index % workers.count
            lines.append(
                "\(number),\(workers[worker]),\(workers[(worker + grids) % workers.count]),g\(worker % grids + 1),general")
        }
        let batch = folder.appendingPathComponent("dispatch.csv")
        try (lines.joined(separator: "\n") + "\n").write(to: batch, atomically: true, encoding: .utf8)
        try centre(["dispatch", "--batch", batch.path, "--as", "dd"])
    }
}

@Suite(.serialized) struct `The main job on real messages` {
    @Test func `twenty devices, a thousand commands offline, nothing lost`() throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["GRIDLINE_SEED"] ?? "") ?? 20_261_121
        var random = SeededRandom(seed: seed)
        let (messages, real) = Message.replied(1957, seed: seed)
        print("main job: \(messages.count) \(real ? "real" : "generated (no folder with real ones here)") messages, seed \(seed)")
        let city = try City.temporary("main-job")
        defer { city.remove() }
        try city.initialise()
        try city.serve()
        let workers = try city.populate(workers: 20, grids: 4)
        try city.load(messages, workers: workers, grids: 4)
        #expect(try city.database().int("SELECT count(*) FROM ticket WHERE state = 'dispatched'") == messages.count)
        try inPairs(workers) { worker in
            try city.device(worker).enrol()
            try city.device(worker).run(["sync"], expect: [0])
        }

        // A tenth of the commands go to tickets that their worker, their helper and the centre touch alike.
        let ids = try city.database().texts("SELECT id FROM ticket ORDER BY number")
        let shared = Set((0..<60).map { ids[$0] })
        let field = Field(city)
        let seeds = Dictionary(uniqueKeysWithValues: workers.map { ($0, random.next()) })
        let refused = Locked<[Int32: Int]>([:])
        try inPairs(workers) { worker in
            let counts = try field.work(worker, count: 50, shared: shared, sharedShare: 0.1, seed: seeds[worker]!)
            refused.with { $0.merge(counts) { $0 + $1 } }
        }
        #expect(field.givenCount == 1000)
        try centreMovesThem(city, ids: shared.sorted(), workers: workers, &random)
        try field.writeLog()

        try quiet(city, workers, &random)
        try decideHalf(city, &random)
        try quiet(city, workers, &random)
        let verdicts = try city.database().rows(
            "SELECT verdict, count(*) FROM command WHERE person LIKE 'w%' GROUP BY verdict ORDER BY verdict")
        print(
            "verdicts: " + verdicts.map { "\($0[0]) \($0[1])" }.joined(separator: ", ")
                + "; refused on the device: \(refused.with { $0 })")
        city.stop()
        let checks = try Checks(folder: city.folder).all()
        print(Checks.table(checks))
        for check in checks { #expect(check.passed, "\(check.id): \(check.detail)") }
        for worker in workers { try compareWithScopeDump(city, worker) }
        #expect(verdicts.count >= 3, "the mix must reach applied, held and superseded or rejected")
    }

    /// The centre reassigns, withdraws and edits some of the shared tickets while the devices are away.
    private func centreMovesThem(_ city: City, ids: [String], workers: [String], _ random: inout SeededRandom) throws {
        for id in ids {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try city.centre(["assign", id, "--to", workers.randomElement(using: &random)!, "--as", "dd"], expect: nil)
            case 1: try city.centre(["withdraw", id, "--reason", "来电人撤回", "--as", "dd"], expect: nil)
            case 2, 3: try city.centre(["edit", id, "--set", "location=中心核定地址\(id.prefix(4))", "--as", "dd"])
            default: break
            }
        }
    }

    private func quiet(_ city: City, _ workers: [String], _ random: inout SeededRandom) throws {
        for round in 0..<6 {
            for worker in workers.shuffled(using: &random) {
                let outcome = try city.device(worker).run(["sync"])
                #expect([0, 5].contains(outcome.status), "round \(round), \(worker): \(outcome.status) \(outcome.err)")
            }
            if round >= 1 { break }
        }
    }

    private func decideHalf(_ city: City, _ random: inout SeededRandom) throws {
        let held = try city.database().texts(
            "SELECT id FROM command WHERE verdict = 'held' AND decision IS NULL AND waits_for IS NULL ORDER BY seq")
        for id in held where random.chance(0.5) {
            try city.centre(
                ["decide", id, random.chance(0.5) ? "accept" : "decline", "--reason", "核对证据后决定", "--as", "dd"], expect: nil)
        }
    }

    /// The server's own dump of what this person may hold, against the device's file.
    private func compareWithScopeDump(_ city: City, _ worker: String) throws {
        let dump = try city.centre(["scope-dump", worker, "--json"]).lines
        let replica = try Database(city.device(worker).replica)
        var theirs: [String: Int] = [:]
        for line in dump {
            if let table = line["table"] as? String { theirs[table, default: 0] += 1 }
        }
        for table in ["ticket", "citizen", "helper", "note", "conflict"] {
            #expect(try replica.int("SELECT count(*) FROM \(table)") == theirs[table] ?? 0, "\(worker)/\(table)")
        }
    }
}
