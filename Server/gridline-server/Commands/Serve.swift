import ArgumentParser
import Foundation
import Logging
import Queue
import ServiceLifecycle
import SyncHTTP
import SyncProtocol
import Synchronization
import Telemetry
import Tickets

/// Serves devices, and operators on this machine, until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve devices over HTTP, and operators on this machine over the local socket.",
        discussion: """
            TLS is required unless the address is loopback. SIGTERM and SIGINT finish the running requests, commit what waits, then end \
            with exit code 0; a second signal ends at once. Docs/operations.md lists every key of the configuration.
            Example: gridline-server serve --config /etc/gridline/serve.yaml --log-format json
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: ServeOptions

    func run() async throws {
        let output = common.output
        // Everything that the process makes is its owner's alone.
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        do {
            let configuration = try options.configuration(store: common.store)
            try await serve(try configuration.directory(), configuration, output)
        } catch let problem as OperationProblem {
            throw output.report(problem)
        } catch let error as ListenError {
            throw output.report(OperationProblem(.badKey, error.description))
        }
    }

    private func serve(_ directory: StoreDirectory, _ configuration: Configuration, _ output: Output) async throws {
        let logger = Self.logger(configuration)
        let metrics = ServerMetrics(routes: SyncServer.paths, clock: Edge.stopwatch)
        let centre = try await openForServing(directory, configuration, metrics, logger)
        defer { centre.close() }
        metrics.addGauge("gridline_writer_queue_requests", "Requests that wait for the writer.") { [service = centre.service] in
            Double(service.waitingRequestCount)
        }
        metrics.addGauge("gridline_watching_devices", "Devices that wait for news.") { [service = centre.service] in
            Double(service.watchers.count)
        }
        let copyWatch = CopyWatch(store: centre.store, logger: logger)
        copyWatch.addGauges(to: metrics)
        let application = try SyncServer.application(
            centre.service, at: configuration.listen, tls: configuration.tls, limits: configuration.limits, metrics: metrics,
            logger: logger
        ) { port in
            announce(port, configuration, output)
        }
        let admin = try AdminServer(path: directory.socket, runner: centre.operations)
        // Ended in the opposite order: devices first, what an operator looks on with last.
        var services: [any Service] = [AdminService(server: admin)]
        if let address = configuration.metricsListen {
            let gauges = StoreGauges(
                centre.service.store, path: directory.database, clock: Edge.clock, stopwatch: Edge.stopwatch)
            services.append(
                try MetricsServer.application(metrics, build: Self.build, store: gauges, at: address, logger: logger) { port in
                    Self.write(port, to: configuration.text("metrics_port_file"))
                })
        }
        let scheduler = Scheduler(centre.service.store, rules: { [service = centre.service] in service.rules }, clock: Edge.clock)
        services += [
            Upkeep(store: centre.service.store, logger: logger), AlarmWatch(scheduler: scheduler, logger: logger), copyWatch,
            LoopService(application),
        ]
        do {
            try await run(services, configuration, logger)
        } catch {
            await admin.stop()
            throw OperationProblem(.storeFailed, "cannot serve on \(configuration.listen.description): \(error)")
        }
        // In good order: nobody waits, so this commits nothing new, and the log is folded into the file.
        centre.close()
        logger.info("stopped")
        output.say("Stopped.", "已停止。")
    }

    /// Until the first signal; then until the running requests have ended or their time is over.
    private func run(_ services: [any Service], _ configuration: Configuration, _ logger: Logger) async throws {
        let grace = configuration.shutdownGraceSeconds
        var group = ServiceGroupConfiguration(services: services, logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(grace)
        let services = ServiceGroup(configuration: group)
        let isStopping = Mutex(false)
        let signals = StopSignals {
            isStopping.withLock { $0 = true }
            logger.notice("stopping", metadata: ["seconds": .stringConvertible(grace)])
            StopSignals.endAfter(seconds: grace + 15) { logger.error("stopped at once: requests did not end") }
            Task { await services.triggerGracefulShutdown() }
        } second: {
            logger.warning("stopped at once: second signal")
        }
        defer { withExtendedLifetime(signals) {} }
        do {
            try await services.run()
        } catch {
            // Requests that were cut because their time was over are no failure of the server.
            guard isStopping.withLock({ $0 }) else { throw error }
            logger.warning("requests were cut", metadata: ["seconds": .stringConvertible(grace)])
        }
    }

    private static func logger(_ configuration: Configuration) -> Logger {
        let (format, level) = (configuration.logFormat, configuration.logLevel)
        LoggingSystem.bootstrap { _ in
            LineLogHandler(format, level: level, clock: Edge.clock) { line in
                // One call per line: lines of different threads do not mix. A reader that has gone away is no error of ours.
                try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
            }
        }
        return Logger(label: "gridline-server")
    }

    private static var build: BuildInfo {
        BuildInfo(
            version: Release.version, schema: String(SchemaVersion.current), wire: String(ProtocolVersion.current))
    }

    private func openForServing(
        _ directory: StoreDirectory, _ configuration: Configuration, _ metrics: ServerMetrics, _ logger: Logger
    ) async throws(OperationProblem) -> Centre {
        let serving = Centre.Serving(
            process: getpid(), startedAt: Edge.clock(), metrics: metrics, configuration: configuration.service
        ) { error in
            // At once, and past everything that would still write: what this process sees of its files may not be on the disk
            // (decision 0028). Whoever waits for an answer gets none and comes again.
            logger.critical("stopped at once: \(error.description)", metadata: ["code": "\(error.code)"])
            _exit(1)
        }
        for attempt in 0... {
            do throws(OperationProblem) {
                return try Centre.open(directory, serving: serving, journalCopy: configuration.text("journal_copy"))
            } catch {
                guard error.code == .storeBusy else { throw error }
                if try AdminClient.connect(path: directory.socket) != nil {
                    throw OperationProblem(.serving, "a serve is running on \(directory.path) already")
                }
                // A single command has it, or the serve before us is just ending: they need moments.
                guard attempt < 200 else { throw error }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    private func announce(_ port: Int, _ configuration: Configuration, _ output: Output) {
        let bound = ListenAddress(host: configuration.listen.host, port: port)
        Self.write(port, to: configuration.text("port_file"))
        if output.json {
            output.data(["listening": bound.description, "port": String(port)])
        } else {
            output.line(bound.description)
        }
    }

    /// Whole or not at all: whoever waits for the file must not read half a number.
    private static func write(_ port: Int, to file: String?) {
        guard let file else { return }
        try? Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
