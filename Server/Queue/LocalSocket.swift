import Glibc

/// A connected unix socket: blocking, whole frames.
struct LocalSocket: Sendable {
    let descriptor: Int32

    /// Why a socket call failed.
    struct Failure: Error {
        let call: String
        let code: Int32
        /// Nobody listens: the file is not there, or it is left over from a process that died.
        var isNobody: Bool { code == ENOENT || code == ECONNREFUSED }
        var words: String { "\(call): \(String(cString: strerror(code)))" }
    }

    /// - Throws: `Failure`; `isNobody` where no process listens.
    static func connect(to path: String) throws(Failure) -> LocalSocket {
        let descriptor = try make()
        let code = try withAddress(path) { address, length in
            Glibc.connect(descriptor, address, length) == 0 ? 0 : errno
        }
        guard code == 0 else {
            _ = Glibc.close(descriptor)
            throw Failure(call: "connect", code: code)
        }
        return LocalSocket(descriptor: descriptor)
    }

    /// Binds and listens. The file must not exist: whoever owns the store's lock removes what is left over first.
    static func listen(at path: String) throws(Failure) -> LocalSocket {
        let descriptor = try make()
        // The mode of the file is 0600 from its first moment: bind() applies the mask.
        let mask = umask(0o177)
        defer { umask(mask) }
        let code = try withAddress(path) { address, length in
            bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 64) == 0 ? 0 : errno
        }
        guard code == 0 else {
            _ = Glibc.close(descriptor)
            throw Failure(call: "bind", code: code)
        }
        return LocalSocket(descriptor: descriptor)
    }

    /// Waits for a connection. nil when the socket was shut down.
    func accept() -> LocalSocket? {
        while true {
            let connected = Glibc.accept(descriptor, nil, nil)
            if connected >= 0 {
                _ = fcntl(connected, F_SETFD, FD_CLOEXEC)
                return LocalSocket(descriptor: connected)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOMEM, ENOBUFS:
                usleep(50_000)  // descriptors are short for a moment; the listener must outlive that
                continue
            default: return nil
            }
        }
    }

    /// One frame's body.
    /// - Returns: nil when the other side closed between two frames, or cut one off.
    func receive(bytesMax: Int) -> [UInt8]? {
        guard let head = read(4) else { return nil }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        guard count <= bytesMax else { return nil }
        return read(count)
    }

    /// Sends a whole frame. False when the other side is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Wakes everybody who is blocked on it.
    func shutdown() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// No more questions are read; an answer under way still goes out.
    func shutdownReading() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RD)) }

    func close() { _ = Glibc.close(descriptor) }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        // Grows with what arrives: a length that lies costs nothing.
        var chunk = [UInt8](repeating: 0, count: min(count, 1 << 16))
        while bytes.count < count {
            let wanted = min(chunk.count, count - bytes.count)
            let got = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, wanted) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            bytes += chunk[..<got]
        }
        return bytes
    }

    private static func make() throws(Failure) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        return descriptor
    }

    /// Calls `body` with the address of `path`. A path that is too long for `sockaddr_un` is reached through its folder's
    /// descriptor under /proc/self/fd.
    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Failure) -> Int32 {
        var short = path
        var folder: Int32 = -1
        if path.utf8.count > 100 {
            let cut = path.lastIndex(of: "/") ?? path.startIndex
            folder = open(String(path[..<cut]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { throw Failure(call: "open", code: errno) }
            short = "/proc/self/fd/\(folder)\(path[cut...])"
        }
        defer { if folder >= 0 { _ = Glibc.close(folder) } }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(short.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Failure(call: "bind", code: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
