import Glibc
import SyncProtocol
import Tickets

/// The only place of this program that reads clocks, randomness and the system. Everything below gets values.
struct Device {
    /// What the clocks say now.
    ///
    /// Where a kernel tells no boot id, a zero one stands for "unknown boot", and the centre goes by the wall clock.
    func clock() -> ClockReading {
        ClockReading(
            wall: Self.milliseconds(CLOCK_REALTIME), bootReading: Self.milliseconds(CLOCK_BOOTTIME),
            bootID: Self.bootID ?? [UInt8](repeating: 0, count: 16))
    }

    /// The wall clock.
    func now() -> Milliseconds { Self.milliseconds(CLOCK_REALTIME) }

    /// Bytes of the system's generator.
    func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Waits, unless a signal comes in between.
    func pause(milliseconds: Int64) {
        var time = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
        nanosleep(&time, nil)
    }

    private static func milliseconds(_ clock: clockid_t) -> Milliseconds {
        var time = timespec()
        clock_gettime(clock, &time)
        return Milliseconds(time.tv_sec) * 1000 + Milliseconds(time.tv_nsec) / 1_000_000
    }

    private static let bootID: [UInt8]? = {
        guard let bytes = try? File.read("/proc/sys/kernel/random/boot_id", bytesMax: 64) else { return nil }
        return ReplicaID(text: String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline })?.bytes
    }()
}

/// Small files and streams, without Foundation.
enum File {
    /// What the system refused.
    struct Refusal: Error {
        /// `errno`.
        var code: Int32
        /// More bytes than allowed.
        var isTooLong = false
    }

    /// The whole content of a file.
    static func read(_ path: String, bytesMax: Int) throws(Refusal) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Refusal(code: errno) }
        defer { close(file) }
        return try read(descriptor: file, bytesMax: bytesMax)
    }

    /// Everything up to the end of a stream.
    static func read(descriptor: Int32, bytesMax: Int) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        // No larger than what may come: each of its pages is made when it is cleared.
        var buffer = [UInt8](repeating: 0, count: max(1, min(bytesMax, 65_536)))
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Refusal(code: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= bytesMax else { throw Refusal(code: EFBIG, isTooLong: true) }
        }
    }

    /// Writes a file that only its owner may read, durably.
    static func writePrivate(_ path: String, _ bytes: [UInt8]) throws(Refusal) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Refusal(code: errno) }
        defer { close(file) }
        guard writeAll(descriptor: file, bytes), fsync(file) == 0 else { throw Refusal(code: errno) }
    }

    /// - Returns: false if the stream takes no more.
    @discardableResult
    static func writeAll(descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Makes a folder and those above it, for its owner only.
    static func makeFolder(_ path: String) throws(Refusal) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            if mkdir(made, 0o700) != 0 && errno != EEXIST { throw Refusal(code: errno) }
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw Refusal(code: ENOTDIR) }
    }

    /// Whether something stands at this path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

/// A variable of the environment; an empty one counts as not set, as most programs have it.
func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}

/// The folder of this person's replica: GRIDLINE_HOME, else `$XDG_DATA_HOME/gridline`, else `~/.local/share/gridline`.
func homeFolder(_ environment: (String) -> String?) -> String {
    if let home = environment("GRIDLINE_HOME") { return home }
    // The standard says that a relative path in XDG_DATA_HOME is to be ignored.
    if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/gridline" }
    return (environment("HOME") ?? ".") + "/.local/share/gridline"
}
