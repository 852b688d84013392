import Changeset
import SyncProtocol
import Tickets

/// Reads one page. The same for every store.
///
/// Each scope of the person gives one or two streams of candidates, ordered by the position at which an entity became news:
///
///     scope since ≤ base         log entries beyond base                                   at their own sequences
///     scope began after base     entries older than its beginning | log entries beyond it  at the beginning | at their own
///     scope ended after base     everything that was in it                                 at the end
///
/// The streams are merged. For each candidate the person's present scopes decide: held by one → sent at the first of its
/// positions, whole unless one scope held it all the way since the base; held by none → leaves, if the replica may have it.
/// Positions only rise: what changes while a pull is under way moves beyond every page that was read before.
public struct PageReader {
    private let request: PageRequest
    private let source: any PageSource
    private let state: StoreState
    private let mark: PageMark?
    private let fromZero: Bool
    private let fromZeroReason: PageResult.FromZeroReason?
    /// What the replica holds, as far as this pull cares: 0 if it reads from zero.
    private let base: UInt64
    /// The head as of the pull's first page.
    private let start: UInt64
    private let present: [String: UInt64]
    private let intervals: [ScopeInterval]
    /// The present scopes that may hold tickets, in order.
    private let ticketScopes: [String]
    private var result: PageResult
    private var brought: Bool
    private var bytesCount = 0
    private var gone: Set<EntityKey> = []

    /// Candidates looked at together.
    private static let chunkCount = 64

    /// The page that `request` asks for.
    public static func page(_ request: PageRequest, from source: any PageSource) throws -> PageResult {
        var reader = try PageReader(request, source)
        return try reader.read()
    }

    private init(_ request: PageRequest, _ source: any PageSource) throws {
        self.request = request
        self.source = source
        state = try source.state()
        intervals = try source.intervals(of: request.person)
        present = Dictionary(intervals.filter { $0.until == nil }.map { ($0.scope, $0.since) }, uniquingKeysWith: min)
        ticketScopes = present.keys.filter { $0 != referenceScope && $0 != maskScope }.sorted()
        let found = PageMark.following(request, in: state)
        let floor = try source.floor(of: Set(intervals.map(\.scope)).sorted())
        let masks = intervals.filter { $0.scope == maskScope }.flatMap { [$0.since, $0.until ?? 0] }.max() ?? 0
        let reason = Self.mustBeginAnew(request, found, state, floor: floor, masks: masks)
        mark = reason == nil ? found : nil
        fromZeroReason = reason
        fromZero = mark?.fromZero ?? (request.fromZero || reason != nil)
        base = fromZero ? 0 : request.base
        start = mark?.start ?? state.head
        brought = mark?.brought ?? false
        // A reading from zero that begins anew has a number of its own: by it the replica throws away the pages that it has of the
        // one before, in which there may be what the person has lost since.
        let next = (found?.generation ?? request.generation) &+ 1
        result = PageResult(
            base: request.base, generation: fromZero ? mark?.generation ?? next : request.generation, fromZero: fromZero)
        result.fromZeroReason = reason
    }

    /// Why the replica cannot go on from its base, nor from its mark.
    private static func mustBeginAnew(
        _ request: PageRequest, _ mark: PageMark?, _ state: StoreState, floor: UInt64, masks: UInt64
    ) -> PageResult.FromZeroReason? {
        if let mark, mark.fromZero || mark.base == 0 {
            return floor > mark.start ? .pruned : masks > mark.start ? .mask : nil
        }
        if request.fromZero || request.base == 0 { return nil }
        if request.base > state.head { return .beyondHead }
        return floor > request.base ? .pruned : masks > request.base ? .mask : nil
    }

    /// Citizens' data is kept from this person.
    private var isMasked: Bool { present[maskScope] != nil }

    /// Leave entries up to here concern nothing that the replica holds.
    private var leftAfter: UInt64 { base == 0 ? start : base }

    private mutating func read() throws -> PageResult {
        var position = mark?.position ?? .start
        while true {
            let (candidates, ended) = try candidates(after: position)
            for part in candidates.chunked(Self.chunkCount) {
                guard let last = try take(part) else {
                    position = part[part.count - 1].position
                    continue
                }
                return try close(at: last, isEnd: ended && last == candidates[candidates.count - 1].position)
            }
            if ended { return try close(at: position, isEnd: true) }
        }
    }

    private mutating func close(at position: PagePosition, isEnd: Bool) throws -> PageResult {
        result.more = !isEnd
        guard isEnd else {
            result.at =
                PageMark(
                    incarnation: state.incarnation, base: request.base, generation: result.generation, fromZero: fromZero,
                    start: start, position: position, brought: brought
                ).encoded()
            return result
        }
        result.base = state.head
        if brought || request.wantsFingerprint { result.fingerprint = try source.fingerprint(of: present.keys.sorted()) }
        return result
    }
}

// MARK: - Candidates

/// An entity that may be news at a position.
private struct Candidate {
    var position: PagePosition
    var entry: LogEntry
    var key: EntityKey { entry.key }

    init(_ entry: LogEntry, at sequence: UInt64) {
        self.entry = entry
        position = PagePosition(sequence: sequence, kind: Int(entry.key.kind.rawValue), id: entry.key.id)
    }
}

extension PageReader {
    /// The next candidates in order, each position once, and whether they are the last ones.
    private func candidates(after position: PagePosition) throws -> (candidates: [Candidate], ended: Bool) {
        let limit = max(Self.chunkCount, min(request.entitiesMax, 512))
        var merged: [Candidate] = []
        // A stream that was cut at the limit has said nothing about what lies beyond its last entry.
        var horizon: PagePosition?
        for stream in try streams(after: position, limit: limit) {
            merged += stream
            if stream.count >= limit, let last = stream.last { horizon = min(horizon ?? last.position, last.position) }
        }
        if let horizon { merged.removeAll { horizon < $0.position } }
        merged.sort { $0.position < $1.position }
        var unique: [Candidate] = []
        for candidate in merged where unique.last?.position != candidate.position { unique.append(candidate) }
        return (unique, horizon == nil)
    }

    private func streams(after position: PagePosition, limit: Int) throws -> [[Candidate]] {
        var streams: [[Candidate]] = []
        for interval in intervals {
            if let until = interval.until {
                guard until > leftAfter else { continue }
                streams.append(
                    try standing(interval.scope, at: until, after: position, until: .max, leftAfter: leftAfter, limit))
            } else if interval.since <= base {
                streams.append(try log(interval.scope, beyond: base, after: position, limit))
            } else {
                streams.append(
                    try standing(
                        interval.scope, at: interval.since, after: position, until: interval.since, leftAfter: nil, limit))
                streams.append(try log(interval.scope, beyond: interval.since, after: position, limit))
            }
        }
        return streams
    }

    private func log(_ scope: String, beyond floor: UInt64, after position: PagePosition, _ limit: Int) throws -> [Candidate] {
        let floor = PagePosition(sequence: floor, kind: Int(UInt8.max), id: [])
        return try source.log(of: scope, after: max(floor, position), limit: limit).map { Candidate($0, at: $0.sequence) }
    }

    private func standing(
        _ scope: String, at place: UInt64, after position: PagePosition, until: UInt64, leftAfter: UInt64?, _ limit: Int
    ) throws -> [Candidate] {
        guard position.sequence <= place else { return [] }
        let kind = position.sequence == place ? EntityKind(rawValue: UInt8(clamping: position.kind)) : nil
        let key = kind.map { EntityKey($0, id: position.id) }
        return try source.standing(in: scope, beyond: key, until: until, leftAfter: leftAfter, limit: limit)
            .map { Candidate($0, at: place) }
    }
}

// MARK: - Entities

extension PageReader {
    /// Puts candidates into the page.
    ///
    /// - Returns: The position of the last one that was dealt with, if the page is full; nil if there is room left.
    private mutating func take(_ part: [Candidate]) throws -> PagePosition? {
        let holds = try holds(of: part)
        let planned = part.map { plan($0, holds[$0.key] ?? []) }
        let lost = zip(part, planned).compactMap { $1 == nil && $0.key.kind == .ticket && holds[$0.key] == nil ? $0.key : nil }
        let theirs = try source.intervals(of: lost.compactMap { TicketID(bytes: $0.id) })
        let told = planned.map { $0.map(isTold) ?? false }
        let read = zip(planned, told).compactMap { $1 ? nil : $0 }
        let changes = try changes(of: read)
        let content = try source.content(
            whole: read.filter { $0.operation == .enter }.map(\.key), changed: read.filter { $0.operation == .change }.map(\.key),
            after: base, knowing: changes, masked: isMasked)
        for ((candidate, plan), isTold) in zip(zip(part, planned), told) {
            if isTold {
                brought = true
            } else if let plan {
                add(plan, content[plan.key] ?? EntityContent(), request.leavesOutUnchanged ? changes[plan.key]?.columns : nil)
            } else if holds[candidate.key] == nil, leaves(candidate.key, theirs) {
                leave(candidate)
            }
            if bytesCount >= request.bytesMax || result.entities.count >= max(1, request.entitiesMax) {
                return isPlanted("page-cut-skips") ? part[part.count - 1].position : candidate.position
            }
        }
        return nil
    }

    /// The entries by which the person's scopes hold the candidates.
    ///
    /// A verdict is in its author's scope alone and a reference in the reference scope, so the entry that was read is all there is.
    /// Of a ticket the other scopes are asked that may hold any.
    private func holds(of part: [Candidate]) throws -> [EntityKey: [LogEntry]] {
        var found: [EntityKey: [LogEntry]] = [:]
        var open: [String: [EntityKey]] = [:]
        for candidate in part {
            let scope = candidate.entry.scope
            if present[scope] != nil, !candidate.entry.left { found[candidate.key, default: []].append(candidate.entry) }
            guard candidate.key.kind == .ticket else { continue }
            for other in ticketScopes where other != scope { open[other, default: []].append(candidate.key) }
        }
        for scope in ticketScopes {
            for entry in try source.holds(of: open[scope] ?? [], in: scope)
            where found[entry.key]?.contains(where: { $0.scope == scope }) != true {
                found[entry.key, default: []].append(entry)
            }
        }
        return found
    }

    /// What the page says of an entity that the person holds; nil if nothing, or not at this position.
    private func plan(_ candidate: Candidate, _ holds: [LogEntry]) -> PageEntity? {
        guard var version = holds.first?.sequence else { return nil }
        for hold in holds { version = max(version, hold.sequence) }
        var isThroughout = false
        var place = UInt64.max
        for hold in holds {
            let since = present[hold.scope] ?? .max
            if base > 0, max(hold.entered, since) <= base { isThroughout = true }
            place = min(place, max(version, since > base ? since : 0))
        }
        if isThroughout && version <= base { return nil }
        guard place == candidate.position.sequence else { return nil }
        return PageEntity(candidate.key, isThroughout || isPlanted("entered-as-changed") ? .change : .enter, version: version)
    }

    /// What changed of the tickets that the replica has as of its base: which tables have to be read, and which columns have to go.
    private func changes(of plans: [PageEntity]) throws -> [EntityKey: TicketChanges] {
        var tickets: [TicketID: UInt64] = [:]
        for plan in plans where plan.operation == .change && plan.key.kind == .ticket {
            if let id = TicketID(bytes: plan.key.id) { tickets[id] = plan.version }
        }
        guard base > 0, !tickets.isEmpty else { return [:] }
        let changes = try source.changes(of: tickets, after: base)
        return Dictionary(uniqueKeysWithValues: changes.map { (.ticket($0), $1) })
    }

    private mutating func add(_ plan: PageEntity, _ content: EntityContent, _ changed: ColumnSet?) {
        brought = true
        if isTold(plan, content) { return }
        var entity = plan
        entity.rows = content.rows.map { row in
            guard let changed, row.table == .ticket, !row.deleted else { return row }
            return row.with(only: changed)
        }
        entity.command = content.command
        result.entities.append(entity)
        bytesCount += entity.estimatedBytes
    }

    /// The receipts of the same response say it already, and its version alone shows that. A reading from zero brings everything: a device
    /// that sends again what it had absorbed does not take its verdict from a receipt a second time.
    private func isTold(_ plan: PageEntity) -> Bool {
        switch plan.key.kind {
        case .ticket:
            // What a masked person wrote of a citizen does not stay: the ticket comes again without it.
            guard plan.operation == .change, !isMasked, let id = TicketID(bytes: plan.key.id) else { return false }
            return request.leaveOut[id] == plan.version
        case .verdict: return base > 0 && CommandID(bytes: plan.key.id).map { request.toldVerdicts[$0] == plan.version } ?? false
        case .reference: return false
        }
    }

    /// The same for a verdict that was there before: its rows have to show it.
    private func isTold(_ plan: PageEntity, _ content: EntityContent) -> Bool {
        guard base > 0, plan.key.kind == .verdict, let command = content.command, command.decision == nil, content.rows.isEmpty
        else {
            return false
        }
        return request.skipVerdicts[command.id] == command.sequence
    }

    /// Whether the replica may have a ticket that the person does not hold any more: they held it at the base, or at some time
    /// since this pull began.
    private func leaves(_ key: EntityKey, _ theirs: [TicketID: [ScopeInterval]]) -> Bool {
        guard !gone.contains(key) else { return false }
        guard key.kind == .ticket, let id = TicketID(bytes: key.id) else { return true }
        return (theirs[id] ?? []).contains { its in
            intervals.contains { ours in
                guard ours.scope == its.scope else { return false }
                let since = max(ours.since, its.since)
                let until = min(ours.until ?? .max, its.until ?? .max)
                return since < until && (base > 0 && since <= base && base < until || until > start)
            }
        }
    }

    private mutating func leave(_ candidate: Candidate) {
        brought = true
        gone.insert(candidate.key)
        result.entities.append(PageEntity(candidate.key, .leave, version: candidate.position.sequence))
        bytesCount += 48
    }
}

extension PageMark {
    /// The mark of the pull that `request` goes on with; nil if there is none, or it is no mark of this pull.
    static func following(_ request: PageRequest, in state: StoreState) -> PageMark? {
        guard let mark = PageMark(decoding: request.at), mark.incarnation == state.incarnation, mark.base == request.base,
            mark.start <= state.head, mark.fromZero != (mark.generation == request.generation),
            mark.fromZero || !request.fromZero
        else { return nil }
        return mark
    }
}

extension EntityRow {
    /// The row without the values of other columns than its key's and these.
    fileprivate func with(only columns: ColumnSet) -> EntityRow {
        let left = values.indices.filter { $0 >= table.keyCount && !columns.contains($0) }
        var row = self
        for column in left { row.values[column] = nil }
        row.unchanged = ColumnSet(left)
        return row
    }
}

extension PageEntity {
    /// About what it takes on the wire before compression.
    var estimatedBytes: Int {
        rows.reduce(48 + (command == nil ? 0 : 200)) { sum, row in row.values.reduce(sum + 8) { $0 + ($1?.estimatedBytes ?? 1) } }
    }
}

extension Array {
    /// Parts of at most `count` elements.
    fileprivate func chunked(_ count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}

extension Value {
    fileprivate var estimatedBytes: Int {
        switch self {
        case .null: 1
        case .integer, .real: 9
        case .text(let text): 3 + text.utf8.count
        case .blob(let bytes): 3 + bytes.count
        }
    }
}
