import Foundation
import Simulator

// make sim: plays seeds in as many processes as there are cores, sums up, and makes what fails small.
//
//     gridline-sim run FIRST COUNT [plain|crash]     many seeds; files that do, or do not, tell apart what was synced
//     gridline-sim seed N                            one seed, told line by line
//     gridline-sim case FILE [FOLDER]                a shrunk script; its databases as they were last are kept in the folder
//     gridline-sim sweep [SEED]                      one day, with an accident at every call to a disk in turn
//     gridline-sim cover FIRST COUNT                 everything that happened, counted
//     gridline-sim worker FIRST COUNT FILE [MODE]    a part of a campaign, for the program itself

let arguments = CommandLine.arguments.dropFirst()

func number(_ index: Int) -> UInt64 {
    guard arguments.count > index, let number = UInt64(arguments[arguments.startIndex + index]) else {
        FileHandle.standardError.write(Data("gridline-sim: a number is missing\n".utf8))
        exit(64)
    }
    return number
}

func tracks(_ index: Int) -> Bool? {
    guard arguments.count > index else { return nil }
    return ["plain": false, "crash": true][arguments[arguments.startIndex + index]]
}

/// Plays seeds as long as there are any, and prints sums for the process that asked.
func work() throws {
    let disk = try Disk()
    var tally = Tally()
    let shares = Shares(open(arguments[arguments.startIndex + 3], O_RDWR | O_CLOEXEC), count: number(2))
    // By thousands: to draw a script costs little, but not nothing.
    let (first, count) = (number(1), number(2))
    var (thousand, seeds): (UInt64?, [UInt64]) = (nil, [])
    while let index = shares.next() {
        if thousand != index / 1_000 {
            thousand = index / 1_000
            let start = first + index / 1_000 * 1_000
            seeds = World.inTurn(start..<min(start + 1_000, first + count), tracks: tracks(4))
        }
        let seed = seeds[Int(index % 1_000)]
        tally.add(autoreleased { RunResult(Script(seed: seed, tracks: tracks(4)), on: disk, checkers: standardCheckers()) })
    }
    print(tally.lines.joined(separator: "\n"))
}

/// What of a campaign nobody has played yet. Every second worker begins at the end, so that two have few worlds in common, which each of
/// them has to make.
///
///     first worker ──▶                        ◀── second worker
final class Shares {
    /// How many workers came, and how many schedules were taken at either end; zeros at first.
    private typealias Taken = (workers: UInt64, front: UInt64, back: UInt64)
    private let file: CInt
    private let count: UInt64
    private var isAtEnd: Bool?

    init(_ file: CInt, count: UInt64) { (self.file, self.count) = (file, count) }

    /// The place of a schedule that is this worker's; nil if none is left, or the file cannot be read.
    func next() -> UInt64? {
        guard flock(file, LOCK_EX) == 0 else { return nil }
        defer { flock(file, LOCK_UN) }
        var taken: Taken = (0, 0, 0)
        let size = MemoryLayout<Taken>.size
        guard pread(file, &taken, size, 0) >= 0, taken.front + taken.back < count else { return nil }
        let isAtEnd = self.isAtEnd ?? (taken.workers % 2 == 1)
        if self.isAtEnd == nil { taken.workers += 1 }
        self.isAtEnd = isAtEnd
        if isAtEnd { taken.back += 1 } else { taken.front += 1 }
        guard pwrite(file, &taken, size, 0) == size else { return nil }
        return isAtEnd ? count - taken.back : taken.front - 1
    }
}

func autoreleased<T>(_ body: () -> T) -> T { body() }

/// Starts a worker per core and sums up. Each takes another seed when it is done with one: no core waits for the other.
func campaign() throws -> (Tally, Double) {
    let cores = max(1, min(ProcessInfo.processInfo.activeProcessorCount, Int(number(2))))
    let start = Date()
    var environment = ProcessInfo.processInfo.environment
    // Worlds are made on real files, which need no disk where the system has a folder in memory.
    if FileManager.default.isWritableFile(atPath: "/dev/shm/") { environment["TMPDIR"] = "/dev/shm/" }
    let next = (environment["TMPDIR"] ?? NSTemporaryDirectory()) + "/gridline-sim-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: next))
    defer { unlink(next) }
    let workers = try (0..<cores).map { _ in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["worker", "\(number(1))", "\(number(2))", next] + arguments.dropFirst(3)
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        return (process, pipe)
    }
    var tally = Tally()
    for (process, pipe) in workers {
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        for line in text.split(separator: "\n") { tally.add(line: line) }
        if process.terminationStatus != 0 { tally.failures.append((0, "a worker ended with \(process.terminationStatus)")) }
    }
    return (tally, Date().timeIntervalSince(start))
}

func shrink(_ seed: UInt64, _ mode: Bool?) throws {
    let disk = try Disk()
    let script = Script(seed: seed, tracks: mode)
    guard let violation = RunResult(script, on: disk, checkers: standardCheckers()).violation else { return }
    var shrinker = Shrinker(script, violation, on: disk) { standardCheckers() }
    shrinker.run()
    let result = RunResult(shrinker.script, on: disk, checkers: standardCheckers())
    let file = "sim-\(seed).case"
    try CaseFile.text(shrinker.script, shrinker.violation, trace: result.trace)
        .write(toFile: file, atomically: true, encoding: .utf8)
    print("shrunk to \(shrinker.script.events.count) events in \(file): \(shrinker.violation)")
    print("again, trace \(result.trace): make sim CASE=\(file)")
}

/// Keeps the databases as they stand at a violation, for a look with any SQLite tool.
final class Keeper: Checker {
    let folder: String
    let disk: Disk
    init(_ folder: String, _ disk: Disk) { (self.folder, self.disk) = (folder, disk) }
    func keep() throws {
        for name in ["central"] + (0..<8).map({ "device-\($0)" }) {
            for suffix in [".sqlite", ".sqlite-wal"] where disk.has(name + suffix) {
                try Data(disk.bytes(name + suffix)).write(to: URL(fileURLWithPath: folder + "/" + name + suffix))
            }
        }
    }
    func step(_ run: Run, _ step: Step) throws { try keep() }
    func quiet(_ run: Run) throws { try keep() }
}

/// Whether every invariant holds.
func tell(_ script: Script, files: String? = nil) throws -> Bool {
    let disk = try Disk()
    let keepers: [any Checker] = files.map { [Keeper($0, disk)] } ?? []
    let result = RunResult(script, on: disk, checkers: keepers + standardCheckers(), isTelling: true)
    for line in result.lines { print(line) }
    print("trace \(result.trace)")
    guard let violation = result.violation else {
        print("every invariant holds")
        return true
    }
    print("BROKEN \(violation)")
    return false
}

/// Whether every day held, whatever happened to it.
func sweep(seed: UInt64) throws -> Bool {
    let disk = try Disk()
    var broken = 0
    for file in [SimCentre.file, "device-0.sqlite", "device-1.sqlite"] {
        for accident in [Disk.Accident.kill, .power, .error] {
            let sweep = Sweep(file, accident, seed: seed)
            var nth = 1
            while let result = sweep.play(nth, on: disk) {
                if let violation = result.violation {
                    broken += 1
                    print("\(file), \(accident) at call \(nth): \(violation)")
                }
                nth += 1
            }
            print("\(file): \(accident) at each of \(nth - 1) calls")
        }
    }
    return broken == 0
}

Disk.prepareProcess()
switch arguments.first {
case "worker": try work()
// What holds a disk has returned before the program ends: its folder goes with it.
case "seed": exit(try tell(Script(seed: number(1), tracks: tracks(2))) ? 0 : 1)
case "case":
    let path = arguments[arguments.startIndex + 1]
    guard let file = CaseFile(text: try String(contentsOfFile: path, encoding: .utf8)) else {
        print("\(path) is no script")
        exit(65)
    }
    exit(try tell(file.script, files: arguments.count > 2 ? arguments[arguments.startIndex + 2] : nil) ? 0 : 1)
case "sweep": exit(try sweep(seed: arguments.count > 1 ? number(1) : 20) ? 0 : 1)
case "cover":
    let (tally, _) = try campaign()
    print(tally.lines.joined(separator: "\n"))
case "run":
    let (tally, seconds) = try campaign()
    print(tally.report(seconds: seconds, first: number(1)))
    let failures = tally.failures.sorted { $0.seed < $1.seed }
    for verdict in tally.rareVerdicts { print("too few commands are \(verdict): the weights of the events have to be mended") }
    if failures.isEmpty {
        print("every invariant holds")
        exit(tally.rareVerdicts.isEmpty ? 0 : 1)
    }
    print("\(failures.count) seeds broke an invariant")
    for failure in failures.prefix(60) {
        print("seed \(failure.seed): \(failure.violation). Again: make sim SEED=\(failure.seed)")
    }
    // Each invariant once: the rest is most often the same.
    var told: Set<Substring> = []
    for failure in failures where told.insert(failure.violation.prefix { $0 != " " }).inserted && told.count <= 6 {
        try shrink(failure.seed, tracks(3))
    }
    exit(1)
default:
    print("gridline-sim run FIRST COUNT | seed N | case FILE")
    exit(64)
}
