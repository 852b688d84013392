import CentralStore
import Synchronization
import Tickets

/// The copy of everything that a store writes, on a second disk.
///
///     decide, write ──▶ frame: append, fdatasync ──▶ COMMIT ──▶ acknowledge
///                           │                          └─ fails: the frame does not count, before anybody hears of it
///                           └─ fails: nothing is committed, nobody is acknowledged
///
///     segment-1 ──▶ segment-2 ──▶ …   one chain of hashes; a backup begins a new one, and those before the last two backups go
///
/// So the copy is never behind the store, and ahead of it by one frame at most: that of a process which ended in between. At opening
/// it is taken over. More than one frame ahead means that the store's disk lost what it had confirmed.
/// - Source: DESIGN.md section 4, point 15; decision 0026.
final class JournalCopy: Sendable {
    /// A segment is begun anew beyond so many bytes.
    static let segmentBytesMax: UInt64 = 64 << 20

    private struct State {
        var segments: [(name: String, header: CopyHeader, count: UInt64)] = []
        var mark: CopyMark
        var hash: [UInt8]
        /// What the frame that is not yet committed began at.
        var pending: (mark: CopyMark, hash: [UInt8], count: UInt64)?
        /// The newest segment may hold what is not known to be durable: the next frame goes into a new one.
        var isDoubtful = false
        var fault: String?
        var failureCount: UInt64 = 0
        var takenCount = 0
    }

    private let disk: any CopyDisk
    private let state: Mutex<State>
    /// What the transaction that runs now changes.
    let tape = RowTape()
    /// Held from a transaction's beginning until it is known what became of it: frames and commits have one order.
    private let turn = Mutex(())

    /// Opens the copy of this store, and finds out how the two stand to one another.
    ///
    /// - Parameters:
    ///   - mark: Where the store stands.
    ///   - knows: Whether the store's journal has this entry with this hash.
    ///   - apply: Runs a frame on the store, in a transaction of its own.
    /// - Throws: `busy`; `behindCopy`, `otherCopy`; `copyFailed`.
    init(
        _ disk: any CopyDisk, incarnation: Incarnation, mark: CopyMark, knows: (UInt64, [UInt8]) throws -> Bool,
        apply: (CopyFrame) throws -> Void
    ) throws {
        self.disk = disk
        state = Mutex(State(mark: mark, hash: [UInt8](repeating: 0, count: 32)))
        try disk.lock()
        do {
            let segments = try Self.segments(on: disk, keepsRows: false)
            if let last = segments.last {
                guard last.header.incarnation == incarnation else { throw StoreError.otherCopy(place: disk.place) }
                try join(segments, last, mark, knows, apply)
            } else {
                try begin(incarnation, run: 1, at: mark)
            }
        } catch {
            disk.unlock()
            throw error
        }
    }

    /// Lets the copy go.
    func close() { disk.unlock() }

    private func join(
        _ segments: [CopySegment], _ last: CopySegment, _ mark: CopyMark, _ knows: (UInt64, [UInt8]) throws -> Bool,
        _ apply: (CopyFrame) throws -> Void
    ) throws {
        state.withLock { state in
            state.segments = segments.map { ($0.name, $0.header, $0.count) }
            (state.mark, state.hash) = (last.mark, last.hash)
        }
        let end = last.mark
        if end == mark, !last.isDamaged {
            // A commit that moved no journal entry leaves no trace of whether it came through: once more does no harm.
            if let frame = last.frames.last, frame.before == frame.after { try apply(frame) }
        } else if let frame = last.frames.last, frame.before == mark, !last.isDamaged {
            try takeOver(frame, last, apply)
        } else if let frame = segments.lazy.compactMap(\.cutOff).first(where: {
            $0.before == last.header.mark && $0.after == mark
        }) {
            return try countAgain(frame, last.header)
        } else if mark.head < end.head || mark.head == end.head && mark.fencing < end.fencing {
            throw StoreError.behindCopy(head: mark.head, copy: end.head)
        } else {
            guard try end.head == 0 || knows(end.head, end.headHash) else { throw StoreError.otherCopy(place: disk.place) }
            // Somebody wrote the store without its copy, or the copy is damaged: it begins anew from here.
            return try begin(last.header.incarnation, run: last.header.run + 1, at: mark)
        }
        // What a crash left behind the last frame must not stand before the next one.
        try writing { try disk.cut(last.name, to: state.withLock { $0.segments[$0.segments.count - 1].count }) }
    }

    /// The store's log had kept a commit that failed, and nothing that came after it was acknowledged: at most one more frame.
    private func countAgain(_ frame: CopyFrame, _ header: CopyHeader) throws {
        state.withLock { ($0.mark, $0.hash) = (header.mark, header.previous) }
        try writing {
            try continueAnew(backups: header.backups, header.backupHead)
            try write(frame)
        }
    }

    /// The process ended between the frame and its COMMIT.
    private func takeOver(_ frame: CopyFrame, _ last: CopySegment, _ apply: (CopyFrame) throws -> Void) throws {
        do {
            try apply(frame)
            state.withLock { $0.takenCount = 1 }
        } catch StoreError.constraint {
            // Its COMMIT had failed for what it says, so nobody was acknowledged.
            let before = last.withoutLast
            state.withLock { state in
                (state.mark, state.hash) = (before.mark, before.hash)
                state.segments[state.segments.count - 1].count = before.count
            }
        }
    }

    /// Every segment of the newest run, oldest first, each as far as the next one lets it count.
    static func segments(on disk: any CopyDisk, keepsRows: Bool) throws -> [CopySegment] {
        let names = try disk.names().filter { $0.hasPrefix("segment-") && $0.hasSuffix(".copy") }.sorted()
        var found: [CopySegment] = []
        for (index, name) in names.enumerated() {
            let bytes = try disk.read(name)
            guard let segment = CopySegment(name: name, bytes, keepsRows: keepsRows || index == names.count - 1) else {
                // The newest one may have been begun and not finished.
                guard index == names.count - 1 else { throw StoreError.copyFailed(detail: "\(name) is damaged") }
                continue
            }
            if let before = found.last, segment.header.run == before.header.run {
                // What the one before has beyond this one's beginning was cut off without being taken away.
                guard let cut = before.cut(at: segment.header) else {
                    throw StoreError.copyFailed(detail: "\(before.name) does not reach \(name)")
                }
                found[found.count - 1] = cut
            } else {
                found = []
            }
            found.append(segment)
        }
        return found
    }

    private func begin(_ incarnation: Incarnation, run: UInt64, at mark: CopyMark) throws {
        try writing {
            try add(
                CopyHeader(
                    incarnation: incarnation, run: run, backups: 0, backupHead: 0, mark: mark,
                    previous: [UInt8](repeating: 0, count: 32)))
        }
    }

    /// Begins a segment.
    private func add(_ header: CopyHeader) throws {
        let last =
            try disk.names().filter { $0.hasPrefix("segment-") }.compactMap { UInt64($0.dropFirst(8).prefix(10)) }.max() ?? 0
        let digits = String(last + 1)
        let name = "segment-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".copy"
        let bytes = header.encoded()
        try disk.write(name, bytes)
        state.withLock { state in
            if let first = state.segments.first, first.header.run != header.run { state.segments = [] }
            state.segments.append((name, header, UInt64(bytes.count)))
            (state.mark, state.hash) = (header.mark, header.previous)
            state.isDoubtful = false
        }
    }

    /// Runs what writes, and remembers whether it could.
    private func writing<T>(_ body: () throws -> T) throws -> T {
        do {
            let result = try body()
            state.withLock { $0.fault = nil }
            return result
        } catch let error as StoreError {
            if case .fenced = error { throw error }
            let detail = if case .diskFull = error { "the disk is full" } else { error.detail }
            state.withLock { state in
                state.fault = detail
                state.failureCount += 1
                state.isDoubtful = true
            }
            throw StoreError.copyFailed(detail: detail)
        }
    }
}

// MARK: - One commit

extension JournalCopy {
    /// Runs one writing transaction, COMMIT included. If it throws, the copy goes back to where the store is.
    func commit<T>(_ body: () throws -> T) throws -> T {
        try turn.withLock { _ in
            do {
                let result = try body()
                state.withLock { $0.pending = nil }
                return result
            } catch {
                takeBack(isCertain: (error as? StoreError)?.isInfrastructure == false)
                throw error
            }
        }
    }

    /// Inside that transaction: runs what changes rows, and puts it on the second disk.
    ///
    /// - Throws: What `body` throws; `copyFailed`, `fenced`: then the transaction must not be committed.
    func record<T>(_ access: SQLiteAccess, _ body: () throws -> T) throws -> T {
        let before = try access.mark()
        try tape.begin(access.sql)
        defer { tape.end(access.sql) }
        let result = try body()
        guard !tape.isEmpty else { return result }
        guard !tape.hasFailed else { throw StoreError.copyFailed(detail: "a changed row could not be read") }
        try append(
            CopyFrame(before: before, after: try access.mark(), schema: try access.schemaVersion(), rows: tape.bytes))
        return result
    }

    private func append(_ frame: CopyFrame) throws {
        try claim(frame)
        try writing {
            let (mark, header) = state.withLock { ($0.mark, $0.segments[$0.segments.count - 1].header) }
            // Never normal: the store went on without its copy, which is exact again from the next backup on.
            if mark != frame.before { try begin(header.incarnation, run: header.run + 1, at: frame.before) }
            let (isDoubtful, last) = state.withLock { ($0.isDoubtful, $0.segments[$0.segments.count - 1]) }
            if isDoubtful || last.count > Self.segmentBytesMax {
                try continueAnew(backups: last.header.backups, last.header.backupHead)
            }
            let pending = try write(frame)
            state.withLock { $0.pending = pending }
        }
    }

    /// Puts a frame behind the last one.
    ///
    /// - Returns: Where it begins.
    @discardableResult
    private func write(_ frame: CopyFrame) throws -> (mark: CopyMark, hash: [UInt8], count: UInt64) {
        let (name, begin) = state.withLock { state in
            let last = state.segments[state.segments.count - 1]
            return (last.name, (mark: state.mark, hash: state.hash, count: last.count))
        }
        let (bytes, next) = frame.encoded(after: begin.hash)
        try disk.append(name, bytes, at: begin.count)
        state.withLock { state in
            (state.mark, state.hash) = (frame.after, next)
            state.segments[state.segments.count - 1].count = begin.count + UInt64(bytes.count)
        }
        return begin
    }

    /// The frame's transaction was not committed: the copy goes back to where the store is.
    ///
    ///     store                        | second disk
    ///     COMMIT n: the log's fsync    | frame n
    ///       fails; rolled back         |   stays, and does not count: segment 2 goes on from n - 1
    ///     (the log may have it whole)  |
    ///     the process ends             |
    ///     opened: n is there, or not   | n is counted again, or was never acknowledged
    ///
    /// - Parameter isCertain: The store refused the commit. Otherwise its disk did, and the next opening may find it in the log.
    private func takeBack(isCertain: Bool) {
        let pending = state.withLock { state -> (name: String, count: UInt64)? in
            guard let (mark, hash, count) = state.pending else { return nil }
            state.pending = nil
            (state.mark, state.hash) = (mark, hash)
            state.segments[state.segments.count - 1].count = count
            if !isCertain { state.isDoubtful = true }
            return isCertain ? (state.segments[state.segments.count - 1].name, count) : nil
        }
        guard let pending else { return }
        // If this fails the next frame goes into a new segment, which says where it begins.
        try? writing { try disk.cut(pending.name, to: pending.count) }
    }

    /// The copy belongs to the process that opened the store last, wherever it runs.
    private func claim(_ frame: CopyFrame) throws {
        let bytes = try writing { try disk.read("owner") }
        let owner = UInt64(String(decoding: bytes, as: UTF8.self).filter(\.isNumber)) ?? 0
        guard owner <= frame.after.fencing else { throw StoreError.fenced(ours: frame.after.fencing, found: owner) }
        if owner != frame.after.fencing { try writing { try disk.write("owner", Array("\(frame.after.fencing)\n".utf8)) } }
    }
}

// MARK: - Backups

extension JournalCopy {
    /// Begins a new segment after a backup, and lets those go that only older backups than the last two need.
    ///
    /// - Parameter head: That the backup holds.
    func rotate(backupHead head: UInt64) throws {
        try turn.withLock { _ in try beginAfterBackup(head) }
    }

    private func beginAfterBackup(_ head: UInt64) throws {
        try writing {
            let backups = state.withLock { $0.segments[$0.segments.count - 1].header.backups } + 1
            try continueAnew(backups: backups, head)
            let (old, run) = state.withLock { state in
                let old = state.segments.prefix { $0.header.backups + 2 < backups }.map(\.name)
                state.segments.removeFirst(old.count)
                return (old, state.segments[0].name)
            }
            for name in old { disk.remove(name) }
            // Of earlier runs nothing can be restored any more that this backup does not hold.
            for name in try disk.names() where name.hasPrefix("segment-") && name < run { disk.remove(name) }
        }
    }

    private func continueAnew(backups: UInt64, _ backupHead: UInt64) throws {
        let header = state.withLock { state in
            var header = state.segments[state.segments.count - 1].header
            (header.mark, header.previous) = (state.mark, state.hash)
            return header
        }
        var next = header
        (next.backups, next.backupHead) = (backups, backupHead)
        try add(next)
    }

    /// How it stands.
    var figures: CopyFigures {
        state.withLock { state in
            let last = state.segments[state.segments.count - 1].header
            return CopyFigures(
                place: disk.place, head: state.mark.head, bytes: state.segments.reduce(0) { $0 + $1.count },
                segmentCount: state.segments.count, begin: state.segments[0].header.mark.head, isExact: last.backups > 0,
                fault: state.fault, failureCount: state.failureCount, takenCount: state.takenCount)
        }
    }
}

extension StoreError {
    /// The part that is not the code.
    fileprivate var detail: String {
        switch self {
        case .inputOutput(let detail), .copyFailed(let detail): detail
        default: description
        }
    }
}
