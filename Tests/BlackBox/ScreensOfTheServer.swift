import Foundation
import Harness
import Testing

@Suite(.serialized) struct `What the server says before it does anything` {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "gridline-words-\(UUID().uuidString.prefix(8))")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome {
        try Program.run("gridline-server", arguments, environment: environment, in: folder, seconds: 20)
    }

    /// Paths of every command that does something, as the parser knows them.
    private func commands() throws -> [[String]] {
        let dump = try run(["--experimental-dump-help"])
        func paths(_ command: [String: Any], _ above: [String]) -> [[String]] {
            let below = (command["subcommands"] as? [[String: Any]] ?? []).filter { $0["commandName"] as? String != "help" }
            return below.isEmpty
                ? [above] : below.flatMap { paths($0, above + [$0["commandName"] as? String ?? ""]) }
        }
        return paths(dump.object["command"] as? [String: Any] ?? [:], [])
    }

    private static func sentence(_ line: String) -> Bool {
        line.range(of: #"[A-Za-z]{2,}( [a-z]{2,}){2,}"#, options: .regularExpression) != nil
    }

    @Test func `help of every command is whole in both languages, with an example that parses`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let commands = try commands()
        #expect(commands.count >= 25)
        for command in commands {
            let chinese = try run(["help"] + command, ["GRIDLINE_LANG": "zh", "COLUMNS": "80"])
            let english = try run(command + ["--help"], ["COLUMNS": "80"])
            #expect(chinese.status == 0 && english.status == 0 && chinese.err == "" && english.err == "")
            #expect(chinese.out.contains("用法：gridline-server \(command.joined(separator: " "))"), "\(chinese.out)")
            #expect(english.out.contains("Usage: gridline-server") && english.out.contains("Examples:"), "\(command)")
            for line in chinese.out.split(separator: "\n").map(String.init) where !line.contains("gridline-server ") {
                #expect(!Self.sentence(line), "\(command): \(line)")
            }
            let lines = english.out.components(separatedBy: "Examples:\n").last?.split(separator: "\n").map(String.init) ?? []
            for line in lines where line.hasPrefix("      gridline-server ") && !line.contains(" serve ") && !line.contains(" > ")
            {
                // The folder's own place: an example that works must not leave a centre where the tests are started.
                let words = line.components(separatedBy: " < ")[0].split(separator: " ").dropFirst()
                    .map { $0 == "centre" ? folder.appendingPathComponent("centre").path : String($0) }
                let outcome = try run(words, ["GRIDLINE_STORE": folder.appendingPathComponent("none").path])
                // Whatever else is wrong with it here, it was understood.
                #expect(outcome.status >= 0 && !outcome.err.contains("Usage:"), "\(line): \(outcome.status) \(outcome.err)")
            }
        }
    }

    @Test func `what is mistyped is told in the operator's language, with what may have been meant`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for (line, words) in [
            (["dispach"], "dispatch"), (["queue", "--limt", "3", "--store", "x"], "--limit"), (["device", "lst"], "list"),
            (["show"], "缺少参数"), (["queue", "--limit", "x"], "不适用于"),
        ] {
            let outcome = try run(line, ["GRIDLINE_LANG": "zh"])
            #expect(outcome.status == 64 && outcome.err.contains(words) && outcome.err.contains("用法："), "\(line): \(outcome.err)")
            for english in ["Error:", "Usage", "Unexpected", "Missing", "Unknown"] {
                #expect(!outcome.err.contains(english), "\(outcome.err)")
            }
        }
        let none = try run(["check", "--store", "nowhere"], ["GRIDLINE_LANG": "zh"])
        #expect(none.status == 1 && none.err.contains("GL-Q2011") && !Self.sentence(none.err), "\(none.err)")
    }

    @Test(arguments: ["zh", "en"]) func `the manual page is one that the typesetter understands`(language: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = try run(["manual", "--lang", language])
        #expect(page.status == 0 && page.out.contains(".TH GRIDLINE\\-SERVER 1") || page.out.contains(".TH GRIDLINE-SERVER 1"))
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
        let file = folder.appendingPathComponent("page.1")
        try Data(page.out.utf8).write(to: file)
        let set = try Program.run("/usr/bin/groff", ["-K", "utf8", "-Tutf8", "-man", "-ww", file.path], in: folder)
        #expect(set.status == 0 && set.err.isEmpty, "\(set.err.prefix(2000))")
    }
}
