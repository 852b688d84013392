import CentralStore
import Synchronization

/// A second disk in memory, for tests and for the simulator: it fails when it is told to, and can be looked at, changed and put back.
///
///     let disk = CopyMemory()
///     var store = try SQLiteCentralStore.open(at: path, copy: disk)            what is acknowledged is on `disk` as well
///     …                                                                        kill -9, power cut: `disk` stays as it is
///     store = try SQLiteCentralStore.open(at: path, copy: disk)                at most one commit is taken over from it
///     …                                                                        the store is lost with its disk:
///     (store, _) = try SQLiteCentralStore.restore(from: backup, to: path, copy: disk, time: …, author: …, salt: …)
///                                                                              the lost store again, in the same incarnation
///
/// After a restore without the copy (a new incarnation) begin with a new `CopyMemory`: the old one belongs to the store that was lost.
package final class CopyMemory: CopyDisk {
    /// What an error names.
    package let place = "memory"

    /// What is on it, and what will happen to it.
    package struct Content: Sendable {
        /// Bytes by name.
        package var files: [String: [UInt8]] = [:]
        /// How many of the next calls that write fail.
        package var failureCount = 0
        /// Whether the next cut fails.
        package var failsCut = false
        /// How often something was added: each costs a sync of the second disk.
        package var appendCount = 0
        /// A failing append leaves so many bytes behind.
        package var tornBytes = 0
    }
    /// For whoever makes it fail, or looks at it.
    package let content = Mutex(Content())

    /// An empty one.
    package init() {}

    /// Nobody else has it.
    package func lock() throws {}
    /// Nothing to do.
    package func unlock() {}
    /// Every file that is there.
    package func names() throws -> [String] { content.withLock { $0.files.keys.sorted() } }
    /// A whole file; empty if there is none.
    package func read(_ name: String) throws -> [UInt8] { content.withLock { $0.files[name] ?? [] } }
    /// Replaces a file.
    package func write(_ name: String, _ bytes: [UInt8]) throws { try change { $0.files[name] = bytes } }
    /// Adds at a file's end.
    package func append(_ name: String, _ bytes: [UInt8], at offset: UInt64) throws {
        try change { content in
            let count = content.files[name]?.count ?? -1
            precondition(count == Int(offset), "\(name) has \(count) bytes, not \(offset)")
            content.files[name, default: []] += bytes
            content.appendCount += 1
        } failing: { content in
            content.files[name, default: []] += bytes.prefix(content.tornBytes)
        }
    }
    /// Cuts a file.
    package func cut(_ name: String, to count: UInt64) throws {
        try content.withLock { content in
            defer { content.failsCut = false }
            if content.failsCut { throw StoreError.inputOutput(detail: "EIO") }
        }
        try change { $0.files[name] = Array($0.files[name, default: []].prefix(Int(count))) }
    }
    /// Takes a file away.
    package func remove(_ name: String) { content.withLock { $0.files[name] = nil } }

    private func change(_ body: (inout Content) -> Void, failing: (inout Content) -> Void = { _ in }) throws {
        try content.withLock { content in
            if content.failureCount > 0 {
                content.failureCount -= 1
                failing(&content)
                throw StoreError.diskFull
            }
            body(&content)
        }
    }

    /// The segments, oldest first.
    package var segments: [String] { content.withLock { $0.files.keys.filter { $0.hasPrefix("segment-") }.sorted() } }
}
