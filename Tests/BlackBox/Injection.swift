import Foundation
import Harness
import Testing

/// One fault at a system call of a real program, put there by strace. Calls are counted in each thread from 1.
struct Injection: CustomStringConvertible {
    enum Fault: String, CaseIterable {
        case inputOutput = "EIO"
        case diskFull = "ENOSPC"
        /// The process is gone before the call is carried out.
        case killed = "SIGKILL"
    }

    /// As the kernel calls it; the variants of a call are one here.
    enum Call: String, CaseIterable {
        case write, pwrite, fsync, fdatasync, rename, unlink, ftruncate
        /// Of the log's index alone, which is written as memory and by no call.
        case mmap

        var kernelNames: String {
            switch self {
            case .write: "write,writev"
            case .pwrite: "pwrite64,pwritev"
            case .rename: "rename,renameat,renameat2"
            case .unlink: "unlink,unlinkat"
            case .fsync, .fdatasync, .ftruncate, .mmap: rawValue
            }
        }
    }

    let call: Call
    let fault: Fault
    let number: Int
    /// That call and all after it, as on a disk that stays full; else that one alone.
    var goesOn = false

    var description: String { "\(call.rawValue) \(number)\(goesOn ? " and on" : ""): \(fault.rawValue)" }

    static let strace = "/usr/bin/strace"
    /// Whether strace is there and may trace; where a container forbids it, the sweeps are skipped and say so.
    static let isPossible: Bool = {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory())
        guard FileManager.default.isExecutableFile(atPath: strace) else { return false }
        return (try? Program.run(strace, ["-qq", "-o", "/dev/null", "/bin/true"], in: folder, seconds: 20))?.status == 0
    }()
    /// `make faults`.
    static let isWhole = ProcessInfo.processInfo.environment["GRIDLINE_FAULTS"] != nil
    static let whySkipped: Comment = "strace is missing or may not trace here; setup names the package"

    /// Each call so many times, each time with each fault. A full disk stays full half of the time.
    static func all(_ counts: KeyValuePairs<Call, any Sequence<Int>>) -> [Injection] {
        counts.flatMap { call, numbers in
            numbers.flatMap { number in
                Fault.allCases.map {
                    Injection(call: call, fault: $0, number: number, goesOn: $0 == .diskFull && number % 2 == 1)
                }
            }
        }
    }

    /// What stands before the program and its arguments.
    ///
    /// - Parameters:
    ///   - log: Where strace tells what it did.
    ///   - paths: Only calls on these files; none = all.
    ///   - isDetached: strace stands aside, so that the process id and the signals are the program's own.
    func wrapper(log: URL, paths: [URL] = [], isDetached: Bool = false) -> [String] {
        let effect = fault == .killed ? "signal=SIGKILL" : "error=\(fault.rawValue)"
        let inject = "inject=\(call.kernelNames):\(effect):when=\(number)\(goesOn ? "+" : "")"
        var words = [Self.strace, "-f", "-qq", "-o", log.path, "-e", "trace=" + call.kernelNames, "-e", inject]
        if isDetached { words.append("-D") }
        // With its filter in the kernel strace is faster, but then delivers no signal.
        if fault != .killed { words.append("--seccomp-bpf") }
        for path in paths { words += ["-P", path.path] }
        return words
    }

    /// Whether a call met it: a program that needs fewer calls meets none.
    func happened(in log: URL, ended status: Int32) -> Bool {
        if fault == .killed { return status == -9 }
        return ((try? String(contentsOf: log, encoding: .utf8)) ?? "").contains("(INJECTED)")
    }
}

/// What really happened, for the table at the end.
struct InjectionTally {
    private var counts: [Injection.Call: [Injection.Fault: Int]] = [:]
    private var endings: [Int32: Int] = [:]
    /// By call and number: how many of its faults happened; 0 = it was tried, and the program made no such call.
    private var hits: [Injection.Call: [Int: Int]] = [:]
    /// Runs whose fault the program really met.
    private(set) var total = 0

    /// Whether an earlier one of this call met nothing, whatever the fault: then there is nothing more to sweep.
    func isPastTheLast(_ injection: Injection) -> Bool {
        hits[injection.call]?.contains { $0.key < injection.number && $0.value == 0 } == true
    }

    mutating func tried(_ injection: Injection) { hits[injection.call, default: [:]][injection.number, default: 0] += 0 }

    mutating func add(_ injection: Injection, ended status: Int32) {
        counts[injection.call, default: [:]][injection.fault, default: 0] += 1
        endings[status, default: 0] += 1
        hits[injection.call, default: [:]][injection.number, default: 0] += 1
        total += 1
    }

    func count(_ call: Injection.Call, _ fault: Injection.Fault) -> Int { counts[call]?[fault] ?? 0 }

    func table(_ title: String) -> String {
        var lines = ["\(title): \(total) faults that happened"]
        for call in Injection.Call.allCases where counts[call] != nil {
            let cells = Injection.Fault.allCases.map { "\($0.rawValue) \(count(call, $0))" }
            lines.append("  " + call.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0) + cells.joined(separator: ", "))
        }
        lines.append("  endings: " + endings.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }
}
