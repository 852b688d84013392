import Foundation

/// Which column of a file becomes what.
public struct ImportMapping: Hashable, Sendable {
    /// What the file brings in.
    public let kind: ImportKind
    /// The header's name of each target.
    public let columns: [ImportTarget: String]
    /// Somebody wrote it: then columns that it does not name are passed over on purpose.
    public let isExplicit: Bool
    // Two targets may be read from one column of a CSV file; of a JSON object the first in order has it.
    private let byName: [String: ImportTarget]

    /// Columns carry the names of their targets.
    public static func identity(_ kind: ImportKind) -> ImportMapping {
        ImportMapping(
            kind: kind, columns: Dictionary(uniqueKeysWithValues: kind.targets.map { ($0, $0.rawValue) }), isExplicit: false)
    }

    private init(kind: ImportKind, columns: [ImportTarget: String], isExplicit: Bool) {
        self.kind = kind
        self.columns = columns
        self.isExplicit = isExplicit
        let named = kind.targets.compactMap { target in columns[target].map { ($0, target) } }
        byName = Dictionary(named) { first, _ in first }
    }

    /// Reads `title=subject,description=detail`.
    /// - Throws: `badArguments` for an unknown target, one that is named twice, or none for one that every row needs.
    public init(_ text: String, kind: ImportKind) throws(OperationProblem) {
        var columns: [ImportTarget: String] = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else {
                throw OperationProblem(.badArguments, "--map: \(String(pair).printable) is not target=column")
            }
            guard let target = kind.targets.first(where: { $0.rawValue == parts[0] }) else {
                let hint = Closest.hint(to: parts[0], in: kind.targets.map(\.rawValue))
                throw OperationProblem(
                    .badArguments, "--map: \(parts[0].printable) is no target of \(kind.rawValue)\(hint); \(kind.targetList)")
            }
            guard columns.updateValue(parts[1], forKey: target) == nil else {
                throw OperationProblem(.badArguments, "--map: \(target.rawValue) is named twice")
            }
        }
        for target in kind.needed where columns[target] == nil {
            throw OperationProblem(.badArguments, "--map: \(target.rawValue) is missing; every row of \(kind.rawValue) needs it")
        }
        self.init(kind: kind, columns: columns, isExplicit: true)
    }

    /// What a name of a row that carries its names with it becomes; nil = nothing.
    func target(of name: String) -> ImportTarget? { byName[name] }

    /// Finds the columns in a header.
    /// - Throws: `badArguments` if a mapped column, or one that every row needs, is not in it, or stands in it twice; without a
    ///   mapping also if there is a column that means nothing here.
    public func resolve(header: [String]) throws(OperationProblem) -> [ImportPlace] {
        let names = header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        if !isExplicit { try check(names: names) }
        var found: [ImportPlace] = []
        for target in kind.targets {
            guard let column = columns[target] else { continue }
            let places = names.indices.filter { names[$0] == column }
            guard places.count <= 1 else {
                throw OperationProblem(.badArguments, "line 1: the column \(column.printable) stands in the header twice")
            }
            if let place = places.first {
                found.append(ImportPlace(target: target, index: place, column: column))
            } else if isExplicit || kind.needed.contains(target) {
                throw missing(column, for: target, in: names)
            }
        }
        return found
    }

    /// Without a mapping every column must mean something, or a misspelt one would be lost without a word.
    func check(names: [String]) throws(OperationProblem) {
        let known = kind.targets.map(\.rawValue) + kind.exportOnly
        guard let stranger = names.first(where: { !known.contains($0) && !ImportRejects.columns.contains($0) }) else { return }
        throw OperationProblem(
            .badArguments,
            "line 1: the column \(stranger.printable) means nothing here\(Closest.hint(to: stranger, in: known)). The header has: "
                + names.map(\.printable).joined(separator: ", ")
                + ". Say with --map target=column,… which column becomes what; \(kind.targetList)")
    }

    private func missing(_ column: String, for target: ImportTarget, in names: [String]) -> OperationProblem {
        OperationProblem(
            .badArguments,
            "line 1: the header has no column \(column.printable) for \(target.rawValue)\(Closest.hint(to: column, in: names)); it has: "
                + names.map(\.printable).joined(separator: ", ") + ". \(kind.targetList)")
    }
}

/// Where a target's values stand in a row.
public struct ImportPlace: Hashable, Sendable {
    /// What they become.
    public var target: ImportTarget
    /// The field, from 0.
    public var index: Int
    /// The header's name of it.
    public var column: String
}

extension ImportKind {
    fileprivate var targetList: String { "the targets are \(targets.map(\.rawValue).joined(separator: ", "))" }
}

/// What somebody may have meant.
enum Closest {
    /// `, did you mean title?`, or nothing if no word is near.
    static func hint(to word: String, in words: [String]) -> String {
        let near = words.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }.min { $0.1 < $1.1 }
        guard let (found, steps) = near, steps <= (word.count <= 3 ? 1 : max(2, word.count / 3)) else { return "" }
        return ", did you mean \(found.printable)?"
    }

    /// Letters to change, add or take away.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard left.count <= 40, right.count <= 40 else { return .max }
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                (diagonal, row[j + 1]) = (row[j + 1], letter == other ? diagonal : 1 + min(diagonal, row[j], row[j + 1]))
            }
        }
        return row[right.count]
    }
}
