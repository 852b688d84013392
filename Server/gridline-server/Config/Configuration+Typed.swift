import Logging
import Queue
import SyncHTTP
import SyncService
import Telemetry

/// The values in the types that the program's parts take. Every key was checked and has a value where one is unwrapped here.
extension Configuration {
    /// Where devices connect.
    var listen: ListenAddress { ListenAddress(text("listen")!)! }  // checked, and has a default

    /// Where metrics are read; nil = nowhere.
    var metricsListen: ListenAddress? { text("metrics_listen").flatMap(ListenAddress.init) }

    /// Certificate and key; nil without TLS.
    var tls: TLSFiles? {
        guard let certificate = text("tls_cert"), let key = text("tls_key") else { return nil }
        return TLSFiles(certificate: certificate, key: key)
    }

    /// The store's folder.
    /// - Throws: `badConfiguration` if none is named.
    func directory() throws(OperationProblem) -> StoreDirectory {
        guard let path = text("store") else {
            throw OperationProblem(
                .badConfiguration, "name the store's folder: --store DIR, GRIDLINE_STORE, or store in the configuration file")
        }
        return StoreDirectory(path)
    }

    /// How long running requests may take at the end, seconds.
    var shutdownGraceSeconds: Int { number("shutdown_grace_seconds") ?? 60 }

    /// Below it nothing is written.
    var logLevel: Logger.Level { text("log_level").flatMap(Logger.Level.init(rawValue:)) ?? .info }

    /// How a line looks.
    var logFormat: LogFormat { text("log_format").flatMap(LogFormat.init(rawValue:)) ?? .text }

    /// What bounds connections and requests.
    var limits: HTTPLimits {
        var limits = HTTPLimits()
        if let value = number("connections_max") { limits.connectionsMax = value }
        if let value = number("requests_max") { limits.requestsMax = value }
        if let value = number("body_bytes_max") { limits.bodyBytesMax = value }
        if let value = number("receiving_bytes_max") { limits.receivingBytesMax = value }
        if let value = number("idle_seconds") { limits.idleSeconds = value }
        if let value = number("write_seconds") { limits.writeSeconds = value }
        if let value = number("body_grace_seconds") { limits.bodyGraceSeconds = Double(value) }
        if let value = number("body_bytes_per_second_min") { limits.bodyBytesPerSecondMin = Double(value) }
        return limits
    }

    /// What bounds the work.
    var service: ServiceConfiguration {
        var service = ServiceConfiguration()
        if let value = number("token_lifetime_seconds") { service.tokenLifetime = Int64(value) * 1000 }
        if let value = number("code_attempts_max") { service.codeAttemptsMax = UInt64(value) }
        if let value = number("batch_weight_max") { service.batchWeightMax = value }
        if let value = number("queue_weight_max") { service.queueWeightMax = value }
        if let value = number("working_bytes_max") { service.workingBytesMax = value }
        if let value = number("watchers_max") { service.watchersMax = value }
        if let value = number("page_bytes_max") { service.pageBytesMax = value }
        return service
    }
}
