import Foundation

/// One folder with a centre and devices: real programs, real files, one port on loopback.
public final class City: @unchecked Sendable {
    // Configured from one thread; `run` may be called from several at once.
    /// Everything of this city lies here.
    public let folder: URL
    /// The central store's folder.
    public var store: URL { folder.appendingPathComponent("centre") }
    /// The operator that `init` makes.
    public let operatorID = "op"
    private var server: Running?
    /// The port of the running server, 0 if none runs.
    public private(set) var port = 0

    /// - Parameter folder: made if it is not there.
    public init(_ folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A city in a fresh temporary folder.
    public static func temporary(_ name: String) throws -> City {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
            "gridline-\(name)-\(UUID().uuidString.prefix(8))")
        return try City(base)
    }

    /// Ends the server and removes the folder.
    public func remove() {
        kill9()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The central store, for asking.
    public func database() throws -> Database { try Database(store.appendingPathComponent("central.sqlite")) }

    /// The address of the running server.
    public var address: String { "http://127.0.0.1:\(port)" }

    /// One command of the operator.
    @discardableResult
    public func centre(_ arguments: [String], input: Data? = nil, expect: Int32? = 0, seconds: Double = 120) throws -> Outcome {
        let outcome = try Program.run(
            "gridline-server", arguments + ["--store", store.path], input: input, in: folder, seconds: seconds)
        if let expect, outcome.status != expect {
            throw HarnessError(
                "gridline-server \(arguments.joined(separator: " ")): exit \(outcome.status)\n\(outcome.err)\(outcome.out)")
        }
        return outcome
    }

    /// Makes the store with its first person.
    public func initialise() throws {
        try centre(["init", "--operator", operatorID, "--name", "值班长"])
    }

    /// Starts `serve` and waits until it answers.
    ///
    /// - Parameter wrapper: A program and its arguments that the server is started under; it must leave the process id to it.
    public func serve(extra: [String] = [], environment: [String: String] = [:], under wrapper: [String] = []) throws {
        let portFile = folder.appendingPathComponent("port")
        try? FileManager.default.removeItem(at: portFile)
        let listen = port == 0 ? "127.0.0.1:0" : "127.0.0.1:\(port)"
        let program = wrapper.isEmpty ? "gridline-server" : Program.folder.appendingPathComponent("gridline-server").path
        let all =
            wrapper + [program, "serve", "--store", store.path, "--listen", listen, "--port-file", portFile.path] + extra
        let running = try Program.start(all[0], Array(all.dropFirst()), environment: environment, in: folder)
        server = running
        for _ in 0..<4000 {
            if let text = try? String(contentsOf: portFile, encoding: .utf8),
                let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                port = number
                return
            }
            guard running.process.isRunning else { break }
            usleep(5000)
        }
        let outcome = running.finish(seconds: 1)
        throw HarnessError("the server did not start: exit \(outcome.status)\n\(outcome.err)\(outcome.out)")
    }

    /// True while the server process lives.
    public var isServing: Bool { server?.process.isRunning ?? false }
    /// The server's process id, for the test that sends signals.
    public var serverProcess: Int32? { server?.process.processIdentifier }
    /// What the server has logged since it was started.
    public var serverLog: String { (server?.errorsSoFar ?? "") + (server?.outputSoFar ?? "") }

    /// Ends the server as an operator would.
    @discardableResult
    public func stop() -> Outcome? {
        guard let running = server else { return nil }
        server = nil
        if running.process.isRunning { running.process.terminate() }
        return running.finish(seconds: 20)
    }

    /// Ends the server as a power cut would.
    public func kill9() {
        guard let running = server else { return }
        server = nil
        running.kill9()
        _ = running.finish(seconds: 20)
    }

    /// A device folder; enrol it with `Device.enrol`.
    public func device(_ person: String) -> Device { Device(city: self, person: person) }
}

/// One device: a folder and the real client.
public struct Device: Sendable {
    /// The city it belongs to.
    public let city: City
    /// Whose device it is.
    public let person: String
    /// GRIDLINE_HOME.
    public var home: URL { city.folder.appendingPathComponent("device-\(person)") }
    /// The replica's file.
    public var replica: URL { home.appendingPathComponent("replica.sqlite") }

    /// Runs the client.
    @discardableResult
    public func run(
        _ arguments: [String], environment: [String: String] = [:], input: Data? = nil, expect: Set<Int32>? = nil,
        seconds: Double = 120
    ) throws -> Outcome {
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let outcome = try Program.run(
            "gridline", arguments, environment: ["GRIDLINE_HOME": home.path].merging(environment) { $1 }, input: input,
            in: city.folder,
            seconds: seconds)
        if let expect, !expect.contains(outcome.status) {
            throw HarnessError(
                "gridline \(arguments.joined(separator: " ")) of \(person): exit \(outcome.status)\n\(outcome.err)\(outcome.out)")
        }
        return outcome
    }

    /// A started client, for tests that end it half-way.
    public func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        try Program.start(
            "gridline", arguments, environment: ["GRIDLINE_HOME": home.path].merging(environment) { $1 }, in: city.folder)
    }

    /// A one-time code from the centre.
    public func code() throws -> String {
        let outcome = try city.centre(["enrol-code", person, "--as", city.operatorID, "--json"])
        guard let code = outcome.object["code"] as? String else { throw HarnessError("enrol-code gave no code: \(outcome.out)") }
        return code
    }

    /// Enrols through `address` (the server's own unless a proxy stands before it).
    public func enrol(via address: String? = nil) throws {
        try run(["enrol", address ?? city.address, try code(), "--no-input"], expect: [0])
    }

    /// Syncs until nothing is unsent, at most `rounds` times.
    @discardableResult
    public func sync(rounds: Int = 5, environment: [String: String] = [:]) throws -> Outcome {
        var last = try run(["sync"], environment: environment)
        var round = 1
        while last.status == 3 && round < rounds {
            last = try run(["sync"], environment: environment)
            round += 1
        }
        return last
    }
}
