import Foundation
import Testing

@testable import Queue

/// Answers after a while, and counts how many run at once.
struct SlowRunner: OperationRunner {
    let milliseconds: Int
    /// Told when an operation has begun.
    var began: @Sendable () -> Void = {}
    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        began()
        try? await Task.sleep(for: .milliseconds(milliseconds))
        switch operation {
        case .listPeople: return .people((0..<20_000).map { PersonEntry(id: "p\($0)", name: "李娜", role: "worker") })
        case .show(let ticket, _): throw OperationProblem(.unknownTicket, "no ticket \(ticket)", reason: "unknown-ticket")
        default: return .done
        }
    }
}

@Suite struct SocketTests {
    func folder(depth: Int = 0) throws -> String {
        var url = FileManager.default.temporaryDirectory.appendingPathComponent("gl-\(UUID().uuidString.prefix(8))")
        for _ in 0..<depth { url.appendPathComponent(String(repeating: "d", count: 60)) }
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    @Test func `an operation crosses the socket and its outcome comes back`() async throws {
        let path = try folder() + "/admin.sock"
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 0))
        let client = try #require(try AdminClient.connect(path: path))
        #expect(try await client.run(.listGrids) == .done)
        guard case .people(let people) = try await client.run(.listPeople) else {
            Issue.record("no people")
            return
        }
        #expect(people.count == 20_000)
        let problem = await #expect(throws: OperationProblem.self) { try await client.run(.show(ticket: "7")) }
        #expect(problem == OperationProblem(.unknownTicket, "no ticket 7", reason: "unknown-ticket"))
        #expect(try await client.run(.listGrids) == .done)
        await server.stop()
    }

    @Test func `only the owner may open it`() async throws {
        let path = try folder() + "/admin.sock"
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 0))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        await server.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `nobody there, and a file that a dead process left, are the same`() async throws {
        let path = try folder() + "/admin.sock"
        #expect(try AdminClient.connect(path: path) == nil)
        let dead = try LocalSocket.listen(at: path)
        dead.close()
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try AdminClient.connect(path: path) == nil)
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 0))
        #expect(try await #require(try AdminClient.connect(path: path)).run(.listGrids) == .done)
        await server.stop()
    }

    @Test func `a path longer than the kernel's address works`() async throws {
        let path = try folder(depth: 3) + "/admin.sock"
        #expect(path.utf8.count > 108)
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 0))
        #expect(try await #require(try AdminClient.connect(path: path)).run(.listGrids) == .done)
        await server.stop()
    }

    @Test func `many operators at once each get their own answer`() async throws {
        let path = try folder() + "/admin.sock"
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 5))
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let client = try #require(try AdminClient.connect(path: path))
                    do throws(OperationProblem) { _ = try await client.run(.show(ticket: "\(number)")) } catch {
                        return "\(number): \(error.message)"
                    }
                    return "none"
                }
            }
            for try await words in group {
                let parts = words.split(separator: ": ")
                #expect(parts.count == 2 && parts[1] == "no ticket \(parts[0])")
            }
        }
        await server.stop()
    }

    @Test func `stopping lets a running operation end`() async throws {
        let path = try folder() + "/admin.sock"
        let (beginnings, tell) = AsyncStream.makeStream(of: Void.self)
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 300, began: { tell.yield() }))
        let client = try #require(try AdminClient.connect(path: path))
        async let outcome = client.run(.listGrids)
        for await _ in beginnings { break }
        await server.stop()
        #expect(try await outcome == .done)
        #expect(try AdminClient.connect(path: path) == nil)
    }

    @Test(
        arguments: [
            [0, 0, 0, 2, 0x7b, 0x7d], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0, 0, 1, 0, 1, 2], [0, 0],
        ] as [[UInt8]])
    func `nonsense on the socket is refused and harms nobody`(bytes: [UInt8]) async throws {
        let path = try folder() + "/admin.sock"
        let server = try AdminServer(path: path, runner: SlowRunner(milliseconds: 0))
        let socket = try LocalSocket.connect(to: path)
        #expect(socket.send(bytes))
        shutdown(socket.descriptor, Int32(SHUT_WR))
        if let answer = socket.receive(bytesMax: 1 << 20) {
            let decoded = try JSONDecoder().decode(AdminFrame.Answer.self, from: Data(answer))
            guard case .problem(let problem) = decoded else {
                Issue.record("an outcome for nonsense")
                return
            }
            #expect(problem.code == .otherVersion)
        }
        socket.close()
        #expect(try await #require(try AdminClient.connect(path: path)).run(.listGrids) == .done)
        await server.stop()
    }
}
