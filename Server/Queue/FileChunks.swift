import Foundation

/// Reads a file, or standard input for "-", in chunks.
public struct FileChunks {
    private let handle: FileHandle
    private let chunkBytes: Int

    /// - Parameters:
    ///   - path: A file, or "-" for standard input.
    ///   - chunkBytes: Bytes per read.
    /// - Throws: `OperationProblem.unreadableFile`.
    public init(path: String, chunkBytes: Int = 64 << 10) throws(OperationProblem) {
        self.chunkBytes = chunkBytes
        if path == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: path) {
            handle = opened
        } else {
            throw OperationProblem(.unreadableFile, "cannot read \(path)")
        }
    }

    /// The next bytes; empty at the end.
    public func next() throws -> [UInt8] {
        guard let data = try handle.read(upToCount: chunkBytes) else { return [] }
        return [UInt8](data)
    }

    /// The whole file, up to a limit.
    /// - Throws: `OperationProblem.unreadableFile` if there is more.
    public func all(bytesMax: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try next()
            if more.isEmpty { return bytes }
            bytes += more
            guard bytes.count <= bytesMax else {
                throw OperationProblem(.unreadableFile, "the file is larger than \(bytesMax) bytes")
            }
        }
    }
}
