import CSQLite
import CentralStore
import GRDB

/// What the newest error on a connection means for the store. SQLite's message names columns and files, never values.
func storeError(ofConnection connection: OpaquePointer?) -> StoreError {
    let code = sqlite3_extended_errcode(connection)
    return storeError(code: code, message: sqlite3_errmsg(connection).map { String(cString: $0) } ?? "")
}

func storeError(code: Int32, message: String) -> StoreError {
    let detail = "\(message) (SQLite \(code))"
    switch code & 0xff {
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: return .constraint(detail: detail)
    case SQLITE_FULL: return .diskFull
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(detail: detail)
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy(path: detail)
    case SQLITE_IOERR where [ResultCode.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(ResultCode(rawValue: code)):
        return .syncFailed(detail: detail)
    default: return .inputOutput(detail: detail)
    }
}

/// Runs `body` and turns GRDB's errors into the store's; others go through as they are.
func mapping<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as DatabaseError {
        throw storeError(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    }
}
