public import Changeset
internal import SyncProtocol
public import Tickets

/// One entry of the journal, as stored.
///
///     digest = SHA-256(salt ‖ body)
///     hash   = SHA-256(seq ‖ at ‖ author ‖ kind ‖ entity ‖ command ‖ digest ‖ previous hash)
///
/// Integers are eight bytes, most significant first; author, kind, entity and command stand behind their length as such an
/// integer (NULL and empty are the same). Salt and body can be erased: the chain holds without them.
public struct JournalEntry: Hashable, Sendable {
    /// The index, from 1.
    public var sequence: UInt64
    /// Server time.
    public var at: Milliseconds
    /// The person.
    public var author: String
    /// What it is about.
    public var kind: JournalKind
    /// The ticket's bytes, or the name of a reference; nil for neither.
    public var entity: [UInt8]?
    /// The command.
    public var command: CommandID?
    /// 16 bytes; nil once erased.
    public var salt: [UInt8]?
    /// 32 bytes.
    public var digest: [UInt8]
    /// Encoded `JournalBody`; nil once erased.
    public var body: [UInt8]?
    /// 32 bytes.
    public var hash: [UInt8]

    /// The hash before the first entry.
    public static let origin = [UInt8](repeating: 0, count: 32)
    /// What an entry is listed under that has rows of several tickets, or of another one than its own. Shorter than any identifier.
    public static let severalTickets = Array("tickets".utf8)

    /// A new entry on top of `previous`.
    public init(
        sequence: UInt64, at: Milliseconds, author: String, kind: JournalKind, entity: [UInt8]?, command: CommandID?,
        salt: [UInt8], body: [UInt8], previous: [UInt8]
    ) {
        self.init(
            sequence: sequence, at: at, author: author, kind: kind, entity: entity, command: command, salt: salt,
            digest: Self.digest(salt: salt, body: body), body: body, hash: [])
        hash = chained(to: previous)
    }

    /// An entry as it was stored.
    public init(
        sequence: UInt64, at: Milliseconds, author: String, kind: JournalKind, entity: [UInt8]?, command: CommandID?,
        salt: [UInt8]?, digest: [UInt8], body: [UInt8]?, hash: [UInt8]
    ) {
        self.sequence = sequence
        self.at = at
        self.author = author
        self.kind = kind
        self.entity = entity
        self.command = command
        self.salt = salt
        self.digest = digest
        self.body = body
        self.hash = hash
    }

    /// What `digest` must be.
    public static func digest(salt: [UInt8], body: [UInt8]) -> [UInt8] {
        sha256(salt, body)
    }

    /// What `hash` must be, after an entry with the hash `previous`.
    public func chained(to previous: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        append(sequence, to: &bytes)
        append(UInt64(bitPattern: at), to: &bytes)
        append(author, to: &bytes)
        append(kind.rawValue, to: &bytes)
        append(entity ?? [], to: &bytes)
        append(command?.bytes ?? [], to: &bytes)
        return sha256(bytes, digest, previous)
    }

    /// Whether the entry follows one with the hash `previous`, and its body, unless erased, is the one that was written.
    public func verifies(after previous: [UInt8]) -> Bool {
        guard hash == chained(to: previous) else { return false }
        guard let salt, let body else { return salt == nil && body == nil }
        return digest == Self.digest(salt: salt, body: body)
    }
}

private func append(_ number: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
}

private func append(_ field: [UInt8], to bytes: inout [UInt8]) {
    append(UInt64(field.count), to: &bytes)
    bytes += field
}

private func append(_ text: String, to bytes: inout [UInt8]) {
    append(UInt64(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
}

/// Facts while an entry is put together, by name: a dozen at most, so that looking beats hashing.
struct FactList {
    private(set) var facts: [(name: String, value: Value)] = []

    subscript(name: String) -> Value? {
        get { facts.first { $0.name == name }?.value }
        set {
            var place = 0
            while place < facts.count, facts[place].name < name { place += 1 }
            let isThere = place < facts.count && facts[place].name == name
            switch (isThere, newValue) {
            case (true, let value?): facts[place].value = value
            case (true, nil): facts.remove(at: place)
            case (false, let value?): facts.insert((name, value), at: place)
            case (false, nil): break
            }
        }
    }
}

/// What an entry says beyond its fields: the rows before and after, and facts by name. Written by the store.
///
/// Encoded: one byte with the count of facts, then values in the changeset's value coding: the changeset as a blob, then name
/// and value of each fact, sorted by name.
public struct JournalBody: Hashable, Sendable {
    /// Old and new values of the rows that changed at the centre.
    public var changeset: Changeset
    /// Verdict, reason, decision and what else a reader wants to know.
    public var facts: [String: Value]

    /// A body.
    /// - Precondition: At most 255 facts: their names are fixed in the code.
    public init(changeset: Changeset = Changeset(), facts: [String: Value] = [:]) {
        precondition(facts.count < 256, "\(facts.count) facts in one journal entry")
        self.changeset = changeset
        self.facts = facts
    }

    /// The bytes in the journal.
    public func encoded() -> [UInt8] {
        var list = FactList()
        for (name, value) in facts { list[name] = value }
        return Self.encoded(changeset: changeset.serialized(), facts: list)
    }

    /// The same of a changeset that is written already.
    static func encoded(changeset: [UInt8], facts: FactList) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(changeset.count + 64 + 48 * facts.facts.count)
        bytes.append(UInt8(facts.facts.count))
        encodeValue(.blob(changeset), into: &bytes)
        for (name, value) in facts.facts {
            encodeValue(.text(name), into: &bytes)
            encodeValue(value, into: &bytes)
        }
        return bytes
    }

    /// The changeset of an encoded body where it stands.
    static func changeset(in bytes: [UInt8]) throws(ChangesetError) -> ArraySlice<UInt8> {
        let field = try leadingField(of: bytes.dropFirst())
        guard field.type == .blob else { throw .badValueType(offset: field.offset) }
        return field.content
    }

    /// The changes of an encoded body alone, without its facts.
    ///
    /// - Returns: nil for bytes that no store wrote.
    public static func changes(in bytes: [UInt8]) -> [Change]? {
        guard let raw = try? changeset(in: bytes) else { return nil }
        return try? Changeset(parsing: raw).changes
    }

    /// - Returns: nil for bytes that no store wrote.
    public init?(decoding bytes: [UInt8]) {
        guard let count = bytes.first,
            let values = try? decodeValues(bytes.dropFirst(), count: 1 + 2 * Int(count)),
            case .blob(let raw)?? = values.first, let changeset = try? Changeset(parsing: raw)
        else { return nil }
        var facts = [String: Value](minimumCapacity: Int(count))
        for index in 0..<Int(count) {
            guard let name = values[1 + 2 * index]?.string, let value = values[2 + 2 * index] else { return nil }
            facts[name] = value
        }
        self.init(changeset: changeset, facts: facts)
    }
}
