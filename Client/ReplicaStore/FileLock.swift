import Glibc

/// An exclusive lock on `<replica>.lock`, held as long as the value lives. The system lets go of it when the process dies, however
/// it dies. A file of its own, because SQLite drops its locks on a database file when any other descriptor of it is closed.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Parameter waitMilliseconds: How long another process may take to let go; looked at every 20 ms.
    /// - Throws: `busy`, or `readOnly` where the lock file cannot be made.
    init(path: String, waitMilliseconds: Int) throws(ReplicaError) {
        // CLOEXEC: a child process must not keep the replica locked after we are gone.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(opening: path, code: errno) }
        var leftMilliseconds = waitMilliseconds
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, leftMilliseconds > 0 else {
                close(descriptor)
                throw .busy
            }
            usleep(20_000)
            leftMilliseconds -= 20
        }
    }

    deinit { close(descriptor) }

    private static func error(opening path: String, code: Int32) -> ReplicaError {
        switch code {
        case ENOENT, ENOTDIR: .notEnrolled
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EROFS, EPERM: .readOnly
        default: .cannotWrite(path: path, code: code)
        }
    }
}
