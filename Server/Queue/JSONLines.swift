import Foundation

extension SmallTables {
    /// One JSON object per line, all values text or numbers.
    static func lines(_ bytes: [UInt8], needed: [String], known: [String]) throws(OperationProblem) -> [NamedRow] {
        var rows: [NamedRow] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isBlank }) else { continue }
            guard let object = try? JSONDecoder().decode([String: Scalar].self, from: Data(line)) else {
                throw OperationProblem(.badArguments, "line \(index + 1): not a JSON object of texts and numbers")
            }
            for name in object.keys.sorted() where !known.contains(name) {
                throw OperationProblem(
                    .badArguments, "line \(index + 1): unknown name \(name); known: \(known.joined(separator: ", "))")
            }
            rows.append(NamedRow(line: index + 1, fields: object.compactMapValues(\.text)))
        }
        return try complete(rows, needed: needed)
    }

    /// A text, a number written as one, or nothing.
    private struct Scalar: Decodable {
        var text: String?
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = nil
            } else if let whole = try? container.decode(Int64.self) {
                text = String(whole)
            } else {
                let read = try container.decode(String.self).trimmingSpaces()
                text = read.isEmpty ? nil : read
            }
        }
    }
}

extension UInt8 {
    /// Space, tab, carriage return.
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0d }
}
