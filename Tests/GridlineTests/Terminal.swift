import Foundation

/// A terminal of its own for tests: tmux without anybody's settings, on a socket that no other tmux looks at.
final class TestTerminal {
    /// Is there one on this machine?
    static let path: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux"].first { FileManager.default.isExecutableFile(atPath: $0) }
    /// What makes a program's clock stand still.
    static let faketime: String? = ["/usr/bin/faketime", "/usr/local/bin/faketime"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    private let socket = "gridline-test-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(6))"
    private var runCount = 0

    /// A server ends with its last session, and the next one would meet it half dead: this one stays.
    init() throws {
        try tmux(["-u", "-f", "/dev/null", "new-session", "-d", "-s", "keeper", "-x", "80", "-y", "24", "exec sleep 300"])
    }

    /// Ends its own server and no other.
    deinit { _ = try? tmux(["kill-server"]) }

    /// Runs a line of shell in a screen of this size.
    ///
    /// - Returns: What stands on the screen when it has ended: each row as it is, and with wrapped rows joined.
    func screen(_ line: String, columns: Int, rows: Int = 120, environment: [String: String]) throws -> (
        rows: [String], joined: [String]
    ) {
        runCount += 1
        let name = "s\(runCount)"
        let exports = environment.sorted { $0.key < $1.key }.map { "export \($0.key)='\($0.value)'; " }.joined()
        // The pane must outlive the program, or there is nothing left to look at.
        let script = "\(exports)clear; \(line); tmux -L \(socket) wait-for -S \(name); exec sleep 60"
        try tmux([
            "-u", "-f", "/dev/null", "new-session", "-d", "-s", name, "-x", "\(columns)", "-y", "\(rows)", "/bin/sh", "-c",
            script,
        ])
        defer { _ = try? tmux(["kill-session", "-t", name]) }
        try tmux(["wait-for", name])
        let rows = try tmux(["-u", "capture-pane", "-p", "-t", name])
        let joined = try tmux(["-u", "capture-pane", "-p", "-J", "-t", name])
        return (Self.lines(rows), Self.lines(joined))
    }

    private static func lines(_ text: String) -> [String] {
        var lines = text.components(separatedBy: "\n").map { line in
            var line = Substring(line)
            while line.last == " " { line.removeLast() }
            return String(line)
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        try run(
            Self.path ?? "/usr/bin/tmux", ["-L", socket] + arguments,
            environment: ["LC_ALL": "C.UTF-8", "TERM": "xterm-256color"]
        ).out
    }
}

/// Where the programs and the sources are.
enum Place {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The built client: beside the test bundle.
    static let gridline: String = {
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        let beside = own.appendingPathComponent("gridline").path
        return FileManager.default.isExecutableFile(atPath: beside)
            ? beside : root.appendingPathComponent(".build/debug/gridline").path
    }()
}

/// Runs a program to its end. Not with Foundation's Process: it takes a program for running as long as a child of its own, such as
/// tmux's server, holds what it inherited.
func run(_ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws -> (
    status: Int32, out: String, err: String
) {
    let folder = NSTemporaryDirectory() + "gridline-run-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var all = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GRIDLINE_") && !$0.key.hasPrefix("TMUX") }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "COLUMNS"] { all[name] = nil }
    try Data((input ?? "").utf8).write(to: URL(fileURLWithPath: folder + "/in"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, folder + "/in", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder + "/out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder + "/err", O_WRONLY | O_CREAT, 0o600)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    var variables = all.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var process = pid_t()
    let refusal = posix_spawn(&process, path, &actions, nil, &words, &variables)
    guard refusal == 0 else { throw SpawnRefusal(code: refusal) }
    var status: Int32 = 0
    var waits = 0
    while waitpid(process, &status, WNOHANG) == 0 {
        // A minute is far beyond what any of these programs needs.
        if waits == 30_000 { kill(process, SIGKILL) }
        waits += 1
        usleep(2000)
    }
    func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
    }
    return (status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f), read("out"), read("err"))
}

/// The system did not start a program.
struct SpawnRefusal: Error { let code: Int32 }
