import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// Where a store stands: how often it was opened for writing, and the journal's end.
struct CopyMark: Hashable, Sendable {
    var fencing: UInt64
    var head: UInt64
    /// 32 bytes.
    var headHash: [UInt8]

    fileprivate func encode(into bytes: inout [UInt8]) {
        append(fencing, to: &bytes)
        append(head, to: &bytes)
        bytes += headHash
    }

    fileprivate init?(_ reader: inout CopyReader) {
        guard let fencing = reader.word(), let head = reader.word(), let hash = reader.take(32) else { return nil }
        (self.fencing, self.head, headHash) = (fencing, head, hash)
    }

    init(fencing: UInt64, head: UInt64, headHash: [UInt8]) {
        (self.fencing, self.head, self.headHash) = (fencing, head, headHash)
    }
}

/// What stands at a segment's beginning.
///
///     "GLJC" · version u32 · incarnation 16 · run u64 · backups u64 · backup head u64 · mark · previous hash 32 · SHA-256 of all this
struct CopyHeader: Hashable, Sendable {
    var incarnation: Incarnation
    /// Segments of one run continue one another; a new run begins where nobody knows what the store went through meanwhile.
    var run: UInt64
    /// Backups since the run began.
    var backups: UInt64
    /// The head that the newest of them holds; 0 if there is none.
    var backupHead: UInt64
    /// Where the store stands before the segment's first frame.
    var mark: CopyMark
    /// Of the frame before.
    var previous: [UInt8]

    static let version: UInt64 = 1
    /// Bytes.
    static let size = 4 + 8 + 16 + 3 * 8 + 48 + 32 + 32

    func encoded() -> [UInt8] {
        var bytes = Array("GLJC".utf8)
        append(Self.version, to: &bytes)
        bytes += incarnation.bytes
        for word in [run, backups, backupHead] { append(word, to: &bytes) }
        mark.encode(into: &bytes)
        bytes += previous
        return bytes + sha256(bytes)
    }

    /// - Returns: nil for anything else, or if a byte of it has changed.
    init?(_ bytes: [UInt8]) {
        var reader = CopyReader(bytes)
        guard bytes.count >= Self.size, reader.take(4) == Array("GLJC".utf8), reader.word() == Self.version,
            let incarnation = reader.take(16).flatMap(Incarnation.init(bytes:)), let run = reader.word(),
            let backups = reader.word(), let backupHead = reader.word(), let mark = CopyMark(&reader),
            let previous = reader.take(32), reader.take(32) == sha256(Array(bytes.prefix(Self.size - 32)))
        else { return nil }
        self.init(
            incarnation: incarnation, run: run, backups: backups, backupHead: backupHead, mark: mark, previous: previous)
    }

    init(
        incarnation: Incarnation, run: UInt64, backups: UInt64, backupHead: UInt64, mark: CopyMark, previous: [UInt8]
    ) {
        self.incarnation = incarnation
        self.run = run
        self.backups = backups
        self.backupHead = backupHead
        self.mark = mark
        self.previous = previous
    }
}

/// What one commit changed.
///
///     length u64 · hash 32 · before · after · schema u64 · rows        hash = SHA-256(previous hash ‖ everything behind it)
struct CopyFrame: Sendable {
    var before: CopyMark
    var after: CopyMark
    /// The schema version that the rows are of.
    var schema: Int
    /// As `RowTape` writes them.
    var rows: [UInt8]

    /// The frame's bytes behind its length and hash.
    private var body: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count + 128)
        before.encode(into: &bytes)
        after.encode(into: &bytes)
        append(UInt64(schema), to: &bytes)
        bytes += rows
        return bytes
    }

    /// - Returns: The bytes, and the hash that the next frame builds on.
    func encoded(after previous: [UInt8]) -> (bytes: [UInt8], hash: [UInt8]) {
        let body = body
        let hash = sha256(previous, body)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 40)
        append(UInt64(body.count), to: &bytes)
        return (bytes + hash + body, hash)
    }

    fileprivate init?(body: [UInt8]) {
        var reader = CopyReader(body)
        guard let before = CopyMark(&reader), let after = CopyMark(&reader), let schema = reader.word(), schema <= 1 << 20 else {
            return nil
        }
        (self.before, self.after, self.schema) = (before, after, Int(schema))
        rows = reader.rest
    }

    init(before: CopyMark, after: CopyMark, schema: Int, rows: [UInt8]) {
        (self.before, self.after, self.schema, self.rows) = (before, after, schema, rows)
    }
}

/// One segment as it was read.
struct CopySegment: Sendable {
    var name: String
    var header: CopyHeader
    var frames: [CopyFrame] = []
    /// Bytes up to the end of the last whole frame.
    var count: UInt64
    /// Of the last whole frame, or what the header says.
    var hash: [UInt8]
    /// Something that is no frame stands between frames: the medium is damaged.
    var isDamaged = false
    /// The first frame beyond where the next segment goes on: its COMMIT failed, and nobody was acknowledged.
    var cutOff: CopyFrame?
    /// Of each frame: where it ends, and its hash.
    private var ends: [(count: UInt64, hash: [UInt8])] = []

    /// Where the store stood after the last frame.
    var mark: CopyMark { frames.last?.after ?? header.mark }

    /// Reads a segment. What a crash left of the last frame is not counted: it was never acknowledged.
    ///
    /// - Parameter keepsRows: False keeps the rows of the last frame alone.
    /// - Returns: nil if the header is not whole.
    init?(name: String, _ bytes: [UInt8], keepsRows: Bool = true) {
        guard let header = CopyHeader(bytes) else { return nil }
        self.name = name
        self.header = header
        count = UInt64(CopyHeader.size)
        hash = header.previous
        var offset = CopyHeader.size
        while bytes.count - offset >= 40 {
            var reader = CopyReader(bytes[offset...])
            guard let length = reader.word(), let stored = reader.take(32), length <= UInt64(bytes.count - offset - 40) else {
                break
            }
            let end = offset + 40 + Int(length)
            let body = Array(bytes[(offset + 40)..<end])
            guard length > 0, stored == sha256(hash, body), let frame = CopyFrame(body: body), frame.before == mark else {
                isDamaged = end < bytes.count && bytes[end...].contains { $0 != 0 }
                break
            }
            if !keepsRows, !frames.isEmpty { frames[frames.count - 1].rows = [] }
            frames.append(frame)
            hash = stored
            offset = end
            count = UInt64(end)
            ends.append((count, hash))
        }
    }
}

extension CopySegment {
    /// The segment up to where the next one goes on.
    ///
    /// - Returns: nil if it does not reach there.
    func cut(at next: CopyHeader) -> CopySegment? {
        if next.previous == header.previous, next.mark == header.mark { return keeping(0) }
        guard let index = ends.firstIndex(where: { $0.hash == next.previous }), frames[index].after == next.mark else {
            return nil
        }
        return keeping(index + 1)
    }

    /// The segment without its last frame.
    var withoutLast: CopySegment { keeping(max(0, frames.count - 1)) }

    private func keeping(_ kept: Int) -> CopySegment {
        guard kept < frames.count else {
            var whole = self
            whole.isDamaged = false
            return whole
        }
        var part = self
        part.cutOff = frames[kept]
        part.frames = Array(frames.prefix(kept))
        part.ends = Array(ends.prefix(kept))
        part.count = part.ends.last?.count ?? UInt64(CopyHeader.size)
        part.hash = part.ends.last?.hash ?? header.previous
        part.isDamaged = false
        return part
    }
}

/// Reads words and fields, most significant byte first.
struct CopyReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { self.bytes = ArraySlice(bytes) }
    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }
    var rest: [UInt8] { Array(bytes) }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    mutating func word() -> UInt64? { take(8).map { $0.reduce(0) { $0 << 8 | UInt64($1) } } }
    mutating func half() -> Int? { take(2).map { Int($0[0]) << 8 | Int($0[1]) } }
}

private func append(_ word: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
}

/// One change of a row, as a tape has it.
enum CopyRow: Hashable {
    /// The row is so from now on; all columns in order.
    case put(table: String, [Value])
    /// It is gone; as it was.
    case gone(table: String, [Value])
}

extension CopyFrame {
    /// - Throws: `damaged`.
    func forEachRow(_ body: (CopyRow) throws -> Void) throws {
        let fault = StoreError.damaged(detail: "a frame of the journal copy cannot be read")
        var reader = CopyReader(rows[...])
        var names: [UInt8: String] = [:]
        while !reader.isAtEnd {
            guard let kind = reader.take(2), let columns = reader.half(), let high = reader.half(), let low = reader.half(),
                let content = reader.take(high << 16 | low)
            else { throw fault }
            if kind[0] == 3 {
                names[kind[1]] = String(decoding: content, as: UTF8.self)
                continue
            }
            guard let name = names[kind[1]], let values = try? decodeValues(content, count: columns) else { throw fault }
            let row = values.map { $0 ?? .null }
            try body(kind[0] == 1 ? .put(table: name, row) : .gone(table: name, row))
        }
    }
}
