import Foundation
import Glibc
import Synchronization

/// Who answers operations: the process that has the store, or the socket to it.
public protocol OperationRunner: Sendable {
    /// Runs one operation to its end.
    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome
    /// Does what an operation needs no turn at the store for, while another one may have it.
    func prepare(_ operation: Operation) async throws(OperationProblem) -> PreparedOperation
}

/// An operation that is ready for its turn.
public struct PreparedOperation: Sendable {
    /// Runs it to its end.
    public let run: @Sendable () async -> Result<Outcome, OperationProblem>

    init(_ body: @escaping @Sendable () async throws(OperationProblem) -> Outcome) {
        run = { do throws(OperationProblem) { return .success(try await body()) } catch { return .failure(error) } }
    }
}

extension OperationRunner {
    /// Nothing beforehand.
    public func prepare(_ operation: Operation) async throws(OperationProblem) -> PreparedOperation {
        PreparedOperation { () throws(OperationProblem) in try await self.run(operation) }
    }
}

/// Answers operations on the local socket while `serve` runs. The file's mode 0600 is the access control: whoever opens it is the
/// same user or root, who could open the store's file as well.
///
/// One thread waits for connections, one serves each of them: operators are few, and these threads stay out of the way of the
/// tasks that serve devices.
public final class AdminServer: Sendable {
    private let runner: any OperationRunner
    private let listener: LocalSocket
    private let path: String
    private let open = Mutex(Open())
    /// Connections at once.
    private static let connectionsMax = 64

    private struct Open {
        var connections: [Int32: LocalSocket] = [:]
        var stopping = false
    }

    /// Removes a socket file that a dead process left, binds, listens and answers.
    /// - Precondition: The caller has the store's lock: a living `serve` has it otherwise.
    /// - Throws: `storeFailed` if the socket cannot be made.
    public init(path: String, runner: any OperationRunner) throws(OperationProblem) {
        unlink(path)
        do {
            listener = try LocalSocket.listen(at: path)
        } catch {
            throw OperationProblem(.storeFailed, "cannot open the local socket \(path): \(error.words)")
        }
        self.path = path
        self.runner = runner
        Thread.detachNewThread { self.listen() }
    }

    /// Stops listening, removes the file, lets the operations that run end, for at most `seconds`.
    public func stop(waitingSeconds seconds: Int = 10) async {
        let connections = open.withLock { state -> [LocalSocket] in
            state.stopping = true
            return Array(state.connections.values)
        }
        unlink(path)
        listener.shutdown()
        for connection in connections { connection.shutdownReading() }
        for _ in 0..<(seconds * 50) {
            if open.withLock({ $0.connections.isEmpty }) { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func listen() {
        while let connection = listener.accept() {
            let isTaken = open.withLock { state in
                guard !state.stopping, state.connections.count < Self.connectionsMax else { return false }
                state.connections[connection.descriptor] = connection
                return true
            }
            guard isTaken else {
                connection.close()
                continue
            }
            Thread.detachNewThread { self.serve(connection) }
        }
        listener.close()
    }

    private func serve(_ connection: LocalSocket) {
        defer {
            // Closed under the lock: else the number could belong to a new connection when it is taken out.
            open.withLock { state in
                state.connections[connection.descriptor] = nil
                connection.close()
            }
        }
        while let question = connection.receive(bytesMax: AdminFrame.bytesMax) {
            guard let bytes = frame(answer(question)), connection.send(bytes) else { return }
        }
    }

    /// An answer as it is sent; of one that is too large, the words that say so.
    private func frame(_ answer: AdminFrame.Answer) -> [UInt8]? {
        guard let bytes = try? AdminFrame.encode(answer) else { return nil }
        guard bytes.count > AdminFrame.bytesMax + 4 else { return bytes }
        let problem = OperationProblem(
            .badArguments, "the answer is larger than \(AdminFrame.bytesMax) bytes; ask for less, or stop serve and ask again")
        return try? AdminFrame.encode(AdminFrame.Answer.problem(problem))
    }

    private func answer(_ bytes: [UInt8]) -> AdminFrame.Answer {
        let decoder = JSONDecoder()
        let data = Data(bytes)
        guard let probe = try? decoder.decode(AdminFrame.Probe.self, from: data), probe.version == AdminFrame.version,
            let question = try? decoder.decode(AdminFrame.Question.self, from: data)
        else {
            return .problem(
                OperationProblem(
                    .otherVersion, "the running serve is another release; use its own gridline-server, or restart it"))
        }
        return wait { [runner] in
            do throws(OperationProblem) {
                return .outcome(try await runner.run(question.operation))
            } catch {
                return .problem(error)
            }
        }
    }

    /// Blocks this thread, which is the connection's own, until the task is done.
    private func wait(_ body: @escaping @Sendable () async -> AdminFrame.Answer) -> AdminFrame.Answer {
        let box = AnswerBox()
        Task {
            let answer = await body()
            box.answer.withLock { $0 = answer }
            box.done.signal()
        }
        box.done.wait()
        return box.answer.withLock { $0! }  // set before the signal
    }
}

/// Where a task leaves its answer for the thread that waits.
private final class AnswerBox: Sendable {
    let answer = Mutex<AdminFrame.Answer?>(nil)
    let done = DispatchSemaphore(value: 0)
}
