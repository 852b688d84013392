import Foundation
import Queue
import SyncHTTP
import Yams

/// Where a value comes from; later ones win.
enum ConfigurationSource: Hashable, Sendable {
    case builtIn
    case file(String, line: Int)
    case environment(String)
    case flag(String)

    /// `/etc/gridline/serve.yaml:3`, `GRIDLINE_LISTEN`, `--listen`.
    var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): name
        case .flag(let name): name
        }
    }
}

/// One value with its source.
struct ConfiguredValue: Sendable {
    let text: String
    let source: ConfigurationSource
}

/// Everything that is wrong, at once: nobody mends a file by starting a server ten times.
struct ConfigurationFaults: Error, Sendable {
    var lines: [String] = []

    mutating func add(_ source: ConfigurationSource, _ words: String) { lines.append("\(source.description): \(words)") }

    var problem: OperationProblem { OperationProblem(.badConfiguration, lines.joined(separator: "\n  ")) }
}

/// The effective configuration of `serve`: built-in values, overlaid by a file, the environment and flags, in this order.
struct Configuration: Sendable {
    private(set) var values: [String: ConfiguredValue] = [:]

    /// What came from outside, in the order of precedence.
    struct Input: Sendable {
        /// A YAML file; nil = none.
        var file: String?
        var environment: [String: String] = [:]
        /// Flags that have a name of their own: key to value.
        var flags: [String: String] = [:]
        /// `--set`: `key=value`.
        var assignments: [String] = []
    }

    /// Reads and checks all of it.
    /// - Throws: `ConfigurationFaults` with one line for each thing that is wrong.
    init(_ input: Input) throws(ConfigurationFaults) {
        var faults = ConfigurationFaults()
        for setting in Settings.all {
            if let fallback = setting.fallback { values[setting.key] = ConfiguredValue(text: fallback, source: .builtIn) }
        }
        if let file = input.file { read(file: file, &faults) }
        read(environment: input.environment, &faults)
        for (key, value) in input.flags.sorted(by: { $0.key < $1.key }) {
            let flag = Settings.all.first { $0.key == key }?.flag ?? key
            take(key, value, .flag("--\(flag)"), &faults)
        }
        for assignment in input.assignments {
            let source = ConfigurationSource.flag("--set")
            guard let sign = assignment.firstIndex(of: "=") else {
                faults.add(source, "\"\(assignment.clipped(40))\" is not KEY=VALUE")
                continue
            }
            take(String(assignment[..<sign]), String(assignment[assignment.index(after: sign)...]), source, &faults)
        }
        checkTogether(&faults)
        guard faults.lines.isEmpty else { throw faults }
    }

    private mutating func take(
        _ key: String, _ value: String, _ source: ConfigurationSource, _ faults: inout ConfigurationFaults
    ) {
        guard let setting = Settings.all.first(where: { $0.key == key }) else {
            let near = Nearest.of(key, among: Settings.all.map(\.key)).map { "did you mean \($0)?" }
            faults.add(source, "\(key.clipped(40)): unknown key; \(near ?? "gridline-server config lists the keys")")
            return
        }
        if let fault = setting.fault(in: value) {
            faults.add(source, "\(key): \(fault)")
            return
        }
        var text = value
        if case .path = setting.kind { text = StoreDirectory.absolute(value) }
        values[key] = ConfiguredValue(text: text, source: source)
    }

    private mutating func read(file: String, _ faults: inout ConfigurationFaults) {
        let path = StoreDirectory.absolute(file)
        guard let data = FileManager.default.contents(atPath: path) else {
            faults.add(.file(path, line: 1), "cannot be read")
            return
        }
        guard data.count <= 1 << 20 else {
            faults.add(.file(path, line: 1), "is larger than 1 MiB; this is no configuration")
            return
        }
        let node: Node?
        do {
            node = try Self.compose(String(decoding: data, as: UTF8.self), path, &faults)
        } catch let error as YamlError {
            // The parser's own words quote the line, which may hold anything: the place must do.
            let isTwice = if case .duplicatedKeysInMapping = error { true } else { false }
            faults.add(.file(path, line: error.place?.line ?? 1), isTwice ? "a key stands here twice" : "is not YAML here")
            return
        } catch {
            faults.add(.file(path, line: 1), "is not YAML")
            return
        }
        guard let node else { return }  // an empty file
        guard let mapping = node.mapping else {
            faults.add(.file(path, line: node.mark?.line ?? 1), "KEY: VALUE is expected, one a line")
            return
        }
        for (key, value) in mapping {
            let source = ConfigurationSource.file(path, line: key.mark?.line ?? 1)
            guard let name = key.string else {
                faults.add(source, "a key is a word")
                continue
            }
            guard let scalar = value.scalar else {
                faults.add(source, "\(name.clipped(40)): one value is expected, no list and no section")
                continue
            }
            take(name, scalar.string, source, &faults)
        }
    }

    /// Reads the file. The parser ends at a key that stands twice; the later ones are named and taken out, so that the rest is
    /// looked at too.
    private static func compose(_ text: String, _ path: String, _ faults: inout ConfigurationFaults) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch YamlError.duplicatedKeysInMapping(let names, _) {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var seen: Set<String> = []
            for (index, line) in lines.enumerated() {
                guard let name = names.first(where: { line.hasPrefix($0 + ":") }), !seen.insert(name).inserted else { continue }
                faults.add(.file(path, line: index + 1), "\(name.clipped(40)): stands here twice")
                lines[index] = ""
            }
            return try Yams.compose(yaml: lines.joined(separator: "\n"))
        }
    }

    private mutating func read(environment: [String: String], _ faults: inout ConfigurationFaults) {
        let own = Dictionary(uniqueKeysWithValues: Settings.all.map { ($0.variable, $0.key) })
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("GRIDLINE_") && !value.isEmpty {
            if let key = own[name] {
                take(key, value, .environment(name), &faults)
            } else if !Self.otherVariables.contains(name),
                let near = Nearest.of(String(name.dropFirst(9)), among: Settings.all.map { $0.key.uppercased() })
            {
                // Other programs have variables that begin like ours: only what looks like a slip is one.
                faults.add(.environment(name), "unknown variable; did you mean GRIDLINE_\(near)?")
            }
        }
    }

    /// Variables of the programs that are no settings of `serve`.
    private static let otherVariables: Set<String> = ["GRIDLINE_AS", "GRIDLINE_LANG", "GRIDLINE_CONFIG"]
}

// MARK: - What depends on more than one value

extension Configuration {
    private func checkTogether(_ faults: inout ConfigurationFaults) {
        func source(_ key: String) -> ConfigurationSource { values[key]?.source ?? .builtIn }
        if (text("tls_cert") == nil) != (text("tls_key") == nil) {
            let given = text("tls_cert") == nil ? "tls_key" : "tls_cert"
            faults.add(source(given), "\(given): tls_cert and tls_key belong together")
        }
        if let listen = text("listen").flatMap(ListenAddress.init), !listen.isLoopback, text("tls_cert") == nil {
            faults.add(source("listen"), "listen: \(ListenError.needsTLS(listen).description)")
        }
        if let listen = text("metrics_listen").flatMap(ListenAddress.init) {
            if !listen.isLoopback {
                faults.add(source("metrics_listen"), "metrics_listen: \(ListenError.notLoopback(listen).description)")
            } else if listen.port != 0, listen.port == text("listen").flatMap(ListenAddress.init)?.port {
                faults.add(source("metrics_listen"), "metrics_listen: this port is that of listen")
            }
        }
        for (small, large) in [("body_bytes_max", "receiving_bytes_max"), ("batch_weight_max", "queue_weight_max")] {
            guard let less = number(small), let more = number(large), less > more else { continue }
            faults.add(source(small), "\(small): \(less) is more than \(large), \(more)")
        }
    }

    /// A value; nil if there is none.
    func text(_ key: String) -> String? { values[key]?.text }

    /// A number; nil if it was faulty.
    func number(_ key: String) -> Int? { values[key].flatMap { Int($0.text) } }
}

extension YamlError {
    /// Where it is, if the parser says so.
    fileprivate var place: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        default: nil
        }
    }
}

/// The form of an address.
enum ListenText {
    static func isAddress(_ text: String) -> Bool { ListenAddress(text) != nil }
}
