/// One key of the configuration: the same in the file, in the environment and among the flags.
struct Setting: Sendable {
    /// What a value may be.
    enum Kind: Sendable {
        /// A whole number within bounds.
        case number(ClosedRange<Int>)
        /// `host:port`.
        case address
        /// A path; relative ones count from the working directory.
        case path
        /// One of these words.
        case word([String])
    }

    /// As the file has it. The unit comes last.
    let key: String
    let kind: Kind
    /// nil = there is none.
    let fallback: String?
    /// The flag's name without hyphens; nil = only `--set KEY=VALUE`.
    let flag: String?
    /// Seconds, bytes, requests; "" where there is none.
    let unit: String
    /// What it is for.
    let meaning: String

    /// The variable's name.
    var variable: String { "GRIDLINE_" + key.uppercased() }

    /// What is allowed, in words.
    var allowed: String {
        switch kind {
        case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .address: "host:port"
        case .path: "a path"
        case .word(let words): words.joined(separator: ", ")
        }
    }

    /// Why a value will not do; nil if it will.
    func fault(in value: String) -> String? {
        switch kind {
        case .number(let range):
            guard let number = Int(value) else { return "\(value.quotable) is no whole number; allowed: \(allowed)" }
            return range.contains(number) ? nil : "\(number) is out of bounds; allowed: \(allowed)"
        case .address:
            return ListenText.isAddress(value)
                ? nil : "\(value.quotable) is not host:port, for instance 127.0.0.1:8443 or [::]:443"
        case .path:
            // Whoever pastes a key where its path belongs must not find it in a log.
            let isPath =
                !value.isEmpty && value.utf8.count <= 4096 && !value.contains("-----") && !value.contains { $0.isNewline }
            return isPath ? nil : "this is no path; give the name of a file, not its content"
        case .word(let words):
            guard !words.contains(value) else { return nil }
            let near = Nearest.of(value, among: words).map { "; did you mean \($0)?" } ?? ""
            return "\(value.quotable) is not known; allowed: \(allowed)\(near)"
        }
    }
}

extension String {
    /// In quotes, short, without control characters.
    fileprivate var quotable: String { "\"\(clipped(40))\"" }
}

/// The nearest of some words.
enum Nearest {
    /// - Returns: nil if none is near: more than a third of the letters differ.
    static func of(_ word: String, among words: [String]) -> String? {
        let best = words.map { ($0, distance(Array(word.lowercased().utf8), Array($0.lowercased().utf8))) }.min { $0.1 < $1.1 }
        guard let best, best.1 <= max(1, word.utf8.count / 3) else { return nil }
        return best.0
    }

    /// How many letters to insert, drop or change.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        // Nobody mistypes a hundred letters: what is longer is not looked at.
        guard left.count <= 100, right.count <= 100 else { return 100 }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}
