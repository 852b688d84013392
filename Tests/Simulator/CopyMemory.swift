import CentralStore
import CentralStoreSQLite
import Synchronization

/// The files of a second disk: what was written there stays, whatever happens to the centre's own.
final class SecondDisk: Sendable {
    private let files = Mutex<[String: [UInt8]]>([:])

    /// The disk is lost.
    func clear() { files.withLock { $0 = [:] } }

    func use<T: Sendable>(_ body: (inout [String: [UInt8]]) -> T) -> T { files.withLock { body(&$0) } }
}

/// A second disk as one process of the centre sees it. Each call that returns is durable; a process that has died reaches it no more.
final class CopyMemory: CopyDisk {
    let place = "second-disk"
    private let disk: SecondDisk
    private let isDead: @Sendable () -> Bool

    init(_ disk: SecondDisk, isDead: @escaping @Sendable () -> Bool) {
        self.disk = disk
        self.isDead = isDead
    }

    func lock() throws { try reach() }
    func unlock() {}

    func names() throws -> [String] {
        try reach()
        return disk.use { $0.keys.sorted() }
    }

    func read(_ name: String) throws -> [UInt8] {
        try reach()
        return disk.use { $0[name] ?? [] }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try reach()
        disk.use { $0[name] = bytes }
    }

    func append(_ name: String, _ bytes: [UInt8], at offset: UInt64) throws {
        try reach()
        disk.use { files in
            files[name] = Array((files[name] ?? []).prefix(Int(offset))) + bytes
        }
    }

    func cut(_ name: String, to count: UInt64) throws {
        try reach()
        disk.use { files in files[name] = Array((files[name] ?? []).prefix(Int(count))) }
    }

    func remove(_ name: String) {
        guard !isDead() else { return }
        disk.use { _ = $0.removeValue(forKey: name) }
    }

    private func reach() throws {
        guard !isDead() else { throw StoreError.inputOutput(detail: "the process is gone") }
    }
}
