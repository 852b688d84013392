import CentralStore
import Foundation
import GRDB
public import Tickets

// MARK: - A backup in place of a lost store

extension SQLiteCentralStore {
    /// Puts a backup in place of a store that is gone, as a new incarnation.
    ///
    /// - Parameters:
    ///   - backup: A file that `backup(to:)` made. It is copied, not changed.
    ///   - path: Where no file is yet.
    /// - Throws: `exists`, `notAStore` (of the backup), `damaged`, `newerSchema`, `inputOutput`, `diskFull`.
    public static func restore(
        from backup: String, to path: String, incarnation: Incarnation, time: Milliseconds, author: String, salt: [UInt8]
    ) throws -> SQLiteCentralStore {
        try placing(backup, at: path) { lock in
            let store = try opened(path: path, pool: try openPool(path), lock: lock)
            try store.write { transaction in
                // A machine whose clock is behind must not write into the past of the journal.
                let time = max(time, try transaction.state().headAt)
                var entry = JournalDraft(at: time, author: author, kind: .restored, salt: salt)
                entry.facts["incarnation"] = incarnation.value
                _ = try transaction.append(WriteBatch(entries: [entry]))
                try (transaction as? SQLiteAccess)?.beginIncarnation(incarnation, at: time)
            }
            return store
        }
    }

    /// Puts a backup in place of a store that is gone, and everything that was written since from its journal copy: the store is the
    /// lost one again, row for row, in the same incarnation, with one more opening and one entry on the restore.
    ///
    /// The copy belongs to the new store from here on: whoever still runs on the old one cannot acknowledge any more.
    /// - Returns: The store, and how many commits came from the copy.
    /// - Throws: As above, and `otherCopy`, `copyTooShort`, `copyFailed`, `busy` (of the copy): then there is nothing at `path`.
    public static func restore(
        from backup: String, to path: String, copy disk: any CopyDisk, time: Milliseconds, author: String, salt: [UInt8]
    ) throws -> (store: SQLiteCentralStore, commits: Int) {
        try placing(backup, at: path) { lock in
            let pool = try openPool(path)
            let count = try replay(disk, on: pool, path: path)
            let store = try opened(path: path, pool: pool, lock: lock, copy: disk)
            try store.write { transaction in
                var entry = JournalDraft(
                    at: max(time, try transaction.state().headAt), author: author, kind: .restored, salt: salt)
                entry.facts["copied_commits"] = .integer(Int64(count))
                _ = try transaction.append(WriteBatch(entries: [entry]))
            }
            return (store, count)
        }
    }

    /// Copies a backup to where no file is yet, and runs `body` on it; if that throws, nothing is left there.
    private static func placing<T>(_ backup: String, at path: String, _ body: (FileLock) throws -> T) throws -> T {
        let lock = try FileLock(beside: path)
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.exists(path: path) }
        guard FileManager.default.fileExists(atPath: backup) else { throw StoreError.notAStore(path: backup) }
        do {
            try reportingFiles {
                try FileManager.default.copyItem(atPath: backup, toPath: path)
                // SQLite syncs its log at a commit; the copied pages below it must be on the disk by then.
                try syncFile(path)
                try syncFile(folder(of: path))
            }
            return try body(lock)
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            throw error
        }
    }
}

// MARK: - The copy

extension SQLiteCentralStore {
    static func join(_ disk: any CopyDisk, _ pool: DatabasePool, path: String) throws -> JournalCopy {
        let (incarnation, mark) = try writing(pool) { access in
            _ = try access.checkIdentity(path: path)
            try access.checkHead()
            return (try access.state().incarnation, try access.mark())
        }
        return try JournalCopy(
            disk, incarnation: incarnation, mark: mark,
            knows: { sequence, hash in
                try writing(pool) { access in
                    try access.sql.first("SELECT hash FROM journal WHERE seq = ?", [.sequence(sequence)]) { $0.bytes(0) } == hash
                }
            }, apply: { frame in try writing(pool) { try CopyReplay().apply(frame, to: $0) } })
    }

    /// Everything that the copy has beyond the backup, a segment at a time.
    private static func replay(_ disk: any CopyDisk, on pool: DatabasePool, path: String) throws -> Int {
        let (incarnation, mark) = try writing(pool) { access in
            _ = try access.checkIdentity(path: path)
            try access.checkHead()
            return (try access.state().incarnation, try access.mark())
        }
        try disk.lock()
        defer { disk.unlock() }
        let way = try CopyWay(on: disk, incarnation: incarnation, from: mark)
        let replay = CopyReplay()
        try way.walk { frames in
            try writing(pool) { access in for frame in frames { try replay.apply(frame, to: access) } }
        }
        return way.frameCount
    }
}
