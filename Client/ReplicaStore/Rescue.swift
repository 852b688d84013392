public import Changeset
import SyncProtocol
public import Tickets

/// One command out of a damaged replica. Its payload is what was sealed: the digest was checked.
public struct RescuedCommand: Hashable, Sendable {
    /// The order of giving.
    public var ordinal: Int64
    /// The command.
    public var id: CommandID
    /// The word.
    public var kind: String
    /// The ticket.
    public var ticket: TicketID
    /// The author's own words and values.
    public var arguments: [String: Value]
    /// By the device's clock, corrected.
    public var givenAt: Milliseconds
    /// The sealed payload; nil if it was no longer retained.
    public var payload: [UInt8]?
    /// Of the digest; nil with `payload`.
    public var salt: [UInt8]?
    /// SHA-256(salt ‖ payload).
    public var digest: [UInt8]
    /// It had been offered to the centre.
    public var wasOffered: Bool
    /// Its author had taken it back.
    public var wasTakenBack: Bool
    /// What the centre had said; nil if nothing.
    public var verdict: Verdict?
    /// The encoded receipt, if there was one.
    public var receipt: [UInt8]?

    /// The centre may not have it, or has not answered.
    public var isUnsent: Bool { verdict == nil && !wasTakenBack && payload != nil }
}

/// What `rescue` found.
public struct RescueReport: Hashable, Sendable {
    /// Whose replica it was; nil if that page is damaged.
    public var owner: Owner?
    /// Oldest first, each once.
    public var commands: [RescuedCommand]
    /// Places in the order of giving for which nothing was found. What was given last of all can be missing without showing here.
    public var missingOrdinals: [Int64]
    /// Rows that look like a command whose digest does not match: their words cannot be vouched for, and are left out.
    public var damagedCount: Int
    /// Pages that were looked at, of file and log.
    public var pageCount: Int

    /// Whose replica it was.
    public struct Owner: Hashable, Sendable {
        /// The device.
        public var replica: ReplicaID
        /// The person.
        public var person: String
        /// The centre's address.
        public var server: String
    }
}

extension Replica {
    /// Reads commands out of a file that SQLite cannot or should not read any more: page by page, row by row, without SQLite, and
    /// without writing anything. The log beside the file is read too.
    ///
    /// - Throws: `notEnrolled` if there is no file, `readOnly` if it may not be read, `notAReplica` if it holds neither a header of
    ///   SQLite nor a command.
    public static func rescue(file path: String) throws -> RescueReport {
        let image = try DatabaseImage(path: path)
        let reader = RecordReader(image: image)
        var found: [CommandID: RescuedCommand] = [:]
        var damaged: Set<Int64> = []
        var owner: RescueReport.Owner?
        for place in image.places {
            for (rowid, values) in reader.rows(of: place) {
                if let known = RescueReport.Owner(values) { owner = known }
                switch RescuedCommand.read(ordinal: rowid, values) {
                case .sound(let command): found[command.id] = command
                case .damaged: damaged.insert(rowid)
                case .other: break
                }
            }
        }
        let commands = found.values.sorted { $0.ordinal < $1.ordinal }
        let ordinals = Set(commands.map(\.ordinal))
        if commands.isEmpty, owner == nil { try ReplicaFile.recognise(path: path) }
        let last = max(ordinals.max() ?? 0, damaged.max() ?? 0)
        // Rowids of a damaged page can be anything; a replica does not give more than a few million commands.
        let missing = last <= 10_000_000 ? (1..<max(1, last + 1)).filter { !ordinals.contains($0) } : []
        return RescueReport(
            owner: owner, commands: commands, missingOrdinals: missing, damagedCount: damaged.subtracting(ordinals).count,
            pageCount: image.places.count)
    }
}

extension RescueReport.Owner {
    /// - Returns: Nil unless the row has the shape of `identity`.
    init?(_ row: [Value]) {
        guard row.count >= 16, let replica = ReplicaID(row[1]), let person = row[2].string, row[3].string != nil,
            let server = row[4].string, row[6].bytes?.count == 32, row[7].bytes != nil
        else { return nil }
        self.init(replica: replica, person: person, server: server)
    }
}

extension RescuedCommand {
    enum Found {
        case sound(RescuedCommand)
        /// The shape of a command with another content than was sealed.
        case damaged
        /// A row of another table.
        case other
    }

    /// Columns as in replica_0001.sql; later versions append to them.
    static func read(ordinal: Int64, _ row: [Value]) -> Found {
        guard row.count >= 29, ordinal > 0, row[0] == .null, let id = CommandID(row[1]), let kind = row[2].string,
            let ticket = TicketID(row[3]), let digest = row[6].bytes, digest.count == 32, let givenAt = row[7].int
        else { return .other }
        let payload = row[4].bytes
        let salt = row[5].bytes
        if let payload, let salt, (try? SealedCommand(salt: salt, payload: payload))?.digest != digest { return .damaged }
        return .sound(
            RescuedCommand(
                ordinal: ordinal, id: id, kind: kind, ticket: ticket,
                arguments: payload.flatMap { try? Payload(decoding: $0) }?.arguments ?? [:], givenAt: givenAt, payload: payload,
                salt: salt, digest: digest, wasOffered: row[12] != .null, wasTakenBack: row[8] != .null,
                verdict: row[15].string.flatMap(Verdict.init(rawValue:)), receipt: row[21].bytes))
    }
}
