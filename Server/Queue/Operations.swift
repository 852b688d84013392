import CentralStore
import Changeset
import Dispatch
import SyncProtocol
import SyncService
import Tickets

/// What the operator and the dispatcher do at the centre, one method per `Operation`. The same code runs inside `serve`, which
/// has the store, and in a program that opened the store by itself.
///
/// Acts go through `SyncService` and its one `decide`; listings read the store.
public final class Operations: OperationRunner {
    let store: any CentralStore
    let service: SyncService
    private let random: @Sendable (Int) -> [UInt8]
    let identity: VersionReport
    let live: @Sendable () -> LiveReport?
    /// Reading a whole store takes minutes: it must not take a thread from the tasks that serve devices.
    private let reading = DispatchQueue(label: "gridline.operations", qos: .utility, attributes: .concurrent)

    /// - Parameters:
    ///   - random: As many unpredictable bytes as asked for.
    ///   - release: The release of this program.
    ///   - process: The process that serves; nil outside `serve`.
    ///   - live: The running server's own figures; nil outside `serve`.
    public init(
        store: any CentralStore, service: SyncService, random: @escaping @Sendable (Int) -> [UInt8], release: String,
        process: Int32?, live: @escaping @Sendable () -> LiveReport? = { nil }
    ) {
        self.store = store
        self.service = service
        self.random = random
        self.live = live
        identity = VersionReport(
            release: release, protocol: Int(ProtocolVersion.current), schema: Int(SchemaVersion.current), process: process)
    }

    /// Runs one operation to its end.
    public func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        try await named { try await self.perform(operation) }
    }

    /// Runs `body`, and turns what service and store refuse into an operator's words.
    func named<T: Sendable>(_ body: () async throws -> T) async throws(OperationProblem) -> T {
        do {
            return try await body()
        } catch let problem as OperationProblem {
            throw problem
        } catch let error as ServiceError {
            throw OperationProblem(error)
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch {
            // The type alone: an error's text may quote what a citizen wrote.
            throw OperationProblem(.storeFailed, "the operation failed (\(type(of: error))); nothing was done")
        }
    }

    private func perform(_ operation: Operation) async throws -> Outcome {
        switch operation {
        case .putPeople, .listPeople, .putGrids, .listGrids, .enrolCode, .listDevices, .revokeDevice:
            return try await administer(operation)
        case .putUnits, .listUnits, .putTaxonomy, .listCategories, .putProfile, .tryProfile:
            return try await reference(operation)
        case .putDuties, .listDuties, .who, .putExperts, .listExperts, .putChecklists: return try await responsibility(operation)
        case .putCalendar(let csv, let author): return .calendar(try await put(calendar: csv, by: author))
        case .tryCalendar(let csv): return .calendar(try await trial(calendar: csv).report)
        case .showCalendar(let year): return .calendarYear(calendarYear(year))
        case .new(let ticket, let author): return try await create(ticket, by: author)
        case .importRows(let rows, let source, let author): return try await importRows(rows, source: source, by: author)
        case .export(let question, let author): return try await export(question, by: author)
        case .dispatch(let orders, let author): return try await dispatch(orders, by: author)
        case .dispatchByRule(let question, let author): return .routed(try await route(question, by: author))
        case .routingAccuracy(let withCases): return .accuracy(try await accuracy(withCases: withCases))
        case .putRoster(let entries, let author): return .imported(try await put(roster: entries, by: author))
        case .sweep(let question, let author): return .swept(try await sweep(question, by: author))
        case .assign(let ticket, let person, let helpers, let approver, let author):
            var arguments: [String: Value] = ["assignee": .text(person)]
            if let approver { arguments["approved_by"] = .text(approver) }
            if !helpers.isEmpty { arguments["helpers"] = .text(helpers.joined(separator: ",")) }
            return try await act(.assign, on: ticket, arguments, by: author)
        case .edit(let ticket, let values, let author):
            return try await act(.edit, on: ticket, try editArguments(values), by: author)
        case .close(let ticket, let words, let author): return try await act(.close, on: ticket, body(words), by: author)
        case .withdraw(let ticket, let words, let author): return try await act(.withdraw, on: ticket, body(words), by: author)
        case .decide(let command, let answer, let reason, let values, let author):
            return try await decide(command, answer, reason: reason, values: values, by: author)
        case .weigh(let command, let values): return try await weigh(command, values: values)
        case .conflicts(let question): return try await conflicts(question)
        case .choose(let command, let field, let side, let value, let author):
            return try await choose(command, field: field, side, value: value, by: author)
        case .queue(let question): return try await queue(question)
        case .show(let ticket, let reader): return try await show(ticket, for: reader)
        case .names(let ids): return .names(try await names(of: Set(ids)))
        case .whyDue(let ticket, let reader): return try await whyDue(ticket, for: reader)
        case .held(let limit): return try await held(limit: limit)
        case .requests(let withAnswered, let limit): return try await requests(withAnswered: withAnswered, limit: limit)
        case .answer(let ticket, let isGranted, let days, let owner, let until, let words, let author):
            return try await answer(
                ticket, isGranted: isGranted, days: days, to: owner, until: until, words: words, by: author)
        case .rule(let ticket, let isSignedOff, let owner, let members, let words, let author):
            return try await rule(ticket, isSignedOff: isSignedOff, to: owner, members: members, words: words, by: author)
        case .escalate(let order, let author): return try await escalate(order, by: author)
        case .conclude(let order, let author): return try await conclude(order, by: author)
        case .supervision, .visit, .visits, .lead: return try await oversee(operation)
        case .ladder(let ticket, let limit, let reader): return try await ladder(of: ticket, limit: limit, for: reader)
        case .merge(let tickets, let target, let author): return try await merge(tickets, into: target, by: author)
        case .unmerge(let ticket, let words, let author): return try await act(.unmerge, on: ticket, body(words), by: author)
        case .duplicates(let question, let now): return try await duplicates(question, now: now)
        case .urge(let ticket, let words, let author): return try await act(.urge, on: ticket, body(words), by: author)
        case .alarms(let now, let limit): return try await alarms(now: now, limit: limit)
        case .backup(let path, let author): return try await backup(to: path, by: author)
        case .check: return try await check()
        case .scopeDump(let person): return try await scopeDump(person)
        case .version: return try await version()
        case .status(let now): return try await status(now: now)
        }
    }

    /// Reads the store on a thread of its own.
    func read<T: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> T) async throws -> T {
        let store = store
        return try await blocking { try store.read(body) }
    }

    /// Runs what blocks outside the tasks' threads.
    func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            reading.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// A fresh identity for an act.
    func newID() -> CommandID {
        CommandID(bytes: random(16))!  // random gives as many bytes as asked for
    }

    /// Many of them, for one question to the source of chance.
    func newIDs(_ count: Int) -> [CommandID] {
        let bytes = random(16 * count)
        return (0..<count).map { CommandID(bytes: bytes[(16 * $0)..<(16 * $0 + 16)])! }  // 16 bytes each
    }

    /// The ticket that a person means.
    /// - Throws: `unknownTicket`.
    func ticket(_ reference: String) async throws -> TicketID {
        guard let id = try await read({ try $0.find(ticket: reference) }) else {
            throw OperationProblem(.unknownTicket, "no ticket has the number or UUID \(reference.printable)")
        }
        return id
    }

    private func body(_ words: String?) -> [String: Value] { words.map { ["body": .text($0)] } ?? [:] }

    private func version() async throws -> Outcome {
        let state = try await read { try $0.state() }
        var report = identity
        report.incarnation = state.incarnation.description
        report.head = state.head
        return .version(report)
    }
}

extension String {
    /// What a person typed, safe to show again: at most 64 characters, no control characters.
    var printable: String {
        String(prefix(64).map { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } ? $0 : "?" })
    }
}
