import CityLoad
import Foundation
import Harness

/// The main job: a city of 200 workers whose devices work without signal and then reach a centre that dies again and again.
///
/// A tenth of the devices are the real client program, killed in the middle of a sync; the others are the same code in this process
/// over the same transport. All go to the real server program through a proxy that cuts both ways.
final class MainJob: @unchecked Sendable {
    // Devices are one thread's at a time; counters are locked.
    let city: City
    let field: Field
    private let messages: [Message]
    private let workers: [String]
    private let programs: Set<String>
    private var devices: [String: FieldDevice] = [:]
    private var shared: Set<String> = []
    private var random: SeededRandom
    private let seed: UInt64
    private let counts = Locked(Counts())
    private let refused = Locked<[Int32: Int]>([:])
    private var seconds: [(String, Double)] = []

    private struct Counts {
        var serverKills = 0
        var clientKills = 0
        var cuts = 0
        var brokenSyncs = 0
    }

    var serverKills: Int { counts.with { $0.serverKills } }
    var clientKills: Int { counts.with { $0.clientKills } }
    var cuts: Int { counts.with { $0.cuts } }

    private static let grids = 20

    init(_ messages: [Message], seed: UInt64) throws {
        self.messages = messages
        self.seed = seed
        random = SeededRandom(seed: seed)
        city = try City.temporary("main-job")
        field = Field(city)
        workers = (0..<200).map { String(format: "w%03d", $0) }
        programs = Set(stride(from: 0, to: 200, by: 10).map { String(format: "w%03d", $0) })
    }

    /// Runs a step and keeps its time.
    @discardableResult
    func timed<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let start = Date()
        defer { seconds.append((name, Date().timeIntervalSince(start))) }
        return try body()
    }

    /// Centre, people, tickets: each goes to a worker, with another one of the same grid as helper.
    func build() throws {
        try city.initialise()
        try city.serve(extra: ["--log-level", "warning"])
        for grid in 1...Self.grids {
            try city.centre(["grid", "add", "g\(grid)", "--name", "第\(grid)网格", "--as", city.operatorID])
        }
        var lines = ["id,name,role,grid", "dd,派单员,dispatcher,"]
        for (index, worker) in workers.enumerated() { lines.append("\(worker),网格员\(index),worker,g\(index % Self.grids + 1)") }
        try city.centre(
            ["person", "import", "-", "--as", city.operatorID], input: Data((lines.joined(separator: "\n") + "\n").utf8))
        try city.load(messages, workers: workers, grids: Self.grids)
        // A tenth of the commands go to tickets that their worker, their helper and the centre touch alike.
        shared = Set(try city.database().texts("SELECT id FROM ticket ORDER BY number LIMIT 600"))
    }

    func enrol() throws {
        for worker in workers where !programs.contains(worker) { devices[worker] = try FieldDevice(city.device(worker)) }
        let devices = devices
        let city = city
        try inPairs(workers) { worker in
            if let device = devices[worker] {
                try device.enrol(code: try city.device(worker).code(), at: city.address)
                let ending = try device.session { try $0.sync(at: city.address) }
                guard case .done = ending else { throw HarnessError("\(worker)'s first sync: \(ending)") }
            } else {
                try city.device(worker).enrol()
                try city.device(worker).run(["sync"], expect: [0])
            }
        }
    }

    /// Everybody works without signal, and the centre reassigns, withdraws and edits meanwhile.
    func offline(commands: Int) throws {
        let ids = shared.sorted()
        let seeds = ids.map { ($0, random.next()) }
        let moved = DispatchGroup()
        let failure = Locked<(any Error)?>(nil)
        DispatchQueue.global().async(group: moved) { [self] in
            do { for (id, seed) in seeds.prefix(300) { try move(id, seed) } } catch { failure.with { $0 = error } }
        }
        let turns = workers.map { ($0, random.next()) }
        try inPairs(turns) { [self] worker, seed in try work(worker, commands, seed) }
        moved.wait()
        if let error = failure.with({ $0 }) { throw error }
    }

    private func move(_ ticket: String, _ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: try city.centre(["assign", ticket, "--to", workers.randomElement(using: &random)!, "--as", "dd"], expect: nil)
        case 1: try city.centre(["withdraw", ticket, "--reason", "来电人撤回", "--as", "dd"], expect: nil)
        case 2, 3: try city.centre(["edit", ticket, "--set", "location=中心核定地址\(ticket.prefix(4))", "--as", "dd"])
        default: break
        }
    }

    private func work(_ worker: String, _ commands: Int, _ seed: UInt64) throws {
        let said: [Int32: Int]
        if let device = devices[worker] {
            said = try device.session { session in
                try field.work(
                    worker, count: commands, shared: shared, sharedShare: 0.1, seed: seed, by: session.hands)
            }
        } else {
            said = try field.work(worker, count: commands, shared: shared, sharedShare: 0.1, seed: seed)
        }
        refused.with { $0.merge(said) { $0 + $1 } }
    }

    /// Two rounds in random order: work a little, sync through the proxy, while the server is killed every few seconds.
    func storm(commands: Int) throws {
        let proxy = try Proxy(target: city.port)
        defer { proxy.close() }
        try point(programs, at: proxy.address)
        let ended = Locked(false)
        let killer = DispatchGroup()
        let failure = Locked<(any Error)?>(nil)
        let killSeed = random.next()
        DispatchQueue.global().async(group: killer) { [self] in
            var killing = SeededRandom(seed: killSeed)
            do {
                while !ended.with({ $0 }) {
                    usleep(UInt32.random(in: 1_500_000...4_000_000, using: &killing))
                    city.kill9()
                    counts.with { $0.serverKills += 1 }
                    try city.serve(extra: ["--log-level", "warning"])
                }
            } catch { failure.with { $0 = error } }
        }
        for _ in 0..<2 {
            var turns = workers.map { ($0, random.next()) }
            turns.shuffle(using: &random)
            let half = commands / 2
            do {
                try inPairs(turns) { [self] worker, seed in
                    var random = SeededRandom(seed: seed)
                    try work(worker, half, random.next())
                    for _ in 0..<2 { try stormySync(worker, proxy, &random) }
                }
            } catch { failure.with { $0 = $0 ?? error } }
        }
        ended.with { $0 = true }
        killer.wait()
        if let error = failure.with({ $0 }) { throw error }
        try point(programs, at: city.address)
    }

    private func stormySync(_ worker: String, _ proxy: Proxy, _ random: inout SeededRandom) throws {
        let fault: Proxy.Fault? =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: .cutRequest(after: Int.random(in: 0...8_000, using: &random))
            case 1, 2: .cutResponse(after: Int.random(in: 0...6_000, using: &random))
            case 3: .drop
            case 4: .duplicate
            default: nil
            }
        if let fault {
            // Whoever connects next meets it: most often this device.
            proxy.next(fault)
            counts.with { $0.cuts += 1 }
        }
        if let device = devices[worker] {
            let ending = try device.session { try $0.sync(at: proxy.address) }
            if case .failed(let failure, _) = ending {
                guard failure.isPassing else { throw HarnessError("\(worker): \(failure)") }
                counts.with { $0.brokenSyncs += 1 }
            }
            return
        }
        let running = try city.device(worker).start(["sync"])
        if random.chance(0.7) {
            usleep(UInt32.random(in: 2_000...150_000, using: &random))
            running.kill9()
        }
        let status = running.finish().status
        if status == -9 { counts.with { $0.clientKills += 1 } } else if status == 3 { counts.with { $0.brokenSyncs += 1 } }
        guard [0, 3, 5, -9].contains(status) else { throw HarnessError("\(worker): sync ended with \(status)") }
    }

    /// A client program keeps its centre's address in its replica.
    private func point(_ people: Set<String>, at address: String) throws {
        for person in people {
            try Database(city.device(person).replica, readOnly: false).execute("UPDATE identity SET server = ?", [address])
        }
    }

    /// Everybody syncs twice in random order on a good link.
    /// - Returns: Who did not come to an end, and how it ended.
    func quiet() throws -> [String] {
        let wrong = Locked<[String]>([])
        for _ in 0..<2 {
            try inPairs(workers.shuffled(using: &random)) { [self] worker in
                if let device = devices[worker] {
                    let (ending, unsent) = try device.session { (try $0.sync(at: city.address), try $0.unsentCount()) }
                    if ending != .done || unsent > 0 { wrong.with { $0.append("\(worker): \(ending), \(unsent) unsent") } }
                } else {
                    let outcome = try city.device(worker).run(["sync"])
                    if ![0, 5].contains(outcome.status) {
                        wrong.with { $0.append("\(worker): \(outcome.status) \(outcome.err)") }
                    }
                }
            }
        }
        return wrong.with { $0 }
    }

    func decideHalf() throws {
        let held = try city.database().texts(
            "SELECT id FROM command WHERE verdict = 'held' AND decision IS NULL AND waits_for IS NULL ORDER BY seq")
        let turns = held.map { ($0, random.chance(0.5), random.chance(0.5)) }
        let city = city
        try inPairs(turns.filter(\.1)) { id, _, accepts in
            try city.centre(
                ["decide", id, accepts ? "accept" : "decline", "--reason", "核对证据后决定", "--as", "dd"], expect: nil)
        }
    }

    /// The server's own dump of what each person may hold, row for row against the device's file.
    func differences() throws -> [String] {
        let wrong = Locked<[String]>([])
        let (city, programs) = (city, programs)
        try inPairs(workers) { worker in
            // The reference set is the same for all: it is read line by line for the devices of the client program.
            let isWhole = programs.contains(worker)
            var theirs: [String: Set<String>] = [:]
            for text in try city.centre(["scope-dump", worker]).out.split(separator: "\n") {
                if !isWhole, text.contains("\"entity\":\"reference\"") { continue }
                guard let line = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
                    let table = line["table"] as? String, let values = line["values"] as? [String: Any]
                else { continue }
                theirs[table, default: []].insert(Self.canonical(values))
            }
            let replica = try Database(city.device(worker).replica)
            let reference = ["person", "grid", "unit", "category", "profile"]
            for table in ["ticket", "citizen", "helper", "note", "clock", "conflict"] + (isWhole ? reference : []) {
                let columns = try replica.texts("SELECT name FROM pragma_table_info(?)", [table])
                let rows = try replica.rows("SELECT \(columns.joined(separator: ", ")) FROM \(table)")
                let ours = Set(rows.map { Self.canonical(Dictionary(uniqueKeysWithValues: zip(columns, $0))) })
                if ours != theirs[table] ?? [] || ours.count != rows.count {
                    wrong.with { $0.append("\(worker)/\(table): \(ours.count) here, \(theirs[table]?.count ?? 0) there") }
                }
            }
        }
        return wrong.with { $0 }
    }

    /// A row as text: columns by name, bytes in hex, NULL left out.
    private static func canonical(_ row: [String: Any]) -> String {
        row.compactMap { name, value -> String? in
            switch value {
            case is NSNull: nil
            case let bytes as [UInt8]: "\(name)=\(hex(bytes))"
            case let object as [String: Any]: "\(name)=\(object["hex"] ?? "")"
            case let number as NSNumber: "\(name)=\(number.doubleValue)"
            case let number as Int64: "\(name)=\(Double(number))"
            default: "\(name)=\(value)"
            }
        }.sorted().joined(separator: "|")
    }

    func verdicts() throws -> [String] {
        try city.database().rows(
            "SELECT verdict, count(*) FROM command WHERE person LIKE 'w%' GROUP BY verdict ORDER BY verdict"
        ).map { "\($0[0]) \($0[1])" }
    }

    func summary(_ messages: Int) throws -> String {
        let counts = counts.with { $0 }
        return """
            main job: \(messages) real messages, \(workers.count) devices (\(programs.count) of them the client program), \
            \(field.givenCount) commands, seed \(seed)
            verdicts: \(try verdicts().joined(separator: ", ")); refused on the device: \(refused.with { $0 })
            cuts \(counts.cuts), syncs that broke \(counts.brokenSyncs), server killed \(counts.serverKills) times, \
            client killed \(counts.clientKills) times

            """ + seconds.map { String(format: "  %@: %.1f s", $0.0, $0.1) }.joined(separator: "\n")
    }
}
