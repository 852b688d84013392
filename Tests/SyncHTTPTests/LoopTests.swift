import Hummingbird
import HummingbirdTesting
import Logging
import NIOPosix
import SyncProtocol
import Synchronization
import Testing

@testable import SyncHTTP

@Suite struct LoopTests {
    /// Notes where it is asked, and where it goes on after waiting for somebody on another thread.
    private final class Asked: SyncHandling {
        let isOnLoop = Mutex<[Bool]>([])

        func sync(body: [UInt8]) async throws -> [UInt8] {
            note()
            await withCheckedContinuation { continuation in
                Task.detached { continuation.resume() }
            }
            note()
            return body
        }
        func enrol(body: [UInt8]) async throws -> [UInt8] { body }
        func token(body: [UInt8]) async throws -> [UInt8] { body }
        func isHealthy() async -> Bool { true }

        private func note() {
            let isHere = MultiThreadedEventLoopGroup.currentEventLoop != nil
            isOnLoop.withLock { $0.append(isHere) }
        }
    }

    @Test func `a request's work is done on an event loop, also after it waited for another thread`() async throws {
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let handling = Asked()
        let application = try SyncServer.application(handling, at: address, tls: nil, logger: silent)
        try await application.test(.live) { client in
            for _ in 0..<4 {
                let response = try await client.execute(
                    uri: "/v1/sync", method: .post, headers: [.contentType: ContentType.sync], body: ByteBuffer(bytes: [1, 2, 3]))
                #expect(response.bytes == [1, 2, 3])
            }
        }
        #expect(handling.isOnLoop.withLock { $0 } == [Bool](repeating: true, count: 8))
    }
}
