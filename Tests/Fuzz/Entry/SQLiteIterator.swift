import CSQLite
import Changeset

/// Compares a changeset with what libsqlite3 reads in it, and its inverse with the one that libsqlite3 makes.
///
/// - Parameter written: Only what our own writer made of a changeset that was read to its end may come here: Debian's 3.40.1 hangs on
///   cut and damaged ones (FAULTS.md, section 1).
func libsqlite3Fault(_ changeset: Changeset, _ written: [UInt8], _ inverse: Changeset) -> String? {
    guard !written.isEmpty else { return nil }
    if let fault = iteratorFault(changeset, written) { return fault }
    var count: Int32 = 0
    var start: UnsafeMutableRawPointer?
    defer { sqlite3_free(start) }
    guard sqlite3changeset_invert(Int32(written.count), written, &count, &start) == SQLITE_OK else {
        return "libsqlite3 cannot invert it"
    }
    let theirs = Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    return theirs == inverse.serialized() ? nil : "libsqlite3 inverts it otherwise"
}

private func iteratorFault(_ changeset: Changeset, _ written: [UInt8]) -> String? {
    var written = written
    return written.withUnsafeMutableBytes { bytes in
        var iterator: OpaquePointer?
        guard sqlite3changeset_start(&iterator, Int32(bytes.count), bytes.baseAddress) == SQLITE_OK, let iterator else {
            return "libsqlite3 cannot begin"
        }
        var fault: String?
        for (index, change) in changeset.changes.enumerated() where fault == nil {
            guard sqlite3changeset_next(iterator) == SQLITE_ROW else {
                fault = "libsqlite3 ends before change \(index)"
                break
            }
            fault = changeFault(change, iterator).map { "change \(index): \($0)" }
        }
        if fault == nil, sqlite3changeset_next(iterator) != SQLITE_DONE { fault = "libsqlite3 goes on after the last change" }
        let ended = sqlite3changeset_finalize(iterator)
        return fault ?? (ended == SQLITE_OK ? nil : "libsqlite3 ends with \(ended)")
    }
}

private func changeFault(_ change: Change, _ iterator: OpaquePointer) -> String? {
    var name: UnsafePointer<CChar>?
    var key: UnsafeMutablePointer<UInt8>?
    var (columnCount, operation, isIndirect): (Int32, Int32, Int32) = (0, 0, 0)
    guard sqlite3changeset_op(iterator, &name, &columnCount, &operation, &isIndirect) == SQLITE_OK, let name,
        sqlite3changeset_pk(iterator, &key, nil) == SQLITE_OK, let key
    else { return "libsqlite3 does not tell it" }
    let theirKey = Array(UnsafeBufferPointer(start: key, count: Int(columnCount)))
    return first(
        ("table", Array(String(cString: name).utf8) == Array(change.table.utf8)), ("key", theirKey == change.keyOrdinals),
        ("operation", operation == Int32(change.operation.rawValue)), ("flag", (isIndirect != 0) == change.isIndirect),
        ("old", change.operation == .insert || isSame(change.old, iterator, sqlite3changeset_old)),
        ("new", change.operation == .delete || isSame(change.new, iterator, sqlite3changeset_new)))
}

private func isSame(
    _ ours: [Value?], _ iterator: OpaquePointer,
    _ read: (OpaquePointer, Int32, UnsafeMutablePointer<OpaquePointer?>) -> Int32
) -> Bool {
    ours.enumerated().allSatisfy { column, value in
        var theirs: OpaquePointer?
        return read(iterator, Int32(column), &theirs) == SQLITE_OK && isSame(value, theirs)
    }
}

private func isSame(_ ours: Value?, _ theirs: OpaquePointer?) -> Bool {
    guard let theirs else { return ours == nil }
    let count = Int(sqlite3_value_bytes(theirs))
    switch (ours, sqlite3_value_type(theirs)) {
    case (.null, SQLITE_NULL): return true
    case (.integer(let number), SQLITE_INTEGER): return sqlite3_value_int64(theirs) == number
    case (.real(let number), SQLITE_FLOAT): return sqlite3_value_double(theirs).bitPattern == number.bitPattern
    case (.text(let text), SQLITE_TEXT):
        return UnsafeBufferPointer(start: sqlite3_value_text(theirs), count: count).elementsEqual(text.utf8)
    case (.blob(let bytes), SQLITE_BLOB):
        return UnsafeRawBufferPointer(start: sqlite3_value_blob(theirs), count: count).elementsEqual(bytes)
    default: return false
    }
}
