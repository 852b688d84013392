/// One row of an import.
enum ImportItem {
    case row(ImportCells, ImportOrigin)
    case fault(ImportFault, ImportOrigin)
}

/// A row as it stood in its file, for the rejects.
enum ImportOrigin: Sendable {
    /// It has the header's columns.
    case fields([String])
    /// It could not be taken apart, or comes from a file without a header. Nil = too long to be kept.
    case raw(String?)
}

/// Gives the rows of a file one by one, whatever its format.
protocol ImportFeed {
    /// The columns that a rejects file repeats.
    var header: [String] { get }
    /// The next row; nil at the end.
    mutating func next() throws(OperationProblem) -> ImportItem?
}

/// Bytes of a row that a rejects file repeats.
private let rawBytesMax = 4 << 20

private func reading<T>(_ body: () throws -> T) throws(OperationProblem) -> T {
    // The type alone: an error's text may quote the file.
    do { return try body() } catch { throw OperationProblem(.unreadableFile, "reading failed (\(type(of: error)))") }
}

/// A CSV file, or a rejects file that somebody has mended.
struct CSVFeed: ImportFeed {
    private(set) var header: [String]
    private var reader: CSVReader
    private let places: [ImportPlace]
    private let width: Int
    /// Fields that belong to the rows, in order: all but the rejects' own.
    private let own: [Int]
    private let rawIndex: Int?
    private let mapping: ImportMapping

    /// - Throws: `badArguments` if the header cannot be read or does not fit the mapping.
    init(_ input: ImportInput, _ mapping: ImportMapping) throws(OperationProblem) {
        var reader = CSVReader { try input.next() }
        guard let first = try reading({ try reader.next() }) else { throw OperationProblem(.badArguments, "the file is empty") }
        guard case .record(let record) = first else {
            throw OperationProblem(.badArguments, "line 1: the header cannot be read; is this a CSV file in UTF-8?")
        }
        let names = record.fields.map { $0.trimmingSpaces() }
        let own = names.indices.filter { !ImportRejects.columns.contains(names[$0]) }
        self.own = own
        self.reader = reader
        self.mapping = mapping
        width = names.count
        header = own.map { names[$0] }
        rawIndex = names.firstIndex(of: ImportRejects.rawColumn)
        // The rejects of an NDJSON file have no columns of their own.
        places = own.isEmpty && rawIndex != nil ? [] : try mapping.resolve(header: names)
    }

    mutating func next() throws(OperationProblem) -> ImportItem? {
        guard let item = try reading({ try reader.next() }) else { return nil }
        switch item {
        case .fault(let fault): return .fault(ImportFault(fault), .raw(rawRow()))
        case .record(let record):
            guard record.fields.count == width else {
                let kind = CSVFault.Kind.fieldCount(expected: width, found: record.fields.count)
                let fault = CSVFault(line: record.line, column: 0, kind: kind)
                return .fault(ImportFault(fault), .raw(rawRow()))
            }
            if let rawIndex, !record.fields[rawIndex].isEmpty, own.allSatisfy({ record.fields[$0].isEmpty }) {
                return mended(record.fields[rawIndex], line: record.line)
            }
            return .row(cells(record.fields, line: record.line), .fields(own.map { record.fields[$0] }))
        }
    }

    private func rawRow() -> String? { reader.rawRow(bytesMax: rawBytesMax).map { String(decoding: $0, as: UTF8.self) } }

    private func cells(_ fields: [String], line: Int) -> ImportCells {
        var cells = ImportCells(line: line, cells: [])
        cells.cells.reserveCapacity(places.count)
        for place in places { cells.cells.append(.init(target: place.target, column: place.column, text: fields[place.index])) }
        return cells
    }

    /// A row that was rejected as it stood, and now may be whole.
    private func mended(_ raw: String, line: Int) -> ImportItem {
        guard !own.isEmpty else { return NDJSONFeed.item(NDJSONReader.read(Array(raw.utf8), line: line), raw, mapping) }
        var reader = CSVReader(bytes: Array(raw.utf8))
        // Bytes in memory: their source throws nothing.
        switch try? reader.next() {
        case .record(let record) where record.fields.count == own.count:
            var fields = [String](repeating: "", count: width)
            for (index, field) in zip(own, record.fields) { fields[index] = field }
            return .row(cells(fields, line: line), .fields(record.fields))
        case .record(let record):
            let kind = CSVFault.Kind.fieldCount(expected: own.count, found: record.fields.count)
            return .fault(ImportFault(CSVFault(line: line, column: 0, kind: kind)), .raw(raw))
        case .fault(var fault):
            fault.line = line
            return .fault(ImportFault(fault), .raw(raw))
        case nil: return .fault(ImportFault(line: line, code: .empty, reason: "the row is empty"), .raw(raw))
        }
    }
}

/// A file with one JSON object per line.
struct NDJSONFeed: ImportFeed {
    let header: [String] = []
    private var reader: NDJSONReader
    private let mapping: ImportMapping
    private var isFirst = true

    init(_ input: ImportInput, _ mapping: ImportMapping) {
        reader = NDJSONReader { try input.next() }
        self.mapping = mapping
    }

    mutating func next() throws(OperationProblem) -> ImportItem? {
        guard let item = try reading({ try reader.next() }) else { return nil }
        if isFirst, case .object(_, let pairs) = item, !mapping.isExplicit {
            isFirst = false
            try mapping.check(names: pairs.map(\.name))
        }
        let raw = reader.raw.count <= rawBytesMax ? String(decoding: reader.raw, as: UTF8.self) : nil
        return Self.item(item, raw, mapping)
    }

    /// One line with its names mapped.
    static func item(_ item: NDJSONItem, _ raw: String?, _ mapping: ImportMapping) -> ImportItem {
        switch item {
        case .fault(let fault): return .fault(fault, .raw(raw))
        case .object(let line, let pairs):
            var cells = ImportCells(line: line, cells: [])
            for (name, text) in pairs {
                if let target = mapping.target(of: name) {
                    cells.cells.append(.init(target: target, column: name, text: text))
                } else if !mapping.isExplicit, !mapping.kind.exportOnly.contains(name) {
                    let reason = "a name in the object means nothing here; --map says what becomes what"
                    return .fault(ImportFault(line: line, code: .unknownName, reason: reason), .raw(raw))
                }
            }
            return .row(cells, .raw(raw))
        }
    }
}
