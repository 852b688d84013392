import CSQLite
import Changeset

/// Only whole changesets, as recorded or as our writer made them, may come here: Debian's 3.40.1 hangs on others.
extension Database {
    /// What `work` changed, as libsqlite3 records it.
    func record(_ work: (OpaquePointer) throws -> Void) throws -> [UInt8] {
        var session: OpaquePointer?
        try check(sqlite3session_create(handle, "main", &session), "session_create")
        guard let session else { throw Failure(code: SQLITE_NOMEM, doing: "session_create") }
        defer { sqlite3session_delete(session) }
        try check(sqlite3session_attach(session, nil), "session_attach")
        try work(session)
        return try taken("session_changeset") { sqlite3session_changeset(session, $0, $1) }
    }

    /// Applies it; any conflict is a failure.
    func apply(_ changeset: [UInt8]) throws {
        var changeset = changeset
        let count = Int32(changeset.count)
        try check(
            changeset.withUnsafeMutableBytes {
                sqlite3changeset_apply(handle, count, $0.baseAddress, nil, { _, _, _ in SQLITE_CHANGESET_ABORT }, nil)
            }, "changeset_apply")
    }

    /// The changes as libsqlite3's own iterator tells them.
    static func changes(of changeset: [UInt8]) throws -> [Change] {
        var changeset = changeset
        return try changeset.withUnsafeMutableBytes { bytes in
            var iterator: OpaquePointer?
            try check(sqlite3changeset_start(&iterator, Int32(bytes.count), bytes.baseAddress), "changeset_start")
            guard let iterator else { throw Failure(code: SQLITE_NOMEM, doing: "changeset_start") }
            var changes: [Change] = []
            while sqlite3changeset_next(iterator) == SQLITE_ROW { changes.append(try change(at: iterator)) }
            try check(sqlite3changeset_finalize(iterator), "changeset_finalize")
            return changes
        }
    }

    private static func change(at iterator: OpaquePointer) throws -> Change {
        var name: UnsafePointer<CChar>?
        var key: UnsafeMutablePointer<UInt8>?
        var (columnCount, operation, isIndirect): (Int32, Int32, Int32) = (0, 0, 0)
        try check(sqlite3changeset_op(iterator, &name, &columnCount, &operation, &isIndirect), "changeset_op")
        try check(sqlite3changeset_pk(iterator, &key, nil), "changeset_pk")
        func values(_ read: (OpaquePointer, Int32, UnsafeMutablePointer<OpaquePointer?>) -> Int32) throws -> [Value?] {
            try (0..<columnCount).map {
                var pointer: OpaquePointer?
                try check(read(iterator, $0, &pointer), "changeset_old/new")
                return value(pointer)
            }
        }
        guard let name, let key, let operation = Change.Operation(rawValue: UInt8(operation)) else {
            throw Failure(code: SQLITE_CORRUPT, doing: "changeset_op")
        }
        return Change(
            table: String(cString: name), keyOrdinals: Array(UnsafeBufferPointer(start: key, count: Int(columnCount))),
            operation: operation, isIndirect: isIndirect != 0,
            old: operation == .insert ? [] : try values(sqlite3changeset_old),
            new: operation == .delete ? [] : try values(sqlite3changeset_new))
    }

    static func inverted(_ changeset: [UInt8]) throws -> [UInt8] {
        try taken("changeset_invert") { sqlite3changeset_invert(Int32(changeset.count), changeset, $0, $1) }
    }

    static func concatenated(_ first: [UInt8], _ second: [UInt8]) throws -> [UInt8] {
        var (first, second) = (first, second)
        let (firstCount, secondCount) = (Int32(first.count), Int32(second.count))
        return try first.withUnsafeMutableBytes { first in
            try second.withUnsafeMutableBytes { second in
                try taken("changeset_concat") {
                    sqlite3changeset_concat(firstCount, first.baseAddress, secondCount, second.baseAddress, $0, $1)
                }
            }
        }
    }

    private static func taken(
        _ doing: String, _ make: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> Int32
    ) throws -> [UInt8] {
        var count: Int32 = 0
        var start: UnsafeMutableRawPointer?
        defer { sqlite3_free(start) }
        try check(make(&count, &start), doing)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    private func taken(
        _ doing: String, _ make: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> Int32
    ) throws -> [UInt8] {
        try Self.taken(doing, make)
    }

    private static func check(_ code: Int32, _ doing: String) throws {
        guard code == SQLITE_OK else { throw Failure(code: code, doing: doing) }
    }

    private func check(_ code: Int32, _ doing: String) throws { try Self.check(code, doing) }
}
