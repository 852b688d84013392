import Changeset
import SyncProtocol
public import Tickets

extension Replica {
    /// Tickets by deadline, then by their short number.
    public func tickets(_ filter: TicketFilter = TicketFilter()) throws -> [TicketSummary] {
        try search(filter).map(\.summary)
    }

    /// How many tickets are on the device, those that are leaving too; diaries are none.
    public func ticketCount() throws -> Int {
        try read { try $0.count("ticket WHERE kind<>?", [.text(TicketKind.diary.rawValue)]) }
    }

    /// Everything about one ticket.
    /// - Throws: `unknownTicket`.
    public func ticketDetail(_ id: TicketID) throws -> TicketDetail {
        try read { rows in
            guard let summary = try rows.summaries("t.id = ?", [id.value]).first else {
                throw ReplicaError.unknownTicket(reference: id.description)
            }
            let citizen = try rows.statements.row(
                "SELECT name, phone, address, identity_number FROM citizen WHERE ticket=?", [id.value])
            let notes = try rows.statements.rows(
                "SELECT id, kind, author, body, occurred_at, late, command FROM note WHERE ticket=? ORDER BY occurred_at, id",
                [id.value])
            return TicketDetail(
                summary: summary,
                citizen: citizen.map {
                    .init(name: $0[0].string, phone: $0[1].string, address: $0[2].string, identityNumber: $0[3].string)
                },
                notes: notes.map {
                    .init(
                        id: $0[0].bytes ?? [], kind: $0[1].string ?? "", author: $0[2].string ?? "", body: $0[3].string ?? "",
                        occurredAt: $0[4].int ?? 0, late: $0[5].int == 1, command: CommandID($0[6]))
                },
                commands: try rows.commands("ticket=? ORDER BY ordinal", [id.value]).map { try rows.record($0) })
        }
    }

    /// The ticket that a person means: a short number, an official number, or a UUID or its first eight digits at least.
    /// - Throws: `unknownTicket`, `ambiguousTicket`.
    public func resolve(reference: String) throws -> TicketID {
        try read { rows in
            if let number = Int64(reference), reference.utf8.count <= 9,
                let id = try TicketID(
                    rows.statements.row("SELECT ticket FROM local_number WHERE number=?", [.integer(number)])?.first)
            {
                return id
            }
            if let id = try TicketID(
                rows.statements.row("SELECT ticket FROM local_number WHERE official=?", [.text(reference)])?.first)
            {
                return id
            }
            let digits = reference.lowercased().filter { $0 != "-" }
            guard digits.count >= 8, digits.allSatisfy(\.isHexDigit) else {
                throw ReplicaError.unknownTicket(reference: reference)
            }
            let found = try rows.statements.rows(
                "SELECT ticket FROM local_number WHERE lower(hex(ticket)) LIKE ? LIMIT 2", [.text(digits + "%")])
            guard found.count < 2 else { throw ReplicaError.ambiguousTicket(reference: reference) }
            guard let id = TicketID(found.first?.first) else { throw ReplicaError.unknownTicket(reference: reference) }
            return id
        }
    }

    /// Commands given on one ticket, oldest first; also where the ticket has left.
    public func commands(ticket: TicketID) throws -> [CommandRecord] {
        try read { rows in try rows.commands("ticket=? ORDER BY ordinal", [ticket.value]).map { try rows.record($0) } }
    }

    /// One command; nil if this device never gave it.
    public func command(_ id: CommandID) throws -> CommandRecord? {
        try read { rows in try rows.commands("id=?", [id.value]).first.map { try rows.record($0) } }
    }

    /// Commands without a verdict, oldest first.
    public func outbox() throws -> [CommandRecord] {
        try read { rows in
            try rows.commands("\(isPending) AND verdict IS NULL ORDER BY ordinal").map { try rows.record($0) }
        }
    }

    /// How many commands a sync still has to send: those without a verdict, and the retained ones that a restored centre asked for.
    public func countToSend() throws -> Int {
        try read { rows in
            let standing = try rows.standing()
            let unsentCount = try rows.count("command WHERE \(isPending) AND verdict IS NULL")
            guard standing.retainedWanted else { return unsentCount }
            return try unsentCount + rows.count("command WHERE \(isRetained)", [standing.cursor.incarnation.value])
        }
    }

    /// Everything given on this device, newest first.
    public func log(limit: Int = 100) throws -> [CommandRecord] {
        try read { rows in
            try rows.commands("true ORDER BY ordinal DESC LIMIT ?", [.integer(Int64(limit))]).map { try rows.record($0) }
        }
    }

    /// Verdicts on commands that this person gave on another device, or on this one before it was restored or set up anew; in the order
    /// of verdicts. Of the commands themselves there is what they left on tickets that are here.
    public func verdictsElsewhere() throws -> [VerdictElsewhere] {
        try read { rows in
            try rows.statements.rows(
                """
                SELECT command, verdict, reason, occurred_at, decision, decision_reason, decided_by, decided_at
                FROM verdict_elsewhere ORDER BY sequence
                """
            ).compactMap { row in
                guard let id = CommandID(row[0]), let verdict = row[1].string.flatMap(Verdict.init(rawValue:)) else { return nil }
                let decision = row[4].string.flatMap(HeldDecision.init(rawValue:)).map {
                    CommandRecord.Decided(decision: $0, reason: row[5].string ?? "", by: row[6].string ?? "", at: row[7].int ?? 0)
                }
                let left = try rows.statements.row(
                    """
                    SELECT n.number, n.official FROM local_number AS n WHERE n.ticket =
                        (SELECT ticket FROM note WHERE command=?1 UNION ALL SELECT ticket FROM conflict WHERE command=?1 LIMIT 1)
                    """, [id.value])
                let words = try rows.statements.rows("SELECT body FROM note WHERE command=? ORDER BY id", [id.value])
                return VerdictElsewhere(
                    command: id, verdict: verdict, reason: row[2].string ?? "", occurredAt: row[3].int ?? 0, decision: decision,
                    conflicts: try rows.conflicts(of: id), localNumber: left?[0].int, number: left?[1].string,
                    words: words.compactMap(\.[0].string))
            }
        }
    }

    /// News that was not looked at before, oldest first; with `markLooked` it is from now on.
    public func news(markLooked: Bool, at: Milliseconds) throws -> [NewsItem] {
        let query: (Rows) throws -> [NewsItem] = { try $0.unseenNews() }
        guard markLooked else { return try read(query) }
        return try write { _, rows in
            let news = try query(rows)
            try rows.statements.run("UPDATE news SET looked_at=? WHERE looked_at IS NULL", [.integer(at)])
            return news
        }
    }
}

/// A verdict on a command that this person gave on another device, or on this one before it was set up anew.
public struct VerdictElsewhere: Hashable, Sendable {
    /// The command.
    public var command: CommandID
    /// What the centre said.
    public var verdict: Verdict
    /// A stable code.
    public var reason: String
    /// When it happened.
    public var occurredAt: Milliseconds
    /// The one later answer to a held command.
    public var decision: CommandRecord.Decided?
    /// What two sides disagreed about.
    public var conflicts: [Conflict]
    /// The short number of its ticket, if words or conflicts of it are on this device.
    public var localNumber: Int64?
    /// The ticket's official number, as far as the device knows it.
    public var number: String?
    /// The words that it left on the ticket.
    public var words: [String]
}

extension Rows {
    func unseenNews() throws -> [NewsItem] {
        try statements.rows(
            """
            SELECT news.ordinal, news.at, news.kind, news.ticket, n.number, n.official, t.title, news.command, news.detail
            FROM news LEFT JOIN local_number AS n ON n.ticket = news.ticket LEFT JOIN ticket AS t ON t.id = news.ticket
            WHERE news.looked_at IS NULL ORDER BY news.ordinal
            """
        ).compactMap { row in
            guard let kind = row[2].string.flatMap(NewsKind.init(rawValue:)) else { return nil }
            var item = NewsItem(
                ordinal: row[0].int ?? 0, at: row[1].int ?? 0, kind: kind, ticket: TicketID(row[3]), localNumber: row[4].int,
                number: row[5].string, title: row[6].string, command: CommandID(row[7]), detail: row[8].string ?? "")
            if let ticket = item.ticket, item.kind.isAboutHandover { item.holder = try holder(of: ticket) }
            if item.kind.isAboutConflict { try note(conflictOf: &item) }
            return item
        }
    }

    /// Keeps a piece of news until its person looks.
    func tell(_ kind: NewsKind, at: Milliseconds, ticket: TicketID? = nil, command: CommandID? = nil, detail: String = "") throws
    {
        try statements.run(
            "INSERT INTO news (at, kind, ticket, command, detail) VALUES (?, ?, ?, ?, ?)",
            [.integer(at), .text(kind.rawValue), ticket?.value ?? .null, command?.value ?? .null, .text(detail)])
    }
}
