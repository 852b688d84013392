import ArgumentParser
import Foundation
import Queue

/// The flags of `serve`, and of `config`, which shows what they come to.
struct ServeOptions: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customLong("file")],
        help: ArgumentHelp("A YAML file; else GRIDLINE_CONFIG.", valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("Address and port for devices; port 0 = any free one.", valueName: "host:port"))
    var listen: String?
    @Option(help: ArgumentHelp("Write the bound port into this file.", valueName: "file"))
    var portFile: String?
    @Option(help: ArgumentHelp("Certificate chain, PEM.", valueName: "file"))
    var tlsCert: String?
    @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file"))
    var tlsKey: String?
    @Option(help: ArgumentHelp("Serve /metrics for Prometheus here, on loopback.", valueName: "host:port"))
    var metricsListen: String?
    @Option(help: ArgumentHelp("Write the bound port of the metrics into this file.", valueName: "file"))
    var metricsPortFile: String?
    @Option(
        help: ArgumentHelp(
            "Copy everything that is written here first, on a second disk; /dev/null ends it.", valueName: "dir"))
    var journalCopy: String?
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error.", valueName: "level"))
    var logLevel: String?
    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat: String?
    @Option(help: ArgumentHelp("Seconds that running requests may take after SIGTERM.", valueName: "seconds"))
    var shutdownGrace: String?
    @Option(help: ArgumentHelp("Any key of the configuration; gridline-server config lists them.", valueName: "key=value"))
    var set: [String] = []

    /// What the flags, the environment and the file come to.
    /// - Throws: `badConfiguration` with everything that is wrong.
    func configuration(store: String?) throws(OperationProblem) -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        var input = Configuration.Input()
        input.file = config ?? environment["GRIDLINE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        input.environment = environment
        let named: [(String, String?)] = [
            ("store", store), ("listen", listen), ("port_file", portFile), ("tls_cert", tlsCert), ("tls_key", tlsKey),
            ("metrics_listen", metricsListen), ("metrics_port_file", metricsPortFile), ("journal_copy", journalCopy),
            ("log_level", logLevel),
            ("log_format", logFormat), ("shutdown_grace_seconds", shutdownGrace),
        ]
        for case (let key, let value?) in named { input.flags[key] = value }
        input.assignments = set
        do {
            return try Configuration(input)
        } catch {
            throw error.problem
        }
    }
}
