import Foundation
import Harness
import Testing

@Suite struct `The configuration of serve` {
    private func folder() throws -> URL {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("gridline-config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func run(_ arguments: [String], _ folder: URL, environment: [String: String] = [:]) throws -> Outcome {
        try Program.run("gridline-server", arguments, environment: environment, in: folder, seconds: 60)
    }

    @Test func `flags win over the environment, that over the file, that over what is built in; each value names its source`()
        throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("serve.yaml")
        try """
        # the night shift's
        listen: 127.0.0.1:7001
        idle_seconds: 30
        log_level: debug
        write_seconds: 70
        """.write(to: file, atomically: true, encoding: .utf8)
        let outcome = try run(
            [
                "config", "--json", "--config", file.path, "--set", "write_seconds=90", "--log-level", "error", "--set",
                "connections_max=9",
            ], folder,
            environment: ["GRIDLINE_IDLE_SECONDS": "31", "GRIDLINE_LOG_LEVEL": "notice", "GRIDLINE_LOG_FORMAT": "json"])
        #expect(outcome.status == 0, "\(outcome.err)")
        var found: [String: [String]] = [:]
        for line in outcome.array {
            if let key = line["key"] as? String {
                found[key] = [line["value"] as? String ?? "-", line["source"] as? String ?? "-"]
            }
        }
        #expect(found["listen"] == ["127.0.0.1:7001", "\(file.path):2"])
        #expect(found["idle_seconds"] == ["31", "GRIDLINE_IDLE_SECONDS"])
        #expect(found["log_format"] == ["json", "GRIDLINE_LOG_FORMAT"])
        #expect(found["log_level"] == ["error", "--log-level"])
        #expect(found["write_seconds"] == ["90", "--set"])
        #expect(found["connections_max"] == ["9", "--set"])
        #expect(found["shutdown_grace_seconds"] == ["60", "default"])
        #expect(found["tls_key"] == ["-", "-"])
    }

    @Test func `every fault is said at once, with its place, what is allowed and the nearest key, and no secret`() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("serve.yaml")
        let secret = "MC4CAQAwBQYDK2VwBCIEIJ"
        try """
        listne: 127.0.0.1:1
        idle_seconds: never
        write_seconds: 99999
        log_format: jsn
        metrics_listen: 0.0.0.0:9464
        idle_seconds: 5
        tls_key: "-----BEGIN PRIVATE KEY-----\\n\(secret)"
        body_bytes_max: [1, 2]
        listen: 0.0.0.0:8443
        """.write(to: file, atomically: true, encoding: .utf8)
        let flags = ["--config", file.path, "--shutdown-grace=-1", "--set", "nonsense", "--set", "colour=red"]
        for command in [["config", "--check"], ["serve", "--store", folder.path]] {
            let outcome = try run(
                command + flags, folder, environment: ["GRIDLINE_LOG_LEVLE": "info", "GRIDLINE_CODE_ATTEMPTS_MAX": "0"])
            #expect(outcome.status == 64, "\(outcome.err)")
            for expected in [
                "GL-Q2020", "\(file.path):1: listne: unknown key; did you mean listen?",
                "\(file.path):2: idle_seconds: \"never\" is no whole number; allowed: 1 to 3600",
                "\(file.path):3: write_seconds: 99999 is out of bounds; allowed: 1 to 3600",
                "\(file.path):4: log_format: \"jsn\" is not known; allowed: text, json; did you mean json?",
                "\(file.path):5: metrics_listen: 0.0.0.0:9464 can be reached from other machines",
                "\(file.path):6: idle_seconds: stands here twice", "\(file.path):7: tls_key: this is no path",
                "\(file.path):8: body_bytes_max: one value is expected", "\(file.path):9: listen: 0.0.0.0:8443 can be reached",
                "GRIDLINE_LOG_LEVLE: unknown variable; did you mean GRIDLINE_LOG_LEVEL?",
                "GRIDLINE_CODE_ATTEMPTS_MAX: code_attempts_max: 0 is out of bounds; allowed: 1 to 100",
                "--shutdown-grace: shutdown_grace_seconds: -1 is out of bounds; allowed: 0 to 3600",
                "--set: \"nonsense\" is not KEY=VALUE", "--set: colour: unknown key",
            ] { #expect(outcome.err.contains(expected), "missing: \(expected)\nin: \(outcome.err)") }
            #expect(!(outcome.err + outcome.out).contains(secret))
        }
        let chinese = try run(["config", "--lang", "zh"] + flags, folder)
        #expect(chinese.err.contains("配置有误"))
    }

    @Test(arguments: ["- a\n- b\n", "listen: [", "just words\n", "? {a: 1}\n: 2\n", "listen: &x *x\n"])
    func `a file that is no list of keys and values is refused with its place`(content: String) throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("serve.yaml")
        try content.write(to: file, atomically: true, encoding: .utf8)
        let outcome = try run(["config", "--config", file.path], folder)
        #expect(outcome.status == 64)
        #expect(outcome.err.contains("\(file.path):1") || outcome.err.contains("\(file.path):2"), "\(outcome.err)")
    }

    @Test func `the page for operators lists the keys of the code, with flag, variable, unit, default and what is allowed`()
        throws
    {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try run(["config", "--json"], folder).array
        #expect(lines.count > 20)
        let page = try String(contentsOf: Program.root.appendingPathComponent("Docs/operations.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("`GRIDLINE_") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) } }
        let expected = lines.map { line in
            [
                line["key"] as? String ?? "", line["flag"] as? String ?? "--set", line["variable"] as? String ?? "",
                (line["unit"] as? String).flatMap { $0.isEmpty ? nil : $0 } ?? "-", line["default"] as? String ?? "-",
                line["allowed"] as? String ?? "",
            ]
        }
        #expect(rows.map { Array($0.prefix(6)) } == expected)
        #expect(rows.allSatisfy { $0.count == 7 && $0[6].count > 10 })
    }
}
