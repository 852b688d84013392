import Foundation
import Glibc

/// Answers every connection on a free port of this machine with the same script, and remembers what it was sent.
final class LoopbackServer: @unchecked Sendable {  // because: everything that changes is behind `lock`
    enum Step {
        case send(String)
        case bytes([UInt8])
        /// Keep still until the client goes away or the server is stopped.
        case stall
        /// Close with a reset instead of an orderly end.
        case reset
        /// Go on with the next request on the same connection.
        case nextRequest
    }

    private let listener: Int32
    private let script: [Step]
    private let lock = NSLock()
    private var requests: [String] = []
    private var connectionCount = 0
    let port: UInt16

    init(_ script: [Step]) {
        self.script = script
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = listener
        port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(listening, pointer, length) == 0 && listen(listening, 16) == 0, "no port on loopback")
                getsockname(listening, pointer, &length)
                return UnsafeRawPointer(pointer).loadUnaligned(as: sockaddr_in.self).sin_port.bigEndian
            }
        }
        Thread.detachNewThread { self.acceptAll() }
    }

    /// Wakes the accepting thread, which then ends.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    var received: [String] { lock.withLock { requests } }
    var connections: Int { lock.withLock { connectionCount } }
    var url: String { "http://127.0.0.1:\(port)/v1/sync" }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            lock.withLock { connectionCount += 1 }
            Thread.detachNewThread { self.answer(connection) }
        }
        close(listener)
    }

    private func answer(_ connection: Int32) {
        defer { close(connection) }
        guard readRequest(connection) else { return }
        for step in script {
            switch step {
            case .send(let text): write(connection, Array(text.utf8))
            case .bytes(let bytes): write(connection, bytes)
            case .stall:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                return
            case .nextRequest: guard readRequest(connection) else { return }
            }
        }
        shutdown(connection, Int32(SHUT_WR))
        // Read what is left, so that closing does not reset the connection under the client.
        var rest = [UInt8](repeating: 0, count: 4096)
        while recv(connection, &rest, rest.count, 0) > 0 {}
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Reads head and body as Content-Length says.
    private func readRequest(_ connection: Int32) -> Bool {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var expected: Int?
        while true {
            if expected == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                expected = end.upperBound + (length.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0)
            }
            if let expected, bytes.count >= expected { break }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            bytes += buffer[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        lock.withLock { requests.append(text) }
        return true
    }
}
