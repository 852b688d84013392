public import Changeset
import Schema

/// One leaf of the taxonomy. A leaf is its whole path: third-level names repeat.
public struct Category: Hashable, Sendable {
    /// Digits, two per level, leading zeros kept.
    public var code: String
    /// The three names, from the top.
    public var levels: [String]
    /// Pinyin initials of the three names, lower case, one letter per Chinese character; empty where they are not known.
    public var initials: [String]
    /// A newer taxonomy does not have it; tickets keep its code.
    public var retired: Bool
    /// The code to use in its place, if one was named.
    public var replacedBy: String?

    /// A leaf.
    /// - Precondition: Three names, three initials.
    public init(code: String, levels: [String], initials: [String], retired: Bool = false, replacedBy: String? = nil) {
        precondition(levels.count == 3 && initials.count == 3, "a leaf of \(levels.count) levels")
        self.code = code
        self.levels = levels
        self.initials = initials
        self.retired = retired
        self.replacedBy = replacedBy
    }

    /// The path as people read it.
    public var path: String { levels.joined(separator: " / ") }
    /// The last name alone.
    public var name: String { levels[2] }

    /// Reads a row of `category`; nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.category.columns.count else { return nil }
        let texts = row[0...6].compactMap(\.string)
        guard texts.count == 7 else { return nil }
        self.init(
            code: texts[0], levels: Array(texts[1...3]), initials: Array(texts[4...6]), retired: row[7].int == 1,
            replacedBy: row[8].string)
    }

    /// The row of `category`, all columns in order.
    public var row: [Value] {
        ([code] + levels + initials).map { .text($0) } + [.integer(retired ? 1 : 0), .optional(replacedBy)]
    }
}

/// A whole taxonomy, as a file brings it.
public struct Taxonomy: Hashable, Sendable {
    /// By code, rising. Retired ones are those that the file says so of.
    public let categories: [Category]

    /// The taxonomy that is compiled in: the 517 leaves of the national classification, with Gridline's own codes.
    ///
    /// `try!` because the file is compiled in and a test reads it.
    public static let embedded = try! Taxonomy(csv: SchemaResource.taxonomy)

    /// Reads `code,level1,level2,level3` and, as far as the header names them, `initials1,initials2,initials3,replaced_by`. A line
    /// with `replaced_by` is a retired leaf. Initials that are left out are taken from the embedded taxonomy's characters.
    ///
    /// - Throws: The first line that cannot be taken.
    public init(csv text: String) throws(TaxonomyError) {
        let lines = Tickets.csv(text)
        guard let header = lines.first?.1, Set(header).count == header.count, header.allSatisfy(Self.columns.contains),
            Self.columns.prefix(4).allSatisfy(header.contains)
        else { throw .header }
        var found: [Category] = []
        for (number, fields) in lines.dropFirst() {
            guard fields.count == header.count else { throw .line(number, .fields) }
            let named = Dictionary(uniqueKeysWithValues: zip(header, fields))
            found.append(try Self.category(named, line: number))
        }
        try self.init(found)
    }

    /// - Throws: A code or a path that stands there twice, or a `replacedBy` that is no leaf in use.
    public init(_ categories: [Category]) throws(TaxonomyError) {
        var paths: Set<[String]> = []
        var codes: Set<String> = []
        for category in categories {
            guard codes.insert(category.code).inserted else { throw .twice(category.code) }
            guard category.retired || paths.insert(category.levels).inserted else { throw .twice(category.code) }
        }
        let used = Set(categories.lazy.filter { !$0.retired }.map(\.code))
        for category in categories {
            if let target = category.replacedBy, !used.contains(target) { throw .target(category.code) }
        }
        self.categories = categories.sorted { $0.code < $1.code }
    }

    static let columns = ["code", "level1", "level2", "level3", "initials1", "initials2", "initials3", "replaced_by"]

    private static func category(_ fields: [String: String], line: Int) throws(TaxonomyError) -> Category {
        let code = fields["code"] ?? ""
        guard (2...12).contains(code.utf8.count), code.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .line(line, .code)
        }
        let levels = (1...3).map { fields["level\($0)"] ?? "" }
        guard levels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 200 }) else { throw .line(line, .name) }
        var initials: [String] = []
        for (index, name) in levels.enumerated() {
            let given = fields["initials\(index + 1)"] ?? ""
            guard given.utf8.allSatisfy({ (97...122).contains($0) }) else { throw .line(line, .initials) }
            initials.append(given.isEmpty ? Initials.of(name) : given)
        }
        let target = fields["replaced_by"].flatMap { $0.isEmpty ? nil : $0 }
        return Category(code: code, levels: levels, initials: initials, retired: target != nil, replacedBy: target)
    }
}

/// What is wrong with a taxonomy's file.
public enum TaxonomyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A column is missing, unknown or there twice.
    case header
    /// A line, counted from 1 with the header, and what is wrong in it.
    case line(Int, Fault)
    /// A code, or its path, stands there twice.
    case twice(String)
    /// A code whose `replaced_by` is no leaf in use.
    case target(String)

    /// What is wrong in a line.
    public enum Fault: String, Hashable, Sendable {
        case fields, code, name, initials
    }

    /// What to correct.
    public var description: String {
        switch self {
        case .header: "line 1: the columns are \(Taxonomy.columns.joined(separator: ",")); the first four must be there"
        case .line(let number, .fields): "line \(number): not as many fields as the header has"
        case .line(let number, .code): "line \(number): a code is 2 to 12 digits"
        case .line(let number, .name): "line \(number): each of the three levels needs a name of at most 200 bytes"
        case .line(let number, .initials): "line \(number): initials are letters a to z"
        case .twice(let code): "the code \(code), or the path that it stands for, is there twice"
        case .target(let code): "\(code): its replaced_by is no leaf in use"
        }
    }
}

/// Pinyin initials by character, as the embedded taxonomy has them.
enum Initials {
    /// One letter per Chinese character; empty if a character is not known, so that nothing wrong is ever found.
    static func of(_ name: String) -> String {
        var letters = ""
        for scalar in name.unicodeScalars where isHan(scalar) {
            guard let letter = byCharacter[scalar] else { return "" }
            letters.append(letter)
        }
        return letters
    }

    /// True for what has a reading; punctuation has none.
    static func isHan(_ scalar: Unicode.Scalar) -> Bool { (0x4E00...0x9FFF).contains(scalar.value) }

    /// Of a character with two readings the one that more names have.
    private static let byCharacter: [Unicode.Scalar: Character] = {
        var counts: [Unicode.Scalar: [Character: Int]] = [:]
        for (_, fields) in csv(SchemaResource.taxonomy).dropFirst() where fields.count >= 7 {
            for level in 1...3 {
                let scalars = fields[level].unicodeScalars.filter(isHan)
                guard scalars.count == fields[level + 3].count else { continue }
                for (scalar, letter) in zip(scalars, fields[level + 3]) { counts[scalar, default: [:]][letter, default: 0] += 1 }
            }
        }
        return counts.compactMapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
    }()
}
