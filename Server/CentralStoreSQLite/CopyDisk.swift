import CentralStore
import Foundation
import Synchronization

/// A place for the segments of a journal copy: names and bytes. Each call that writes is durable when it returns.
///
/// Errors are `StoreError.diskFull` or `inputOutput`; after one the content of the named file beyond what was durable before is
/// unknown. Used by one thread at a time.
public protocol CopyDisk: Sendable {
    /// For an operator: the folder.
    var place: String { get }
    /// Keeps others out until `unlock`.
    /// - Throws: `busy` if another process has it.
    func lock() throws
    /// Lets others in.
    func unlock()
    /// Every file that is there.
    func names() throws -> [String]
    /// A whole file; empty if there is none.
    func read(_ name: String) throws -> [UInt8]
    /// A file that holds these bytes and nothing else, in place of what was there.
    func write(_ name: String, _ bytes: [UInt8]) throws
    /// Adds bytes at `offset`, which is the file's end.
    func append(_ name: String, _ bytes: [UInt8], at offset: UInt64) throws
    /// Cuts a file to so many bytes.
    func cut(_ name: String, to count: UInt64) throws
    /// Takes a file away. What cannot be taken away stays.
    func remove(_ name: String)
}

/// A folder of a second disk.
public final class CopyFolder: CopyDisk {
    /// The folder, absolute.
    public let place: String
    private struct Open {
        var lock: Int32 = -1
        /// The file that was written last.
        var name = ""
        var file: Int32 = -1
    }
    private let open = Mutex(Open())

    /// - Parameter path: Made if it is not there, for its owner alone.
    /// - Throws: `inputOutput`.
    public init(_ path: String) throws {
        place = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw StoreError.inputOutput(detail: "\(path): the folder cannot be made") }
    }

    deinit { unlock() }

    /// Keeps other processes of this machine out, by `flock`; others are kept out by the owner's number inside.
    public func lock() throws {
        let path = place + "/lock"
        let file = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            Foundation.close(file)
            throw StoreError.busy(path: place)
        }
        open.withLock { $0.lock = file }
    }

    /// Lets others in, and closes what is open.
    public func unlock() {
        open.withLock { open in
            if open.file >= 0 { Foundation.close(open.file) }
            unlockAndClose(open.lock)
            open = Open()
        }
    }

    /// Every file that is there.
    public func names() throws -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: place) } catch {
            throw StoreError.inputOutput(detail: "\(place): the folder cannot be read")
        }
    }

    /// A whole file; empty if there is none.
    public func read(_ name: String) throws -> [UInt8] {
        let path = place + "/" + name
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw Self.error(path) }
            return []
        }
        defer { Foundation.close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.error(path) }
        let count = Int(status.st_size)
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Foundation.read(file, buffer.baseAddress! + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw Self.error(path) }
                guard got > 0 else { return }
                filled += got
            }
        }
    }

    /// Under another name first, so that a crash leaves the old content or the new.
    public func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = place + "/" + name
        let partial = path + ".partial"
        let file = Foundation.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(partial) }
        do {
            defer { Foundation.close(file) }
            try Self.writeAll(file, bytes, at: 0, partial)
            guard fsync(file) == 0 else { throw Self.error(partial) }
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, path) == 0 else { throw Self.error(path) }
        try syncFolder()
    }

    /// Adds bytes at the end; the file stays open for the next ones.
    public func append(_ name: String, _ bytes: [UInt8], at offset: UInt64) throws {
        let path = place + "/" + name
        try open.withLock { open in
            if open.name != name || open.file < 0 {
                if open.file >= 0 { Foundation.close(open.file) }
                open.file = Foundation.open(path, O_WRONLY | O_CLOEXEC)
                open.name = name
                guard open.file >= 0 else { throw Self.error(path) }
            }
            do {
                try Self.writeAll(open.file, bytes, at: offset, path)
                guard fdatasync(open.file) == 0 else { throw Self.error(path) }
            } catch {
                // What the system forgot to write it may take for written: this descriptor is not asked again.
                Foundation.close(open.file)
                open.file = -1
                throw error
            }
        }
    }

    /// Cuts a file to so many bytes.
    public func cut(_ name: String, to count: UInt64) throws {
        let path = place + "/" + name
        let file = Foundation.open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.error(path) }
        defer { Foundation.close(file) }
        guard ftruncate(file, off_t(count)) == 0, fsync(file) == 0 else { throw Self.error(path) }
    }

    /// Takes a file away.
    public func remove(_ name: String) {
        unlink(place + "/" + name)
        try? syncFolder()
    }

    private func syncFolder() throws {
        let folder = Foundation.open(place, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error(place) }
        defer { Foundation.close(folder) }
        guard fsync(folder) == 0 else { throw Self.error(place) }
    }

    private static func writeAll(_ file: Int32, _ bytes: [UInt8], at offset: UInt64, _ path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = pwrite(file, buffer.baseAddress! + done, buffer.count - done, off_t(offset) + off_t(done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw error(path) }
                done += count
            }
        }
    }

    /// The error that the system has just reported.
    private static func error(_ path: String) -> StoreError {
        errno == ENOSPC || errno == EDQUOT ? .diskFull : .inputOutput(detail: "\(path): \(String(cString: strerror(errno)))")
    }
}
