import Glibc

/// A lock on `<replica>.lock`, held as long as the value lives. The system lets go of it when the process dies, however it dies. A
/// file of its own, because SQLite drops its locks on a database file when any other descriptor of it is closed.
///
/// The file is empty, or holds the mark: the ordinal of the last command that was committed by a process that has not ended in good
/// order yet. It is not synced: what it must outlive is the process.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Parameters:
    ///   - isShared: For reading alone: several may have it at once, and nothing is made.
    ///   - waitMilliseconds: How long another process may take to let go; looked at every 20 ms.
    /// - Throws: `busy`, or `readOnly` where the lock file cannot be made.
    init(path: String, isShared: Bool = false, waitMilliseconds: Int) throws(ReplicaError) {
        // CLOEXEC: a child process must not keep the replica locked after we are gone.
        descriptor = open(path, isShared ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(opening: path, code: errno) }
        var leftMilliseconds = waitMilliseconds
        while flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, leftMilliseconds > 0 else {
                close(descriptor)
                throw .busy
            }
            usleep(20_000)
            leftMilliseconds -= 20
        }
    }

    deinit {
        // To close alone is not enough: a child that has not begun its own program yet holds every file of its parent, and its lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The mark; nil if there is none.
    var mark: Int64? {
        var bytes = Int64(0)
        return pread(descriptor, &bytes, 8, 0) == 8 ? Int64(bigEndian: bytes) : nil
    }

    /// Writes the mark. Where that fails there is one sign less, and no command is refused for it.
    func setMark(_ ordinal: Int64) {
        var bytes = ordinal.bigEndian
        _ = pwrite(descriptor, &bytes, 8, 0)
    }

    /// Takes the mark away.
    func clearMark() { _ = ftruncate(descriptor, 0) }

    private static func error(opening path: String, code: Int32) -> ReplicaError {
        switch code {
        case ENOENT, ENOTDIR: .notEnrolled
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EROFS, EPERM: .readOnly
        default: .cannotWrite(path: path, code: code)
        }
    }
}
