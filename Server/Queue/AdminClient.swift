import Foundation
import Synchronization

/// Sends operations to the `serve` that has the store.
public final class AdminClient: OperationRunner {
    private let socket: LocalSocket
    private let turn = Mutex(())

    private init(socket: LocalSocket) { self.socket = socket }

    deinit { socket.close() }

    /// - Returns: nil if nobody listens there: no file, or one that a dead process left.
    /// - Throws: `storeBusy` if somebody listens who does not let us in.
    public static func connect(path: String) throws(OperationProblem) -> AdminClient? {
        do {
            return AdminClient(socket: try LocalSocket.connect(to: path))
        } catch {
            guard !error.isNobody else { return nil }
            throw OperationProblem(.storeBusy, "cannot reach the running serve at \(path): \(error.words)")
        }
    }

    /// Sends one operation and waits for its outcome, however long that takes: a big check or backup takes minutes.
    /// - Throws: What the operation threw; `interrupted` if the connection broke.
    public func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        let question = AdminFrame.Question(version: AdminFrame.version, operation: operation)
        let answer = await withCheckedContinuation { continuation in
            // Waiting blocks, so it does so on a thread of its own and not on one of the tasks'.
            Thread.detachNewThread { continuation.resume(returning: self.exchange(question)) }
        }
        switch answer {
        case .outcome(let outcome): return outcome
        case .problem(let problem): throw problem
        case nil:
            throw OperationProblem(
                .interrupted, "the connection to serve broke; look whether it was done before you do it again")
        }
    }

    private func exchange(_ question: AdminFrame.Question) -> AdminFrame.Answer? {
        turn.withLock { _ in
            guard let bytes = try? AdminFrame.encode(question), socket.send(bytes),
                let body = socket.receive(bytesMax: AdminFrame.bytesMax)
            else { return nil }
            return try? JSONDecoder().decode(AdminFrame.Answer.self, from: Data(body))
        }
    }
}
