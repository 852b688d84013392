import SyncProtocol

/// Writes everything of one kind, page by page: as much memory as one page needs, however much there is.
public struct Exporter {
    private let runner: any OperationRunner
    private let author: String?

    /// - Parameter author: Who exports; needed for citizens' data alone.
    public init(runner: any OperationRunner, author: String?) {
        self.runner = runner
        self.author = author
    }

    /// Writes all rows.
    ///
    /// - Parameters:
    ///   - question: What; it is asked again for each page.
    ///   - sink: Takes the bytes of a page.
    /// - Returns: How many rows there were.
    public func run(
        _ question: ExportQuestion, format: ImportFormat, sink: ([UInt8]) throws(OperationProblem) -> Void
    ) async throws(OperationProblem) -> Int {
        var question = question
        var csv = CSVWriter()
        var count = 0
        if format == .csv { csv.row(question.columns) }
        while true {
            guard case .exported(let page) = try await runner.run(.export(question, by: author)) else {
                throw OperationProblem(.otherVersion, "the running serve gave another kind of answer; it is another release")
            }
            for row in page.rows {
                switch format {
                case .csv: csv.row(row.map { $0 ?? "" })
                case .ndjson: csv.bytes += Self.line(row, question.columns)
                }
            }
            count += page.rows.count
            try sink(csv.bytes)
            csv.bytes.removeAll(keepingCapacity: true)
            guard let next = page.next else { return count }
            question.after = next
        }
    }

    /// One object, names in the order of the columns; what has no value is left out.
    private static func line(_ row: [String?], _ columns: [String]) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for (name, text) in zip(columns, row) {
            guard let text else { continue }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += JSONText.text(name).bytes
            bytes.append(UInt8(ascii: ":"))
            // Degrees as numbers, for whoever draws maps; they come back as they are written.
            bytes += name == "latitude" || name == "longitude" ? Array(text.utf8) : JSONText.text(text).bytes
        }
        bytes += "}\n".utf8
        return bytes
    }
}
