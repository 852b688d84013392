/// An operating error of a store. None of them says anything about a command: a request that meets one fails as a whole (503)
/// and is repeated, except `constraint`, which sends the batch down the one-by-one path.
public enum StoreError: Error, Hashable, Sendable {
    /// GL-S1001. Another process has the store open. Use its local socket, or stop it first.
    case busy(path: String)
    /// GL-S1002. Another process took the store over. Stop this one; never normal.
    case fenced(ours: UInt64, found: UInt64)
    /// GL-S1003. There is no store at this path, or the file is something else. `init` makes one.
    case notAStore(path: String)
    /// GL-S1004. The store was made by a newer release. Upgrade this program.
    case newerSchema(found: Int, known: Int)
    /// GL-S1005. The file is damaged, or its journal does not end where the store says. Restore a backup.
    case damaged(detail: String)
    /// GL-S1006. The disk is full or the file may not grow. Make room; nothing was lost.
    case diskFull
    /// GL-S1007. The file exists already; nothing was overwritten.
    case exists(path: String)
    /// GL-S1008. A row does not fit what is there. The batch is decided again one by one.
    case constraint(detail: String)
    /// GL-S1009. The operating system refused: permissions, a read-only disk, an input or output error.
    case inputOutput(detail: String)
    /// GL-S1010. The disk did not confirm what was written to it. Nothing of it was acknowledged; whether it stands, only opening the
    /// store anew shows. `serve` ends itself. Check the disk, then start again.
    case syncFailed(detail: String)
    /// GL-S1011. The journal copy on the second disk cannot be written or read, so nothing is acknowledged. Make room or mend that
    /// disk; devices come again by themselves.
    case copyFailed(detail: String)
    /// GL-S1012. The store ends before its journal copy does: its disk lost what it had confirmed, or its file was replaced by an older
    /// one. Never normal. Do not serve from it: restore the newest backup with the copy.
    case behindCopy(head: UInt64, copy: UInt64)
    /// GL-S1013. The folder holds the journal copy of another store, or of another life of this one. Name another folder, or restore
    /// what it holds.
    case otherCopy(place: String)
    /// GL-S1014. The journal copy begins after this backup was taken. Take a newer backup, or restore without the copy.
    case copyTooShort(backup: UInt64, begin: UInt64)

    /// The stable code.
    public var code: String {
        switch self {
        case .busy: "GL-S1001"
        case .fenced: "GL-S1002"
        case .notAStore: "GL-S1003"
        case .newerSchema: "GL-S1004"
        case .damaged: "GL-S1005"
        case .diskFull: "GL-S1006"
        case .exists: "GL-S1007"
        case .constraint: "GL-S1008"
        case .inputOutput: "GL-S1009"
        case .syncFailed: "GL-S1010"
        case .copyFailed: "GL-S1011"
        case .behindCopy: "GL-S1012"
        case .otherCopy: "GL-S1013"
        case .copyTooShort: "GL-S1014"
        }
    }

    /// True for everything that is no command's fault.
    public var isInfrastructure: Bool {
        if case .constraint = self { false } else { true }
    }
}

extension StoreError: CustomStringConvertible {
    /// Code, what is wrong, what to do. Holds no citizen's data.
    public var description: String {
        switch self {
        case .busy(let path): "\(code) another process has the store open: \(path). Use its local socket, or stop it first."
        case .fenced(let ours, let found):
            "\(code) another process took the store over (fencing \(found), ours \(ours)). Stop this one."
        case .notAStore(let path): "\(code) no Gridline store at \(path). `gridline-server init` makes one."
        case .newerSchema(let found, let known):
            "\(code) the store has schema \(found), this program knows \(known). Upgrade the program."
        case .damaged(let detail): "\(code) the store is damaged: \(detail). Restore a backup."
        case .diskFull: "\(code) the disk is full. Make room; nothing was lost."
        case .exists(let path): "\(code) \(path) exists already; nothing was overwritten. Name another file."
        case .constraint(let detail): "\(code) a row does not fit what is stored: \(detail)."
        case .copyFailed(let detail):
            "\(code) the journal copy cannot be used: \(detail). Nothing is acknowledged without it; mend its disk, or serve with another folder."
        case .behindCopy(let head, let copy):
            "\(code) the store ends at \(head), its journal copy at \(copy): the store's disk lost what it had confirmed, or its file is an older one. Restore the newest backup with --journal-copy."
        case .otherCopy(let place):
            "\(code) \(place) holds the journal copy of another store or another life of this one. Name an empty folder, or restore what it holds."
        case .copyTooShort(let backup, let begin):
            "\(code) the journal copy begins at \(begin), after this backup, which ends at \(backup). Take a newer backup, or restore without --journal-copy."
        case .inputOutput(let detail): "\(code) the operating system refused: \(detail). Check the disk and its permissions."
        case .syncFailed(let detail):
            "\(code) the disk did not confirm what was written: \(detail). Nothing of it was acknowledged. Check the disk, then start again."
        }
    }
}
