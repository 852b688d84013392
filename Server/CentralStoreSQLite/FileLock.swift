import CentralStore
import Foundation
import Synchronization

/// The lock that keeps a second process out of a store: `flock` on `<name>.lock` beside the file. The kernel lets it go when the
/// process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// - Throws: `busy` if another process holds it; `inputOutput` if the lock file cannot be made.
    init(beside path: String) throws {
        let name = (path as NSString).deletingPathExtension + ".lock"
        let file = Foundation.open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreError.inputOutput(detail: "\(name): \(String(cString: strerror(errno)))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(file)
            throw StoreError.busy(path: path)
        }
        descriptor = Mutex(file)
    }

    deinit { release() }

    /// Lets the lock go; once.
    func release() {
        descriptor.withLock { file in
            unlockAndClose(file)
            file = -1
        }
    }
}

/// Lets the lock of an open file go, and closes it; -1 is none. To close alone is not enough: a child of this process that has not begun
/// its own program yet holds every file of its parent, and with it the lock.
func unlockAndClose(_ file: Int32) {
    guard file >= 0 else { return }
    flock(file, LOCK_UN)
    Foundation.close(file)
}
