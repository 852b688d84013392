/// How far an import is.
public struct ImportProgress: Hashable, Sendable {
    /// Rows that were read.
    public var rows = 0
    /// Rows that were rejected.
    public var rejected = 0
    /// Bytes that were read.
    public var bytesRead = 0
    /// All bytes; nil where that is not known.
    public var bytesTotal: Int?
}

/// Imports a file in batches, each one transaction, in constant memory: two batches at most are held, one that is being decided
/// and written, one that is being read. Rows that cannot be taken go into the rejects, the rest is imported; doing it again
/// imports only what is new.
public struct Importer {
    private let runner: any OperationRunner
    private let source: String?
    private let author: String
    private let batchRows: Int
    /// Bytes of text in one batch, so that rows of a megabyte do not fill the memory.
    static let batchBytesMax = 8 << 20
    /// Rows of one transaction: more would keep devices waiting for seconds.
    public static let batchRowsMax = 5000

    /// - Parameters:
    ///   - runner: Where the operations run; nil = nothing is written, rows are only read and checked.
    ///   - source: The name of the source of rows that do not say it themselves: external ids are its own. Tickets alone have one.
    ///   - author: Who imports.
    ///   - batchRows: Rows of one transaction.
    public init(runner: (any OperationRunner)?, source: String?, author: String, batchRows: Int = 1000) {
        self.runner = runner ?? DryRunner()
        self.source = source
        self.author = author
        self.batchRows = min(max(1, batchRows), Self.batchRowsMax)
    }

    /// Reads to the end.
    ///
    /// - Parameters:
    ///   - rejects: Where rejected rows go; nil = only into the report.
    ///   - progress: Called after each batch with how far it is.
    /// - Throws: `badArguments` if the header does not fit; what an operation throws. Batches that were done stay.
    public func run(
        _ input: ImportInput, mapping: ImportMapping, rejects: ImportRejects? = nil,
        progress: (ImportProgress) -> Void = { _ in }
    ) async throws(OperationProblem) -> ImportReport {
        var run = Run(kind: mapping.kind, rejects: rejects)
        do throws(OperationProblem) {
            switch input.format {
            case .csv: try await read(try CSVFeed(input, mapping), input, &run, progress)
            case .ndjson: try await read(NDJSONFeed(input, mapping), input, &run, progress)
            }
            run.report.rejects = try rejects?.finish()
            return run.report
        } catch {
            // What is on its way is waited for: nobody may find it arriving after the program said that it failed.
            _ = await run.running?.task.value
            rejects?.abandon()
            throw error
        }
    }

    private func read(
        _ feed: some ImportFeed, _ input: ImportInput, _ run: inout Run, _ progress: (ImportProgress) -> Void
    ) async throws(OperationProblem) {
        var feed = feed
        run.rejects?.begin(feed.header)
        run.progress.bytesTotal = input.bytesTotal
        while let item = try feed.next() {
            run.progress.rows += 1
            try run.take(item, source: source)
            guard run.batch.count >= batchRows || run.batchBytes >= Self.batchBytesMax else { continue }
            try await send(&run)
            run.progress.bytesRead = input.bytesRead
            progress(run.progress)
        }
        try await send(&run)
        try await run.absorb()
        run.progress.bytesRead = input.bytesRead
        progress(run.progress)
    }

    /// Makes the batch ready and lets it go on its way, as soon as the one before it has arrived.
    private func send(_ run: inout Run) async throws(OperationProblem) {
        guard !run.batch.isEmpty else { return }
        let prepared = try await runner.prepare(run.operation(source: source ?? "", by: author))
        try await run.absorb()
        run.running = (Task { await prepared.run() }, run.batch.map { ($0.line, $0.origin) })
        run.batch.removeAll(keepingCapacity: true)
        run.batchBytes = 0
    }
}

/// The state of one import.
private struct Run {
    let kind: ImportKind
    let rejects: ImportRejects?
    var report = ImportReport()
    var progress = ImportProgress()
    var batch: [(line: Int, entry: ImportEntry, origin: ImportOrigin)] = []
    var batchBytes = 0
    /// The batch that is under way, and what its rows were.
    var running: (task: Task<Result<Outcome, OperationProblem>, Never>, rows: [(line: Int, origin: ImportOrigin)])?

    init(kind: ImportKind, rejects: ImportRejects?) {
        self.kind = kind
        self.rejects = rejects
    }

    mutating func take(_ item: ImportItem, source: String?) throws(OperationProblem) {
        switch item {
        case .fault(let fault, let origin): try reject(fault, origin)
        case .row(var cells, let origin):
            cells.tidy()
            switch Self.entry(cells, kind, source: source) {
            case .success(let entry):
                batch.append((cells.line, entry, origin))
                batchBytes += cells.cells.reduce(0) { $0 + $1.text.utf8.count }
            case .failure(let error): try reject(error.fault, origin)
            }
        }
    }

    private static func entry(_ cells: ImportCells, _ kind: ImportKind, source: String?) -> Result<ImportEntry, ImportFaultError>
    {
        do throws(ImportFaultError) {
            let entry = try cells.entry(kind)
            if source == nil, case .ticket(let row) = entry, row.source == nil {
                let reason = "source is empty, and no --source says where the rows come from"
                throw ImportFaultError(ImportFault(line: cells.line, field: "source", code: .empty, reason: reason))
            }
            return .success(entry)
        } catch {
            return .failure(error)
        }
    }

    private mutating func reject(_ fault: ImportFault, _ origin: ImportOrigin) throws(OperationProblem) {
        progress.rejected += 1
        report.add(fault)
        try rejects?.add(fault, origin)
    }

    func operation(source: String, by author: String) -> Operation {
        switch kind {
        case .tickets:
            .importRows(batch.compactMap { if case .ticket(let row) = $0.entry { row } else { nil } }, source: source, by: author)
        case .people:
            .putPeople(batch.compactMap { if case .person(let person) = $0.entry { person } else { nil } }, by: author)
        case .units: .putUnits(batch.compactMap { if case .unit(let unit) = $0.entry { unit } else { nil } }, by: author)
        case .grids: .putGrids(batch.compactMap { if case .grid(let grid) = $0.entry { grid } else { nil } }, by: author)
        case .duties: .putDuties(batch.compactMap { if case .duty(let duty) = $0.entry { duty } else { nil } }, by: author)
        case .roster: .putRoster(batch.compactMap { if case .roster(let one) = $0.entry { one } else { nil } }, by: author)
        case .checklists:
            .putChecklists(batch.compactMap { if case .checklist(let one) = $0.entry { one } else { nil } }, by: author)
        case .experts: .putExperts(batch.compactMap { if case .expert(let one) = $0.entry { one } else { nil } }, by: author)
        }
    }

    /// Waits for the batch that is under way and notes what became of it.
    mutating func absorb() async throws(OperationProblem) {
        guard let (task, rows) = running else { return }
        running = nil
        guard case .imported(let part) = try await task.value.get() else {
            throw OperationProblem(.otherVersion, "the running serve gave another kind of answer; it is another release")
        }
        report.imported += part.imported
        report.known += part.known
        guard part.faultCount > 0 else { return }
        let origins = Dictionary(rows.map { ($0.line, $0.origin) }) { first, _ in first }
        for fault in part.faults { try reject(fault, origins[fault.line] ?? .raw(nil)) }
    }
}

/// Takes everything and does nothing.
private struct DryRunner: OperationRunner {
    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        var report = ImportReport()
        switch operation {
        case .importRows(let rows, _, _): report.imported = rows.count
        case .putPeople(let people, _): report.imported = people.count
        case .putUnits(let units, _): report.imported = units.count
        case .putGrids(let grids, _): report.imported = grids.count
        case .putDuties(let duties, _): report.imported = duties.count
        case .putRoster(let lines, _): report.imported = lines.count
        case .putChecklists(let items, _): report.imported = items.count
        case .putExperts(let experts, _): report.imported = experts.count
        default: break
        }
        return .imported(report)
    }
}
