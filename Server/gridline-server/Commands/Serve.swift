import ArgumentParser
import Foundation
import Logging
import Queue
import ServiceLifecycle
import SyncHTTP

/// Serves devices, and operators on this machine, until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve devices over HTTP, and operators on this machine over the local socket.",
        discussion: "TLS is required unless the address is loopback. SIGTERM and SIGINT finish the running requests, then end.")

    @OptionGroup var common: CommonOptions
    @Option(help: ArgumentHelp("Address and port; port 0 = any free one.", valueName: "host:port"))
    var listen: String = "127.0.0.1:8443"
    @Option(help: ArgumentHelp("Write the bound port into this file.", valueName: "file"))
    var portFile: String?
    @Option(help: ArgumentHelp("Certificate chain, PEM.", valueName: "file"))
    var tlsCert: String?
    @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file"))
    var tlsKey: String?
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error.", valueName: "level"))
    var logLevel: String = "info"

    func validate() throws {
        guard ListenAddress(listen) != nil else {
            throw ValidationError("--listen: \(listen) is not host:port, for instance 127.0.0.1:8443 or [::]:443.")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else { throw ValidationError("Give --tls-cert and --tls-key together.") }
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level: unknown level \(logLevel).") }
    }

    func run() async throws {
        let output = common.output
        let directory = try common.directory()
        // Everything that the process makes is its owner's alone.
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        do {
            try await serve(directory, output)
        } catch let problem as OperationProblem {
            throw output.report(problem)
        } catch let error as ListenError {
            throw output.report(OperationProblem(.badKey, error.description))
        }
    }

    private func serve(_ directory: StoreDirectory, _ output: Output) async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "gridline-server")
        let address = ListenAddress(listen)!  // validate() has read it
        let tls = tlsCert.flatMap { certificate in tlsKey.map { TLSFiles(certificate: certificate, key: $0) } }
        let centre = try await openForServing(directory)
        defer { centre.close() }
        let application = try SyncServer.application(centre.service, at: address, tls: tls, logger: logger) { port in
            announce(port, address, output)
        }
        let admin = try AdminServer(path: directory.socket, runner: centre.operations)
        var configuration = ServiceGroupConfiguration(
            services: [AdminService(server: admin), Upkeep(store: centre.service.store, logger: logger), application],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await admin.stop()
            throw OperationProblem(.storeFailed, "cannot serve on \(address.description): \(error)")
        }
        output.say("Stopped.", "已停止。")
    }

    private func openForServing(_ directory: StoreDirectory) async throws(OperationProblem) -> Centre {
        for attempt in 0... {
            do throws(OperationProblem) {
                return try Centre.open(directory, process: getpid())
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

    private func announce(_ port: Int, _ address: ListenAddress, _ output: Output) {
        let bound = ListenAddress(host: address.host, port: port)
        if let portFile {
            // Whole or not at all: whoever waits for the file must not read half a number.
            try? Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: portFile), options: .atomic)
        }
        if output.json {
            output.data(["listening": bound.description, "port": String(port)])
        } else {
            output.line(bound.description)
        }
    }
}
