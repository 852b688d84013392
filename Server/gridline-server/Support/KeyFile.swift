import Foundation
import Queue
import SyncProtocol

/// The centre key's file: outside the store, readable by its owner alone.
enum KeyFile {
    /// Reads it.
    /// - Throws: `badKey`.
    static func read(_ path: String) throws(OperationProblem) -> CentreKeys {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OperationProblem(.badKey, "cannot read the centre key \(path); restore it from its own backup")
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
        guard let mode, mode & 0o077 == 0 else {
            throw OperationProblem(.badKey, "others may read the centre key; chmod 600 \(path)")
        }
        do {
            return try CentreKeys(fileContent: Array(data))
        } catch {
            throw OperationProblem(.badKey, "\(path): \(error.description)")
        }
    }

    /// Makes a new key and its file. Never overwrites one: every device's certificate hangs on it.
    /// - Throws: `badKey`.
    static func create(_ path: String) throws(OperationProblem) {
        let keys: CentreKeys
        do {
            keys = CentreKeys(current: try CentreKey(signingSeed: Edge.random(32), macSeed: Edge.random(32)))
        } catch {
            throw OperationProblem(.badKey, error.description)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let why =
                errno == EEXIST ? "it exists already; move it away, or name it with --key" : String(cString: strerror(errno))
            throw OperationProblem(.badKey, "cannot make the centre key \(path): \(why)")
        }
        defer { close(descriptor) }
        let bytes = keys.fileContent()
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw OperationProblem(.badKey, "cannot write the centre key \(path)")
        }
    }
}
