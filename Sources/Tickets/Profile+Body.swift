public import Changeset

/// A profile as the reference table has it: which version is in force since when, and its content.
public struct ProfileRecord: Hashable, Sendable {
    /// The city's code.
    public var name: String
    /// As the file says.
    public var version: Int
    /// It is the one that counts.
    public var inForce: Bool
    /// When the centre took this version.
    public var loadedAt: Milliseconds
    /// The scalars, one per line as `path: value`, sorted by path.
    public var body: String

    /// A record.
    public init(name: String, version: Int, inForce: Bool, loadedAt: Milliseconds, body: String) {
        self.name = name
        self.version = version
        self.inForce = inForce
        self.loadedAt = loadedAt
        self.body = body
    }

    /// Reads a row of `profile`; nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.profile.columns.count, let name = row[0].string, let version = row[1].int,
            let loadedAt = row[3].int, let body = row[4].string
        else { return nil }
        self.init(name: name, version: Int(clamping: version), inForce: row[2].int == 1, loadedAt: loadedAt, body: body)
    }

    /// The row of `profile`, all columns in order.
    public var row: [Value] {
        [.text(name), .integer(Int64(version)), .integer(inForce ? 1 : 0), .integer(loadedAt), .text(body)]
    }

    /// The rules in it.
    /// - Throws: What a release that does not know this content finds wrong with it.
    public func profile() throws(ProfileError) -> Profile { try Profile(body: body) }
}

extension Profile {
    /// Reads what `body(of:)` wrote: the same on a device, which has no reader for the city's file. Keys of a newer release are
    /// passed over.
    ///
    /// - Throws: As `init(entries:)`; a line that is no entry is `value`.
    public init(body: String) throws(ProfileError) {
        try self.init(entries: try Self.entries(body: body), strict: false)
    }

    /// The scalars that `body(of:)` wrote, by path.
    ///
    /// - Throws: `value` for a line that is no entry.
    public static func entries(body: String) throws(ProfileError) -> [String: String] {
        var entries: [String: String] = [:]
        for line in body.split(separator: "\n") {
            guard let mark = line.firstRange(of: ": ") else { throw .value(key: String(line.prefix(40))) }
            entries[String(line[..<mark.lowerBound])] = String(line[mark.upperBound...])
        }
        return entries
    }

    /// The scalars of a profile's file in one form, whatever order, quoting and comments the file had. A release writes its defaults
    /// out, so that another release counts the same.
    ///
    /// - Throws: `value` for a scalar of several lines, which no key of a profile has.
    public static func body(of entries: [String: String]) throws(ProfileError) -> String {
        var lines = ""
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            guard !(key + value).contains(where: \.isNewline), !key.contains(": ") else { throw .value(key: key) }
            lines += "\(key): \(value)\n"
        }
        return lines
    }
}
