import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    /// Where the store stands.
    func mark() throws -> CopyMark {
        let state = try state()
        return CopyMark(fencing: state.fencing, head: state.head, headHash: state.headHash)
    }
}

/// Puts frames of a journal copy into a store.
///
/// A frame says how rows are afterwards, not what was done to them: putting one in twice is putting it in once.
final class CopyReplay {
    private struct Texts {
        let columnCount: Int
        let put: String
        let gone: String
        /// Where the key's columns stand.
        let key: [Int]
    }
    private var tables: [String: Texts] = [:]

    /// Inside a writing transaction.
    ///
    /// - Throws: `damaged` if the frame does not fit the store or leads elsewhere than it says.
    func apply(_ frame: CopyFrame, to access: SQLiteAccess) throws {
        let version = try access.schemaVersion()
        if frame.schema > version {
            try SQLiteCentralStore.migrate(access.sql, from: version, to: frame.schema)
            tables = [:]
        }
        try frame.forEachRow { row in
            switch row {
            case .put(let table, let values):
                let texts = try texts(of: table, access.sql)
                guard values.count == texts.columnCount else { throw Self.misfit(table) }
                try access.sql.run(texts.put, values)
            case .gone(let table, let values):
                let texts = try texts(of: table, access.sql)
                guard values.count == texts.columnCount else { throw Self.misfit(table) }
                try access.sql.run(texts.gone, texts.key.map { values[$0] })
            }
        }
        guard try access.mark() == frame.after else {
            throw StoreError.damaged(detail: "the journal copy leads to another head than \(frame.after.head)")
        }
    }

    private static func misfit(_ table: String) -> StoreError {
        .damaged(detail: "the journal copy has rows of \(table) that do not fit the store's schema")
    }

    private func texts(of table: String, _ sql: SQL) throws -> Texts {
        if let known = tables[table] { return known }
        let columns = try sql.all("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", [.text(table)]) {
            ($0.text(0), Int($0.int(1)))
        }
        guard !columns.isEmpty else { throw Self.misfit(table) }
        let names = columns.map { "\"\($0.0)\"" }
        let key = columns.indices.filter { columns[$0].1 > 0 }.sorted { columns[$0].1 < columns[$1].1 }
        let others = columns.indices.filter { columns[$0].1 == 0 }
        let set = others.map { "\(names[$0]) = excluded.\(names[$0])" }.joined(separator: ", ")
        let texts = Texts(
            columnCount: columns.count,
            put: "INSERT INTO \"\(table)\"(\(names.joined(separator: ", "))) VALUES \(SQL.list(columns.count)) "
                + "ON CONFLICT(\(key.map { names[$0] }.joined(separator: ", "))) DO "
                + (others.isEmpty ? "NOTHING" : "UPDATE SET \(set)"),
            gone: "DELETE FROM \"\(table)\" WHERE \(key.map { "\(names[$0]) = ?" }.joined(separator: " AND "))", key: key)
        tables[table] = texts
        return texts
    }
}

/// The way from a backup to the end of a journal copy.
struct CopyWay {
    private let disk: any CopyDisk
    private var segments: [CopySegment]
    /// The first frame that the backup lacks.
    private var first: (segment: Int, frame: Int)
    /// Frames that the backup lacks.
    private(set) var frameCount: Int

    /// - Throws: `otherCopy`, `copyTooShort`, `copyFailed`.
    init(on disk: any CopyDisk, incarnation: Incarnation, from mark: CopyMark) throws {
        self.disk = disk
        segments = try JournalCopy.segments(on: disk, keepsRows: false)
        guard let last = segments.last else { throw StoreError.copyTooShort(backup: mark.head, begin: 0) }
        guard last.header.incarnation == incarnation else { throw StoreError.otherCopy(place: disk.place) }
        guard !last.isDamaged else {
            throw StoreError.copyFailed(detail: "\(last.name) is damaged behind sequence \(last.mark.head)")
        }
        first = (segments.count, 0)
        frameCount = 0
        search: for (index, segment) in segments.enumerated() {
            for (number, frame) in segment.frames.enumerated() where frame.before == mark {
                first = (index, number)
                break search
            }
        }
        guard first.segment < segments.count || last.mark == mark else {
            throw StoreError.copyTooShort(backup: mark.head, begin: segments[0].header.mark.head)
        }
        for index in first.segment..<max(first.segment, segments.count) { frameCount += segments[index].frames.count }
        frameCount -= first.frame
    }

    /// Gives the frames in order, those of one segment at a time.
    func walk(_ body: ([CopyFrame]) throws -> Void) throws {
        guard first.segment < segments.count else { return }
        for index in first.segment..<segments.count {
            guard let whole = CopySegment(name: segments[index].name, try disk.read(segments[index].name)) else {
                throw StoreError.copyFailed(detail: "\(segments[index].name) cannot be read")
            }
            let frames = whole.frames.prefix(segments[index].frames.count).dropFirst(index == first.segment ? first.frame : 0)
            try body(Array(frames))
        }
    }
}
