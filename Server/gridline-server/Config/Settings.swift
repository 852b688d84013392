import Logging
import SyncHTTP
import SyncService
import Telemetry

/// Every key of `serve`. Docs/operations.md lists the same ones; a test compares the two.
enum Settings {
    static let all: [Setting] = listeners + logs + limits + work

    private static let http = HTTPLimits()
    private static let service = ServiceConfiguration()

    private static let listeners = [
        Setting(
            key: "store", kind: .path, fallback: nil, flag: "store", unit: "",
            meaning:
                "The store's folder. Every command reads this one from the flag or the environment; serve also from the file."),
        Setting(
            key: "listen", kind: .address, fallback: "127.0.0.1:8443", flag: "listen", unit: "",
            meaning: "Where devices connect. Port 0 = any free one. Without TLS only loopback."),
        Setting(
            key: "port_file", kind: .path, fallback: nil, flag: "port-file", unit: "",
            meaning: "Gets the bound port of `listen`, once it is open."),
        Setting(
            key: "tls_cert", kind: .path, fallback: nil, flag: "tls-cert", unit: "",
            meaning: "Certificate chain, PEM. Together with tls_key."),
        Setting(
            key: "tls_key", kind: .path, fallback: nil, flag: "tls-key", unit: "",
            meaning: "Its private key, PEM; readable by its owner alone."),
        Setting(
            key: "metrics_listen", kind: .address, fallback: nil, flag: "metrics-listen", unit: "",
            meaning: "Where Prometheus reads /metrics: loopback alone. Not set = no metrics."),
        Setting(
            key: "metrics_port_file", kind: .path, fallback: nil, flag: "metrics-port-file", unit: "",
            meaning: "Gets the bound port of `metrics_listen`, once it is open."),
        Setting(
            key: "journal_copy", kind: .path, fallback: nil, flag: "journal-copy", unit: "",
            meaning: "Folder on a second disk that gets everything before it is acknowledged; it is remembered. /dev/null = none."
        ),
        Setting(
            key: "shutdown_grace_seconds", kind: .number(0...3600), fallback: "60", flag: "shutdown-grace", unit: "seconds",
            meaning: "How long requests that have begun may still take after SIGTERM or SIGINT."),
    ]

    private static let logs = [
        Setting(
            key: "log_level", kind: .word(Logger.Level.allCases.map(\.rawValue)), fallback: "info", flag: "log-level", unit: "",
            meaning: "Events below it are not written."),
        Setting(
            key: "log_format", kind: .word(LogFormat.allCases.map(\.rawValue)), fallback: "text", flag: "log-format", unit: "",
            meaning: "How an event is written on standard error, one line each."),
    ]

    private static func number(_ key: String, _ range: ClosedRange<Int>, _ fallback: Int, _ unit: String, _ meaning: String)
        -> Setting
    {
        Setting(key: key, kind: .number(range), fallback: String(fallback), flag: nil, unit: unit, meaning: meaning)
    }

    private static let limits = [
        number(
            "connections_max", 1...100_000, http.connectionsMax, "connections",
            "Connections at once, watching ones among them; more wait in the kernel's queue."),
        number(
            "requests_max", 1...100_000, http.requestsMax, "requests",
            "Requests at once, watches aside; one more is turned away before its body is read."),
        number("body_bytes_max", 65_536...http.bodyBytesMax, http.bodyBytesMax, "bytes", "Compressed bytes of one request."),
        number(
            "receiving_bytes_max", 1 << 20...(16 << 30), http.receivingBytesMax, "bytes",
            "Bytes of all requests that are being received."),
        number("idle_seconds", 1...3600, http.idleSeconds, "seconds", "A connection on which nothing arrives is closed."),
        number(
            "write_seconds", 1...3600, http.writeSeconds, "seconds", "A connection that takes nothing of its answer is closed."),
        number(
            "body_grace_seconds", 1...3600, Int(http.bodyGraceSeconds), "seconds", "A body may take this long at any speed."),
        number(
            "body_bytes_per_second_min", 1...1_000_000, Int(http.bodyBytesPerSecondMin), "bytes per second",
            "The speed that a body must have had after that."),
    ]

    private static let work = [
        number(
            "token_lifetime_seconds", 60...(30 * 86_400), Int(service.tokenLifetime / 1000), "seconds",
            "How long a token saves verifying a device's certificate."),
        number(
            "code_attempts_max", 1...100, Int(service.codeAttemptsMax), "attempts",
            "A one-time code presented in vain this often is worth nothing."),
        number(
            "batch_weight_max", 1...10_000, service.batchWeightMax, "commands", "What one commit takes together, at most."),
        number(
            "queue_weight_max", 1...1_000_000, service.queueWeightMax, "commands",
            "What may wait for the writer; beyond it devices are told to come again."),
        number(
            "working_bytes_max", 64 << 20...(16 << 30), service.workingBytesMax, "bytes",
            "Memory of the requests that are being worked on; beyond it devices are told to come again."),
        number(
            "watchers_max", 0...100_000, service.watchersMax, "devices", "Devices that may wait for news at once."),
        number(
            "page_bytes_max", 4096...(8 << 20), service.pageBytesMax, "bytes", "Rows of one page of a pull."),
    ]
}
