import Foundation

/// The bytes of one import.
///
/// Used by one task at a time. The first bytes are looked at before anything is read: a file in another encoding is refused with
/// the command that converts it, instead of 100,000 rejected rows.
public final class ImportInput {
    /// How it is written.
    public let format: ImportFormat
    /// All bytes; nil for standard input and pipes.
    public let bytesTotal: Int?
    /// Bytes that were given so far.
    public private(set) var bytesRead = 0
    private let source: () throws -> [UInt8]
    private var first: [UInt8]?

    /// - Parameters:
    ///   - path: A file, or "-" for standard input.
    ///   - format: nil = as the name says.
    /// - Throws: `unreadableFile`, also for one in an encoding that is not UTF-8.
    public convenience init(path: String, format: ImportFormat?) throws(OperationProblem) {
        let chunks = try FileChunks(path: path, chunkBytes: 256 << 10)
        let size = path == "-" ? nil : (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
        try self.init(name: path, format: format ?? ImportFormat(ofFile: path), bytesTotal: size) { try chunks.next() }
    }

    /// An input of bytes in memory, given in pieces.
    convenience init(bytes: [UInt8], format: ImportFormat, chunkBytes: Int = 64 << 10) throws(OperationProblem) {
        var rest = bytes[...]
        try self.init(name: "-", format: format, bytesTotal: bytes.count) {
            defer { rest = rest.dropFirst(chunkBytes) }
            return Array(rest.prefix(chunkBytes))
        }
    }

    /// - Parameter headBytes: How much is looked at beforehand.
    init(
        name: String, format: ImportFormat, bytesTotal: Int?, headBytes: Int = 64 << 10, source: @escaping () throws -> [UInt8]
    ) throws(OperationProblem) {
        self.format = format
        self.bytesTotal = bytesTotal
        self.source = source
        var head: [UInt8] = []
        do {
            while head.count < headBytes {
                let more = try source()
                if more.isEmpty { break }
                head += more
            }
        } catch {
            throw OperationProblem(.unreadableFile, "reading failed (\(type(of: error)))")
        }
        if let problem = ImportEncoding.problem(in: head, of: name) { throw problem }
        first = head.isEmpty ? nil : head
    }

    /// The next bytes; empty at the end.
    func next() throws -> [UInt8] {
        let bytes = try first ?? source()
        first = nil
        bytesRead += bytes.count
        return bytes
    }
}

/// What encoding bytes are in, as far as that can be seen.
enum ImportEncoding {
    /// Nil for UTF-8, also with a few bad bytes in it: those cost their rows alone.
    static func problem(in bytes: [UInt8], of name: String) -> OperationProblem? {
        let file = name == "-" ? "FILE" : name
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return OperationProblem(
                .unreadableFile, "\(file) is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 \(file) > \(file).utf8")
        }
        let (good, bad) = counts(bytes)
        guard bad > good else { return nil }
        return OperationProblem(
            .unreadableFile,
            "\(file) is not UTF-8, it is most likely GB18030 (GBK); convert it first: iconv -f GB18030 -t UTF-8 \(file) > \(file).utf8"
        )
    }

    /// Bytes beyond ASCII that are UTF-8, and those that are not. A character cut off by the end counts for neither, and nor does
    /// one of two bytes: every eighth pair of a GBK text looks like one.
    private static func counts(_ bytes: [UInt8]) -> (good: Int, bad: Int) {
        var (good, bad, index) = (0, 0, 0)
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x80 else {
                index += 1
                continue
            }
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
            let tail = bytes[(index + 1)..<min(index + length, bytes.count)]
            let isGood = (0xc2...0xf4).contains(byte) && tail.allSatisfy { $0 & 0xc0 == 0x80 }
            if isGood, tail.count < length - 1 { break }
            if isGood { good += length > 2 ? length : 0 } else { bad += 1 }
            index += isGood ? length : 1
        }
        return (good, bad)
    }
}
