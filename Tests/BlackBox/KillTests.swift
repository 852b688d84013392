import Foundation
import Harness
import Testing

/// A small city for the fault tests: two workers and a helper relation between them, eight tickets.
func smallCity(_ name: String, serveEnvironment: [String: String] = [:]) throws -> City {
    let city = try City.temporary(name)
    do {
        try city.initialise()
        try city.serve(environment: serveEnvironment)
        let workers = try city.populate(workers: 2, grids: 1)
        var random = SeededRandom(seed: 7)
        try city.load((0..<8).map { Message.generated($0, &random) }, workers: workers, grids: 1)
        for worker in workers {
            try city.device(worker).enrol()
            try city.device(worker).run(["sync"], expect: [0])
        }
    } catch {
        city.remove()  // the caller never gets it, so nobody else would end the server
        throw error
    }
    return city
}

extension City {
    /// Everyone syncs, the server stops, and the table of checks must hold in every row that has something to say.
    func settleAndCheck(_ field: Field, workers: [String], without: Set<String> = ["I6-lost"]) throws {
        try field.writeLog()
        for _ in 0..<2 {
            for worker in workers {
                let outcome = try device(worker).sync()
                #expect([0, 5].contains(outcome.status), "\(worker): \(outcome.status) \(outcome.err)")
            }
        }
        stop()
        for check in try Checks(folder: folder).all() where !without.contains(check.id) {
            #expect(check.passed, "\(check.id): \(check.detail)")
        }
    }
}

@Suite(.serialized) struct `Killed at any moment` {
    private static let points = [
        "give.recorded", "give.committed", "sync.offered", "sync.sent", "sync.received", "sync.staged", "rebase.begun",
        "rebase.rolledBack",
        "rebase.applied", "rebase.replayed", "rebase.committed",
    ]

    @Test func `the client, sixty times at named points and forty times at random moments`() throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["GRIDLINE_SEED"] ?? "") ?? UInt64.random(in: 1...1_000_000)
        var random = SeededRandom(seed: seed)
        let city = try smallCity("kill-client")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        var histogram: [String: Int] = [:]
        for run in 0..<100 {
            let words = "第\(run)次现场记录"
            let inCommand: Bool
            let outcome: Outcome
            if run < 60 {
                let point = Self.points[run % Self.points.count]
                inCommand = point.hasPrefix("give.")
                if !inCommand { try field.note(on: device, words) }
                outcome = try device.run(inCommand ? ["note", "1", words] : ["sync"], environment: ["GRIDLINE_KILL_AT": point])
                #expect(outcome.status == -9, "kill point \(point) was not reached: \(outcome.status) \(outcome.err)")
                histogram[point, default: 0] += 1
            } else {
                inCommand = random.chance(0.4)
                if !inCommand { try field.note(on: device, words) }
                let running = try device.start(inCommand ? ["note", "1", words] : ["sync"])
                usleep(UInt32.random(in: 2000...90_000, using: &random))
                running.kill9()
                outcome = running.finish()
                histogram[outcome.status == -9 ? "random, killed" : "random, had ended", default: 0] += 1
            }
            // A command that was killed either happened or did not; the replica says which, and it is whole.
            if inCommand, try stands(words, on: device) { field.record("w01", "note", words) }
            #expect(try Database(device.replica).texts("PRAGMA integrity_check") == ["ok"])
        }
        print(
            "client killed, seed \(seed): "
                + histogram.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `the server under load, twenty times`() throws {
        let seed = UInt64.random(in: 1...1_000_000)
        var random = SeededRandom(seed: seed)
        let city = try smallCity("kill-server")
        defer { city.remove() }
        let field = Field(city)
        var statuses: [Int32: Int] = [:]
        for round in 0..<20 {
            for worker in ["w01", "w02"] {
                for number in 1...2 { try field.note(on: city.device(worker), "\(worker)第\(round)轮第\(number)条") }
            }
            let running = try ["w01", "w02"].map { try city.device($0).start(["sync"]) }
            usleep(UInt32.random(in: 10_000...250_000, using: &random))
            city.kill9()
            for one in running { statuses[one.finish(seconds: 60).status, default: 0] += 1 }
            try city.serve()
        }
        print("server killed 20 times, seed \(seed): clients ended with \(statuses.sorted { $0.key < $1.key })")
        #expect(Set(statuses.keys).isSubset(of: [0, 3, 5]))
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    private func stands(_ words: String, on device: Device) throws -> Bool {
        try Database(device.replica).int("SELECT count(*) FROM note WHERE body = ?", [words]) > 0
    }
}
