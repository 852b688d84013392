import Foundation

/// What a finished process left behind.
public struct Outcome: Sendable {
    /// Exit code, or the negative signal number of a process that a signal ended.
    public var status: Int32
    /// Standard output as text; invalid UTF-8 is replaced.
    public var out: String
    /// Standard error as text.
    public var err: String

    /// The output parsed as JSON; nil if it is none.
    public var json: Any? { try? JSONSerialization.jsonObject(with: Data(out.utf8), options: [.fragmentsAllowed]) }
    /// The output parsed as a JSON object.
    public var object: [String: Any] { json as? [String: Any] ?? [:] }
    /// The output parsed as a JSON array of objects.
    public var array: [[String: Any]] { json as? [[String: Any]] ?? [] }
    /// Each line of the output parsed as a JSON object.
    public var lines: [[String: Any]] {
        out.split(separator: "\n").compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
}

/// Starts real programs. Output goes through files, so that no pipe fills up and no reader has to be fed.
public enum Program {
    /// The folder with the built programs: beside the running test bundle or program.
    public static let folder: URL = {
        if let given = ProcessInfo.processInfo.environment["GRIDLINE_BIN"] { return URL(fileURLWithPath: given) }
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let named = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for folder in [named, own] where FileManager.default.fileExists(atPath: folder.appendingPathComponent("gridline").path) {
            return folder
        }
        return root.appendingPathComponent(".build/debug")
    }()

    /// The root of the checkout.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where real messages lie, if they are on this machine.
    public static let data: URL? = {
        let given = ProcessInfo.processInfo.environment["GRIDLINE_DATA"].map { URL(fileURLWithPath: $0) }
        let folder = given ?? root.deletingLastPathComponent().appendingPathComponent("shared/data")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// A process with its output files.
    public static func start(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: Data? = nil, in folder: URL
    ) throws -> Running {
        let process = Process()
        let path = name.contains("/") ? URL(fileURLWithPath: name) : Program.folder.appendingPathComponent(name)
        process.executableURL = path
        process.arguments = arguments
        var all = ProcessInfo.processInfo.environment
        for key in ["GRIDLINE_ONLY", "GRIDLINE_KILL_AT", "GRIDLINE_HOME", "GRIDLINE_LANG"] { all[key] = nil }
        all["LANG"] = "en_US.UTF-8"
        all["NO_COLOR"] = "1"
        all.merge(environment) { $1 }
        process.environment = all
        let stem = folder.appendingPathComponent(".out-\(UUID().uuidString)").path
        let (out, err, inn) = (stem + ".out", stem + ".err", stem + ".in")
        _ = FileManager.default.createFile(atPath: out, contents: nil)
        _ = FileManager.default.createFile(atPath: err, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        if let input {
            _ = FileManager.default.createFile(atPath: inn, contents: input)
            process.standardInput = FileHandle(forReadingAtPath: inn)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        return Running(process: process, out: out, err: err, inn: inn)
    }

    /// Runs to the end; a process that takes longer than `seconds` is killed and reported as -9.
    public static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: Data? = nil, in folder: URL,
        seconds: Double = 120
    ) throws -> Outcome {
        try start(name, arguments, environment: environment, input: input, in: folder).finish(seconds: seconds)
    }
}

/// A process under way.
public final class Running: @unchecked Sendable {
    // Used from one thread at a time; Process itself is thread-safe for `terminate` and `isRunning`.
    /// The process.
    public let process: Process
    private let out: String
    private let err: String
    private let inn: String

    init(process: Process, out: String, err: String, inn: String) {
        (self.process, self.out, self.err, self.inn) = (process, out, err, inn)
    }

    /// Sends SIGKILL to this very process.
    public func kill9() { kill(process.processIdentifier, SIGKILL) }

    /// What it has printed so far.
    public var outputSoFar: String { (try? String(contentsOfFile: out, encoding: .utf8)) ?? "" }
    /// What it has complained of so far.
    public var errorsSoFar: String { (try? String(contentsOfFile: err, encoding: .utf8)) ?? "" }

    /// Waits for the end and collects the output.
    public func finish(seconds: Double = 120) -> Outcome {
        let limit = Date().addingTimeInterval(seconds)
        while process.isRunning && Date() < limit { usleep(1500) }
        if process.isRunning { kill9() }
        process.waitUntilExit()
        let read = { (path: String) in
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        let outcome = Outcome(
            status: process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus,
            out: read(out), err: read(err))
        for path in [out, err, inn] { try? FileManager.default.removeItem(atPath: path) }
        return outcome
    }
}

/// A failure of the harness itself or of a step that must not fail.
public struct HarnessError: Error, CustomStringConvertible {
    /// What happened.
    public var description: String
    /// A failure with its text.
    public init(_ description: String) { self.description = description }
}
