import Foundation
public import Harness
import Queue
import SyncClient
import Synchronization
import Tickets

/// A city at eight in the morning: a full store behind the real server program, and everybody syncs.
public final class CityBench: @unchecked Sendable {
    // Steps follow each other on one thread; the crowd's threads share only what is locked.
    private let plan: CityPlan
    private let city: City
    private let messages: [Message]
    private var random: SeededRandom
    private var devices: [LightDevice] = []
    private var figures = CityFigures()

    /// - Parameter messages: Real ones or generated; copied as often as the plan needs.
    public init(_ plan: CityPlan, messages: [Message]) throws {
        self.plan = plan
        self.messages = messages
        city =
            try plan.folder.map { try City(URL(fileURLWithPath: $0).appendingPathComponent("gridline-bench-city")) }
            ?? City.temporary("bench-city")
        random = SeededRandom(seed: plan.seed)
    }

    /// Builds, presses, measures, removes.
    public func run() async throws -> CityFigures {
        defer { city.remove() }
        figures.tickets = plan.tickets
        figures.replicas = plan.replicas
        figures.open = min(plan.tickets, plan.replicas * plan.openPerWorker)
        try city.initialise()
        try step("people and grids") { try people() }
        try step("import") { try load() }
        try step("dispatch") { try dispatch() }
        try city.serve(extra: ["--log-level", "warning"])
        let codes = try await enrolCodes()
        try step("enrolment") { try enrol(codes) }
        figures.firstSync = wave(spread: 0)
        report(figures.firstSync.lines("first sync of all"))
        figures.serverMiB[0] = serverMiB("VmRSS")
        try give()
        figures.rush = wave(spread: plan.spreadSeconds)
        report(figures.rush.lines("morning rush"))
        try give()
        figures.stampede = wave(spread: 0)
        report(figures.stampede.lines("all at once"))
        figures.quiet = wave(spread: 0)
        try judge()
        return figures
    }

    private func give() throws {
        try step("giving commands on the devices") {
            for device in devices { try device.give(Int.random(in: plan.commands, using: &random)) }
        }
        figures.givenCommands = devices.reduce(0) { $0 + $1.givenCount }
    }

    private func report(_ lines: [String]) { for line in lines { plan.progress(line) } }

    private func step(_ name: String, _ body: () throws -> Void) throws {
        let start = Edge.seconds
        try body()
        figures.preparation[name] = Edge.seconds - start
        plan.progress(String(format: "%@: %.1f s", name, Edge.seconds - start))
    }
}

// MARK: - The store

extension CityBench {
    private func worker(_ index: Int) -> Person {
        Person(
            id: String(format: "w%05d", index), name: "网格员\(index)", role: .worker, grid: "g\(index / plan.workersPerGrid)",
            profession: ["民政", "城管", "平安", "网格"][index % 4])
    }

    private func people() throws {
        for grid in 0...((plan.replicas - 1) / plan.workersPerGrid) {
            try city.centre(["grid", "add", "g\(grid)", "--name", "第\(grid)网格", "--as", city.operatorID])
        }
        var lines = ["id,name,role,grid,profession", "dd,派单员,dispatcher,,"]
        for index in 0..<plan.replicas {
            let person = worker(index)
            lines.append([person.id, person.name, "worker", person.grid ?? "", person.profession ?? ""].joined(separator: ","))
        }
        try city.centre(
            ["person", "import", "-", "--as", city.operatorID], input: Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// A chunk's file is made while the one before it is read in, so that the disk never holds more than two of them.
    private func load() throws {
        let chunk = 100_000
        let count = (plan.tickets + chunk - 1) / chunk
        let tickets = plan.tickets
        let part = { @Sendable (number: Int) in number * chunk..<min(tickets, (number + 1) * chunk) }
        var ready = try write(part(0))
        for number in 0..<count {
            let start = Edge.seconds
            let next = Mutex<Result<URL, any Error>?>(nil)
            let made = DispatchGroup()
            if number + 1 < count {
                DispatchQueue.global().async(group: made) {
                    let result = Result { try self.write(part(number + 1)) }
                    next.withLock { $0 = result }
                }
            }
            try city.centre(
                [
                    "import", ready.path, "--map", "external_id=id,title=subject,description=detail,created_at=created_at",
                    "--source", "web", "--as", "dd",
                ], seconds: 900)
            try FileManager.default.removeItem(at: ready)
            let seconds = Edge.seconds - start
            plan.progress(
                String(format: "imported %d tickets, %.0f rows/s", part(number).upperBound, Double(part(number).count) / seconds))
            made.wait()
            if let result = next.withLock({ $0 }) { ready = try result.get() }
        }
    }

    /// Copies of the messages: each with an id of its own and a line that tells it from the others.
    private func write(_ numbers: Range<Int>) throws -> URL {
        let file = city.folder.appendingPathComponent("part-\(numbers.lowerBound).csv")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var text = "id,subject,created_at,detail\n"
        for number in numbers {
            let message = messages[number % messages.count]
            let copy = number / messages.count
            let quoted = { (text: String) in text.replacingOccurrences(of: "\"", with: "\"\"") }
            let mark = copy == 0 ? "" : "〔第\(copy)次反映〕"
            text +=
                "\(message.id)-\(copy),\"\(quoted(message.subject))\",\(message.createdAt),\"\(quoted(message.detail))\(mark)\"\n"
            if text.utf8.count > 1 << 20 {
                try handle.write(contentsOf: Data(text.utf8))
                text = ""
            }
        }
        try handle.write(contentsOf: Data(text.utf8))
        return file
    }

    /// The newest tickets go to the workers, every tenth one with a colleague of the same grid as helper.
    private func dispatch() throws {
        let numbers = try city.database().texts(
            "SELECT number FROM ticket ORDER BY rowid DESC LIMIT \(figures.open)")
        figures.open = numbers.count
        for start in stride(from: 0, to: numbers.count, by: 1_000) {
            var lines = ["ticket,assignee,helper,grid,class"]
            for index in start..<min(numbers.count, start + 1_000) {
                let number = index / plan.openPerWorker % plan.replicas
                let worker = worker(number)
                let grid = number / plan.workersPerGrid
                let others = min(plan.replicas, (grid + 1) * plan.workersPerGrid) - grid * plan.workersPerGrid
                let colleague = grid * plan.workersPerGrid + (number + 1) % max(1, others)
                let helper = index % 10 == 0 && colleague != number ? self.worker(colleague).id : ""
                lines.append("\(numbers[index]),\(worker.id),\(helper),\(worker.grid ?? ""),general")
            }
            try city.centre(
                ["dispatch", "--batch", "-", "--as", "dd"], input: Data((lines.joined(separator: "\n") + "\n").utf8),
                seconds: 600)
        }
    }
}

// MARK: - The devices

extension CityBench {
    private func enrolCodes() async throws -> [String] {
        let start = Edge.seconds
        let socket = StoreDirectory(city.store.path).socket
        let author = city.operatorID
        let people = (0..<plan.replicas).map { worker($0).id }
        let lanes = 8
        let codes = try await withThrowingTaskGroup(of: [(Int, String)].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    guard let client = try AdminClient.connect(path: socket) else { throw HarnessError("nobody serves") }
                    var codes: [(Int, String)] = []
                    for index in stride(from: lane, to: people.count, by: lanes) {
                        let outcome = try await client.run(.enrolCode(person: people[index], minutes: 10, by: author))
                        guard case .code(let code) = outcome else { throw HarnessError("no code") }
                        codes.append((index, code.code))
                    }
                    return codes
                }
            }
            var all = [String](repeating: "", count: people.count)
            for try await part in group { for (index, code) in part { all[index] = code } }
            return all
        }
        figures.preparation["one-time codes"] = Edge.seconds - start
        return codes
    }

    private func enrol(_ codes: [String]) throws {
        devices = try (0..<plan.replicas).map { try LightDevice(worker($0), seed: plan.seed &+ UInt64($0) &* 7919) }
        let address = try ServerAddress(city.address)
        let devices = devices
        try Crowd.each(Array(devices.indices), threads: plan.atOnce) { index in
            // A server that sheds load says when to come again; the code is good for ten minutes.
            for attempt in 0... {
                do {
                    return try devices[index].enrol(code: codes[index], at: address)
                } catch let failure as SyncFailure where failure.isPassing && attempt < 100 {
                    usleep(UInt32.random(in: 100_000...500_000))
                }
            }
        }
    }

    /// Everybody syncs once, to the end.
    private func wave(spread: Double) -> Wave {
        let run = WaveRun(address: city.address, devices: devices)
        let start = Edge.seconds + 0.05
        let arrivals = devices.indices.map { index -> (due: Double, item: Int) in
            // Exponential with a third of the span as its mean, cut off at the span.
            let late = spread > 0 ? min(spread, -log(Double.random(in: 1e-9..<1, using: &random)) * spread / 3) : 0
            return (start + late, index)
        }
        for (due, index) in arrivals { run.expect(index, at: due) }
        Crowd.run(arrivals, threads: plan.atOnce) { run.sync($0) }
        return run.wave(since: start)
    }

    private func judge() throws {
        figures.serverMiB[1] = serverMiB("VmHWM")
        figures.storedCommands = try city.database().int("SELECT count(*) FROM command WHERE replica IS NOT NULL")
        let wrong = try city.database().int("SELECT count(*) FROM command WHERE verdict IS NULL")
        if wrong > 0 { figures.faults.append("\(wrong) commands without a verdict") }
        if figures.storedCommands != figures.givenCommands { figures.faults.append("commands given and stored differ") }
        for (name, wave) in figures.waves {
            if wave.errorCount > 0 { figures.faults.append("\(wave.errorCount) errors in: \(name)") }
            if wave.syncs != plan.replicas { figures.faults.append("\(plan.replicas - wave.syncs) devices did not end: \(name)") }
        }
        if figures.waves.reduce(0, { $0 + $1.wave.commands }) != figures.givenCommands {
            figures.faults.append("commands given and judged differ")
        }
        for wave in [figures.rush, figures.stampede] where wave.seconds > plan.minutes * 60 {
            figures.faults.append("a rush took longer than \(plan.minutes) minutes")
        }
        city.stop()
        figures.storeMiB =
            try FileManager.default.contentsOfDirectory(atPath: city.store.path).reduce(0) {
                let values = try FileManager.default.attributesOfItem(atPath: city.store.appendingPathComponent($1).path)
                return $0 + (values[.size] as? Int ?? 0)
            } >> 20
        guard plan.verifies else { return }
        let check = try city.centre(["check"], expect: nil, seconds: 900)
        if check.status != 0 { figures.faults.append("the server's own check: \(check.out) \(check.err)") }
    }

    private func serverMiB(_ field: String) -> Int {
        guard let process = city.serverProcess,
            let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(field + ":") })
        else { return 0 }
        return (Int(line.filter(\.isNumber)) ?? 0) >> 10
    }
}
