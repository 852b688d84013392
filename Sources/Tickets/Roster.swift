public import Changeset

/// One line of the duty roster: who is expected at a desk on a day. A plan, and nothing else: whether somebody came stands nowhere.
public struct RosterLine: Hashable, Sendable {
    /// Short and lasting, given by the city.
    public var id: String
    /// The day, `2026-09-30`.
    public var day: String
    /// The desk: a unit.
    public var unit: String
    /// Which part of the day, in the city's words; nil = all of it.
    public var shift: String?
    /// Who is expected: a person's identifier, or a name; nil = nobody is named yet.
    public var person: String?
    /// What else is to be known.
    public var words: String?
    /// Not in force any more.
    public var retired: Bool

    /// A line.
    public init(
        id: String, day: String, unit: String, shift: String? = nil, person: String? = nil, words: String? = nil,
        retired: Bool = false
    ) {
        (self.id, self.day, self.unit, self.shift) = (id, day, unit, shift)
        (self.person, self.words, self.retired) = (person, words, retired)
    }

    /// Reads a row of `roster`. Nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.roster.columns.count, let id = row[0].string, let day = row[1].string, let unit = row[2].string
        else { return nil }
        self.init(
            id: id, day: day, unit: unit, shift: row[3].string, person: row[4].string, words: row[5].string,
            retired: row[6].int == 1)
    }

    /// The row of `roster`, all columns in order.
    public var row: [Value] {
        [
            .text(id), .text(day), .text(unit), .optional(shift), .optional(person), .optional(words),
            .integer(retired ? 1 : 0),
        ]
    }

    /// The month of the handover diary in which the day stands: `2026-09`.
    public var month: String { String(day.prefix(7)) }
}

/// The handover diary of a desk: a ticket of kind `diary` for each month, whose notes are the entries. Nobody is responsible for it and it
/// has no state but the first, so that nothing of a ticket's work happens to it.
public enum Diary {
    /// The words in which a note says that the next shift has read entries: their identifiers, of each the first eight bytes.
    private static let mark = "taken-over="

    /// What a desk's diary of a month is called.
    public static func title(unit: String, month: String) -> String { "交接班日记 \(unit) \(month)" }

    /// The command that makes it: the same whoever does, so that it is made once.
    public static func command(unit: String, month: String) -> CommandID {
        let halves = ["diary/\(unit)/\(month)", "\(month)/\(unit)/diary"].map(fnv1a)
        let bytes = halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        return CommandID(bytes: bytes)!  // two halves of eight bytes
    }

    /// Most entries that one handover names.
    public static let entryCountMax = 200

    /// The body of the note with which the next shift takes entries over.
    public static func takeOver(_ entries: [CommandID]) -> String {
        mark + entries.prefix(entryCountMax).map(short).joined(separator: ",")
    }

    /// Which entries a note takes over, as `short` names them; nil for an entry, whatever words it begins with.
    public static func takenOver(by body: String) -> [String]? {
        guard body.hasPrefix(mark) else { return nil }
        let names = body.dropFirst(mark.count).split(separator: ",", omittingEmptySubsequences: false)
        let isName = { (name: Substring) in name.count == 16 && name.allSatisfy { $0.isASCII && $0.isHexDigit } }
        return names.allSatisfy(isName) ? names.map(String.init) : nil
    }

    /// An entry's name in a handover.
    public static func short(_ entry: CommandID) -> String {
        String(entry.description.filter { $0 != "-" }.prefix(16))
    }
}
