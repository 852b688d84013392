import Changeset

/// What a column is declared as. The raw value is the SQL.
enum ColumnType: String, CaseIterable {
    case integer = "INTEGER"
    case real = "REAL"
    case text = "TEXT"
    case blob = "BLOB"
    case untyped = ""

    var label: String { self == .untyped ? "untyped" : rawValue }
}

extension SeededGenerator {
    /// A value for a column of this type. One in sixteen is of another type, as SQLite allows.
    mutating func value(for type: ColumnType) -> Value {
        let type = oneIn(16) ? pick(ColumnType.allCases) : type
        switch type {
        case .integer: return .integer(integer())
        case .real: return .real(real())
        case .text: return .text(text())
        case .blob: return .blob(blob())
        case .untyped: return value(for: pick([.integer, .real, .text, .blob]))
        }
    }

    mutating func integer() -> Int64 {
        oneIn(3) ? pick([0, 1, -1, 127, 128, 255, 256, .max, .min, 1 << 53 + 1, 0x0102_0304_0506_0708]) : Int64(below(1_000))
    }

    mutating func real() -> Double {
        let edges = [0, 0.5, -1.5, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e15, 9.3e18]
        return oneIn(3) ? pick(edges) : Double(below(1_000_000)) / 7
    }

    mutating func text() -> String {
        let edges = ["", "\u{0}", "a\u{0}b", "e\u{301}", "\u{e9}", "\u{feff}x", "积水已清", "👩‍🚒", "T\u{6}", "\u{10ffff}"]
        return oneIn(3) ? pick(edges) : String(repeating: pick(["a", "街", "🌧"]), count: length())
    }

    mutating func blob() -> [UInt8] {
        let count = length()
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Mostly short; sometimes around the places where the varint grows.
    private mutating func length() -> Int {
        if oneIn(2_000) { return pick([16_383, 16_384, 20_000]) }
        return oneIn(20) ? pick([0, 1, 126, 127, 128, 129, 300]) : below(12)
    }
}
