import ArgumentParser
import Foundation
import Queue

/// Shows what `serve` would run with.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the configuration that serve would have, and where each value comes from.",
        discussion: """
            Takes the same flags as serve. Built-in values are overlaid by the file, then by the environment, then by flags. Values are \
            addresses, numbers and paths: what is secret stands in the files that the paths name, and is never printed. Exit 64 with \
            every fault if something is wrong.
            Example: gridline-server config --check --file /etc/gridline/serve.yaml
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: ServeOptions
    @Flag(help: "Also look at the files and folders that it names.")
    var check = false

    func run() throws {
        let output = common.output
        do throws(OperationProblem) {
            let configuration = try options.configuration(store: common.store)
            if check { try Self.lookAtFiles(configuration) }
            show(configuration, output)
        } catch {
            throw output.report(error)
        }
    }

    private struct Line: Encodable {
        var key: String
        var value: String?
        var source: String
        var `default`: String?
        var unit: String
        var allowed: String
        var variable: String
        var flag: String?
    }

    private func show(_ configuration: Configuration, _ output: Output) {
        let lines = Settings.all.map { setting in
            let value = configuration.values[setting.key]
            return Line(
                key: setting.key, value: value?.text, source: value?.source.description ?? "-", default: setting.fallback,
                unit: setting.unit, allowed: setting.allowed, variable: setting.variable,
                flag: setting.flag.map { "--\($0)" })
        }
        guard !output.json else { return output.data(lines) }
        let heading = output.words("KEY VALUE SOURCE", "键 值 来源")
        output.table(
            heading.split(separator: " ").map(String.init),
            lines.map { [$0.key, $0.value ?? "-", $0.source == "default" ? output.words("default", "默认") : $0.source] })
        if check { output.say("The configuration is good.", "配置有效。") }
    }

    private static func lookAtFiles(_ configuration: Configuration) throws(OperationProblem) {
        var faults = ConfigurationFaults()
        func source(_ key: String) -> ConfigurationSource { configuration.values[key]?.source ?? .builtIn }
        for key in ["tls_cert", "tls_key"] {
            guard let path = configuration.text(key), !FileManager.default.isReadableFile(atPath: path) else { continue }
            faults.add(source(key), "\(key): \(path) cannot be read")
        }
        if let store = configuration.text("store"),
            !FileManager.default.fileExists(atPath: StoreDirectory(store).configuration)
        {
            faults.add(source("store"), "store: there is no store in \(store)")
        }
        guard faults.lines.isEmpty else { throw faults.problem }
    }
}
