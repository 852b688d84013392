import Foundation

/// A TCP proxy on loopback that misbehaves on purpose. One thread per direction; it ends with `close()`.
public final class Proxy: @unchecked Sendable {
    // `lock` guards `faults`, `sockets`, `counts`.
    /// What happens to one connection.
    public enum Fault: Sendable {
        /// Everything passes.
        case none
        /// The request passes up to so many bytes, then both sides are cut.
        case cutRequest(after: Int)
        /// The whole request passes and is carried out; of the answer only so many bytes come back.
        case cutResponse(after: Int)
        /// The request never arrives: a web page comes back, as from a captive portal.
        case page
        /// The request is sent twice, on two connections; the second answer comes back.
        case duplicate
        /// The request never arrives and the connection just closes.
        case drop
        /// The request is recorded and passes.
        case record
        /// The answer is a redirect elsewhere.
        case redirect
    }

    /// The port to connect to.
    public let port: Int
    private let target: Int
    private let listener: Int32
    private let lock = NSLock()
    private var faults: [Fault] = []
    private var standing: Fault = .none
    private var open = true
    private var recordedRequests: [[UInt8]] = []
    private var lastCounts = (request: 0, response: 0)

    /// - Parameter target: the real server's port on loopback.
    public init(target: Int) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(port: 0)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard bound == 0, listen(listener, 64) == 0 else { throw HarnessError("the proxy cannot listen") }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &length) }
        }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptLoop() }
    }

    /// The address to give to a client.
    public var address: String { "http://127.0.0.1:\(port)" }

    /// The next connections meet these faults, one each; then the standing one.
    public func next(_ faults: Fault...) { lock.withLock { self.faults += faults } }
    /// Every connection without a fault of its own meets this one.
    public func always(_ fault: Fault) { lock.withLock { standing = fault } }
    /// Bytes of the last finished connection, both ways.
    public var counts: (request: Int, response: Int) { lock.withLock { lastCounts } }
    /// Requests recorded so far.
    public var recorded: [[UInt8]] { lock.withLock { recordedRequests } }

    /// Stops listening.
    public func close() {
        lock.withLock { open = false }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func acceptLoop() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else {
                if lock.withLock({ open }) { usleep(2000); continue }
                return
            }
            let fault = lock.withLock { faults.isEmpty ? standing : faults.removeFirst() }
            Thread.detachNewThread { [self] in
                serve(client, fault)
                Glibc.close(client)
            }
        }
    }

    private func serve(_ client: Int32, _ fault: Fault) {
        switch fault {
        case .drop: return
        case .page, .redirect:
            _ = readRequest(client)
            let body = "<html><body>Welcome to the guest network</body></html>"
            let head = if case .page = fault { "200 OK" } else { "302 Found\r\nLocation: http://127.0.0.1:9/" }
            write(
                client,
                Array(
                    "HTTP/1.1 \(head)\r\nContent-Type: text/html\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                        .utf8))
        case .cutRequest(let limit):
            let request = readRequest(client)
            guard let upstream = connectUpstream() else { return }
            write(upstream, Array(request.prefix(limit)))
            if limit < request.count { usleep(3000) } else { _ = relay(from: upstream, to: client, limit: 0) }
            Glibc.close(upstream)
        case .cutResponse(let limit): exchange(client, responseLimit: limit)
        case .duplicate:
            let request = readRequest(client)
            for round in 0..<2 {
                guard let upstream = connectUpstream() else { return }
                write(upstream, request)
                _ = relay(from: upstream, to: round == 1 ? client : -1, limit: .max)
                Glibc.close(upstream)
            }
        case .none, .record:
            exchange(client, responseLimit: .max, record: { if case .record = fault { true } else { false } }())
        }
    }

    private func exchange(_ client: Int32, responseLimit: Int, record: Bool = false) {
        let request = readRequest(client)
        guard !request.isEmpty, let upstream = connectUpstream() else { return }
        if record { lock.withLock { recordedRequests.append(request) } }
        write(upstream, request)
        let response = relay(from: upstream, to: client, limit: responseLimit)
        lock.withLock { lastCounts = (request.count, response) }
        Glibc.close(upstream)
    }

    /// Sends raw bytes to the real server and returns all it answers.
    public func replay(_ request: [UInt8]) -> [UInt8] {
        guard let upstream = connectUpstream() else { return [] }
        defer { Glibc.close(upstream) }
        write(upstream, request)
        var all: [UInt8] = []
        var length: Int?
        while length == nil || all.count < length! {
            guard let piece = read(upstream) else { break }
            all += piece
            if length == nil { length = messageLength(all) }
        }
        return all
    }

    /// One whole HTTP request: head, then as many bytes as Content-Length says.
    private func readRequest(_ socket: Int32) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            if let length = messageLength(all), all.count >= length { return all }
            guard let piece = read(socket) else { return all }
            all += piece
            if let text = String(bytes: all.prefix(4096), encoding: .utf8), text.lowercased().contains("expect: 100-continue"),
                all.count == (headLength(all) ?? -1)
            {
                write(socket, Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        }
    }

    /// Passes the answer on until it is complete, the limit is reached, or either side closes.
    private func relay(from source: Int32, to sink: Int32, limit: Int) -> Int {
        var all: [UInt8] = []
        var passed = 0
        while true {
            if let length = messageLength(all), all.count >= length { return passed }
            guard let piece = read(source) else { return passed }
            all += piece
            let allowed = min(piece.count, limit - passed)
            if sink >= 0, allowed > 0 { write(sink, Array(piece.prefix(allowed))) }
            passed += allowed
            if passed >= limit { return passed }
        }
    }

    private func headLength(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4)
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
            return index + 4
        }
        return nil
    }

    private func messageLength(_ bytes: [UInt8]) -> Int? {
        guard let head = headLength(bytes), let text = String(bytes: bytes.prefix(head), encoding: .utf8) else { return nil }
        for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return head + (Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0)
        }
        return head
    }

    private func connectUpstream() -> Int32? {
        let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: UInt16(target))
        let done = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard done == 0 else {
            Glibc.close(upstream)
            return nil
        }
        return upstream
    }

    private func read(_ socket: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private func write(_ socket: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }
}

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
}
