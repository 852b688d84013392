import CentralStoreSQLite
import CrashFiles
import Foundation

/// A folder whose databases live in memory, with the accidents of `CrashFiles`. One per thread that runs schedules; each run begins by
/// clearing it.
package final class Disk {
    /// The folder; lock files and small stand-ins in it are real.
    package let folder: String
    private let handle: OpaquePointer
    private var standIns: Set<String> = []
    /// Connections that look at databases, by what these were made of: their tables stand on the same pages, so that statements stay good
    /// from one run to the next.
    private var looks: [Look: Peek] = [:]
    private struct Look: Hashable {
        var name: String
        var origin: UInt64
        /// Made by SQLite and not put here: there will not be another one.
        var isPassing: Bool { origin >> 63 == 0 }
    }

    /// For programs, first of all: SQLite does not count its memory, as in the server, and nobody takes a lock: one thread plays.
    package static func prepareProcess() {
        SQLiteCentralStore.prepareProcess()
        cf_be_alone()
    }

    /// A disk of its own in a new temporary folder, which goes with it.
    package init() throws {
        cf_install()
        // The few real files in it need no disk either, where the system has a folder in memory.
        let memory = "/dev/shm/"
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        folder = (isThere ? memory : NSTemporaryDirectory()) + "gridline-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let handle = cf_disk_make(folder) else { throw PeekError("no memory for a disk") }
        self.handle = handle
    }

    deinit {
        looks = [:]
        cf_disk_free(handle)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Where a file is.
    package func path(_ name: String) -> String { folder + "/" + name }

    /// Nothing is left, nothing is armed.
    package func clear(tracks: Bool) {
        looks = looks.filter { !$0.key.isPassing }
        cf_disk_clear(handle, tracks ? 1 : 0)
        standIns.forEach(unlock)
    }

    /// The lock file of another database of this name knows of commands that this one never had.
    private func unlock(_ name: String) { unlink(path(name + ".lock")) }

    /// A whole, synced database.
    package func put(_ name: String, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { cf_put(handle, name, $0.baseAddress, $0.count) }
        unlock(name)
        stand(in: name)
    }

    /// A real file of the same name for code that looks for one.
    private func stand(in name: String) {
        if standIns.insert(name).inserted { cf_make_stand_in(path(name)) }
    }

    /// Copies a database with its log.
    package func copy(_ source: String, to target: String) {
        copyContent(source, to: target)
        stand(in: target)
    }

    /// The same without a stand-in, for code that must find nothing yet.
    package func copyContent(_ source: String, to target: String) {
        cf_copy_group(handle, source, target)
        unlock(target)
    }

    /// Deletes a database with its log, and its stand-in.
    package func delete(_ name: String) {
        cf_delete_group(handle, name)
        unlock(name)
        removeStandIn(name)
    }

    /// The stand-in alone, for code that must find nothing.
    package func removeStandIn(_ name: String) {
        standIns.remove(name)
        unlink(path(name))
        unlink(path(name + "-wal"))
    }

    /// The bytes of a file as it stands; empty if there is none.
    package func bytes(_ name: String) -> [UInt8] {
        let count = max(0, Int(cf_get(handle, name, nil, 0)))
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, min(count, Int(cf_get(handle, name, buffer.baseAddress, count))))
        }
    }

    /// Whether there is such a database.
    package func has(_ name: String) -> Bool { cf_get(handle, name, nil, 0) >= 0 }

    /// The simulator's own look at a database.
    package func look(at name: String) throws -> Peek {
        let key = Look(name: name, origin: cf_origin(handle, name))
        if let known = looks[key] {
            // Of a run that ended in the middle of its checks.
            known.isHolding = false
            return known
        }
        let peek = try Peek(at: path(name))
        looks[key] = peek
        return peek
    }

    /// What can happen to a database's files.
    package enum Accident: Int32, Sendable {
        /// The process dies; what was written stays.
        case kill = 1
        /// The machine loses power; of what was not synced any part may be lost.
        case power = 2
        /// One call fails.
        case error = 3
    }

    /// The process dies now.
    package func crash(_ name: String, _ accident: Accident, seed: UInt64) { cf_crash(handle, name, accident.rawValue, seed) }

    /// The accident happens at the `nth` call from now. `calls`: write 1, sync 2, truncate 4, delete 8.
    package func arm(_ name: String, _ accident: Accident, calls: Int, nth: Int, seed: UInt64) {
        cf_arm(handle, name, Int32(calls), UInt32(nth), accident.rawValue, seed)
    }

    /// Nothing is armed, and there is room.
    package func heal(_ name: String) {
        cf_disarm(handle, name)
        cf_quota(handle, name, -1)
    }

    /// How many bytes the files may still grow; nil = as they like.
    package func limit(_ name: String, growth: Int64?) { cf_quota(handle, name, growth ?? -1) }

    /// The same as a question that may be asked from any thread, as long as the disk is there.
    func crashCounter(_ name: String) -> @Sendable () -> Int {
        // The disk has a lock of its own.
        nonisolated(unsafe) let handle = handle
        return { Int(cf_crash_count(handle, name)) }
    }

    /// How often the process of these files has died.
    package func crashCount(_ name: String) -> Int { Int(cf_crash_count(handle, name)) }
    /// How many calls have failed.
    package func errorCount(_ name: String) -> Int { Int(cf_error_count(handle, name)) }
    /// Bytes that power cuts took.
    package func lostBytes(_ name: String) -> Int { Int(cf_lost_bytes(handle, name)) }
}
