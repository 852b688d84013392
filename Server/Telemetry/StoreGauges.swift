public import CentralStore
import Dispatch
import Glibc
import Synchronization
public import Tickets

/// The store's figures for a scrape: read at most once in a few seconds, off the threads that serve devices.
public final class StoreGauges: Sendable {
    /// What a scrape shows of the store.
    struct Reading: Sendable {
        var figures: StoreFigures
        var now: Milliseconds
        var fileBytes: [(String, Double)]
        var freeBytes: Double?
    }

    private let store: any CentralStore
    private let path: String
    private let clock: @Sendable () -> Milliseconds
    private let stopwatch: @Sendable () -> UInt64
    private let cached = Mutex<(at: UInt64, reading: Reading)?>(nil)
    private let queue = DispatchQueue(label: "gridline.scrape", qos: .utility)
    private static let keptNanoseconds: UInt64 = 5_000_000_000

    /// - Parameters:
    ///   - path: The store's file.
    ///   - clock: Milliseconds since 1970 UTC.
    ///   - stopwatch: Nanoseconds of a clock that never steps back.
    public init(
        _ store: any CentralStore, path: String, clock: @escaping @Sendable () -> Milliseconds,
        stopwatch: @escaping @Sendable () -> UInt64
    ) {
        self.store = store
        self.path = path
        self.clock = clock
        self.stopwatch = stopwatch
    }

    /// The reading, at most five seconds old; nil if the store cannot be read.
    func reading() async -> Reading? {
        await withCheckedContinuation { continuation in
            // One at a time: scrapes that come together share one reading.
            queue.async { continuation.resume(returning: self.fresh()) }
        }
    }

    private func fresh() -> Reading? {
        let now = stopwatch()
        if let kept = cached.withLock({ $0 }), now &- kept.at < Self.keptNanoseconds { return kept.reading }
        let time = clock()
        guard let figures = try? store.read({ try $0.figures(now: time) }) else { return nil }
        let files = [("database", ""), ("wal", "-wal"), ("shm", "-shm")].map { ($0, Self.bytes(of: path + $1)) }
        let reading = Reading(figures: figures, now: time, fileBytes: files, freeBytes: Self.freeBytes(beside: path))
        cached.withLock { $0 = (now, reading) }
        return reading
    }

    private static func bytes(of path: String) -> Double {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) : 0
    }

    /// Bytes that may still be written to the disk that holds a file; nil if it cannot be asked.
    public static func freeBytes(beside path: String) -> Double? {
        var status = statvfs()
        return statvfs(path, &status) == 0 ? Double(status.f_bavail) * Double(status.f_frsize) : nil
    }
}
