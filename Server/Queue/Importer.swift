/// Imports a CSV file in batches, each one transaction, in constant memory. Rows that cannot be read are reported, the rest is
/// imported; doing it again imports only what is new.
public struct Importer {
    private let runner: any OperationRunner
    private let source: String
    private let author: String
    private let batchRows: Int

    /// - Parameters:
    ///   - runner: Where the operations run.
    ///   - source: The name of the source: external ids are its own.
    ///   - author: Who imports.
    ///   - batchRows: Rows of one transaction.
    public init(runner: any OperationRunner, source: String, author: String, batchRows: Int = 500) {
        self.runner = runner
        self.source = source
        self.author = author
        self.batchRows = batchRows
    }

    /// Reads to the end.
    /// - Parameter progress: Called after each batch with what there is so far.
    /// - Throws: `badArguments` if the header does not fit; what an operation throws. Batches that were done stay.
    public func run(
        _ reader: CSVReader, mapping: ImportMapping, progress: (ImportReport) -> Void = { _ in }
    ) async throws(OperationProblem) -> ImportReport {
        var reader = reader
        var report = ImportReport()
        guard let first = try next(&reader) else { throw OperationProblem(.badArguments, "the file is empty") }
        guard case .record(let header) = first else {
            throw OperationProblem(.badArguments, "line 1: the header cannot be read; is this a CSV file in UTF-8?")
        }
        let places = try mapping.resolve(header: header.fields)
        var batch: [ImportRow] = []
        while let item = try next(&reader) {
            switch Self.row(item, places, width: header.fields.count) {
            case .success(let row): batch.append(row)
            case .failure(let error): report.add(error.fault)
            }
            if batch.count == batchRows {
                try await send(&batch, into: &report)
                progress(report)
            }
        }
        try await send(&batch, into: &report)
        return report
    }

    private static func row(
        _ item: CSVItem, _ places: [ImportTarget: Int], width: Int
    ) -> Result<ImportRow, ImportFaultError> {
        switch item {
        case .fault(let fault): return .failure(ImportFaultError(fault))
        case .record(let record) where record.fields.count != width:
            let kind = CSVFault.Kind.fieldCount(expected: width, found: record.fields.count)
            return .failure(ImportFaultError(CSVFault(line: record.line, column: 0, kind: kind)))
        case .record(let record): return ImportRow.make(from: record, at: places)
        }
    }

    private func next(_ reader: inout CSVReader) throws(OperationProblem) -> CSVItem? {
        do { return try reader.next() } catch { throw OperationProblem(.unreadableFile, "reading failed: \(error)") }
    }

    private func send(_ batch: inout [ImportRow], into report: inout ImportReport) async throws(OperationProblem) {
        guard !batch.isEmpty else { return }
        defer { batch.removeAll(keepingCapacity: true) }
        guard case .imported(let part) = try await runner.run(.importRows(batch, source: source, by: author)) else {
            throw OperationProblem(.otherVersion, "the running serve gave another kind of answer")
        }
        report.add(part)
    }
}

extension ImportFaultError {
    init(_ fault: CSVFault) { self.fault = ImportFault(line: fault.line, column: fault.column, reason: fault.reason) }
}
