import SyncClient
import SyncProtocol
import Synchronization

/// What a sync says while it runs.
struct SyncProgress {
    /// Commands that wait to be sent.
    let commandCount: Int

    var start: Words { commandCount > 0 ? Say.sending("\(commandCount)") : Say.fetching }

    /// - Parameters:
    ///   - rounds: Answers so far; each brings one page at most.
    ///   - bytes: Of requests and answers together, as they went over the line.
    func after(rounds: Int, bytes: Int) -> Words {
        let volume =
            bytes < 1_048_576 ? "\((bytes + 1023) / 1024) KB" : "\(bytes / 1_048_576).\(bytes % 1_048_576 * 10 / 1_048_576) MB"
        return Say.underWay("\(rounds)", volume, "\(commandCount)")
    }
}

/// A transport that counts what goes through it. Of no type of its own for each other transport: to make one, the runtime looks through
/// every conformance of the program (decision 0010).
final class CountingTransport: Transport {
    private let base: any Transport
    private let bytes = Mutex(0)

    init(base: any Transport) { self.base = base }

    /// Bodies of requests and answers so far.
    var byteCount: Int { bytes.withLock { $0 } }

    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        bytes.withLock { $0 += request.body.count }
        let response = try base.send(request)
        bytes.withLock { $0 += response.body.count }
        return response
    }
}
