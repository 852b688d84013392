import Changeset
import SyncProtocol
public import Tickets

/// A conflict as the person of this device sees it: one of their own commands', or one with a value of theirs.
public struct ConflictView: Hashable, Sendable {
    /// The short number on this device.
    public var number: Int64
    /// What two sides disagreed about, and what became of it.
    public var record: ConflictRecord
    /// The ticket's short number on this device; nil if it never had one.
    public var localNumber: Int64?
    /// Its official number, if the device ever knew it.
    public var officialNumber: String?
    /// Its title, if the ticket is here.
    public var title: String?
    /// Who has the ticket now, if it is somebody else and this person may know.
    public var holder: TicketHolder?
    /// What stands on the ticket now, with what is pending on top; nil if the ticket is not here, or the field is no column.
    public var standing: Value?
    /// The newest choice about it that this device gave and the centre has not answered: its command and side.
    public var pendingChoice: PendingChoice?
    /// Of a latitude: the conflict about the longitude, which is chosen with it.
    public var longitude: ConflictRecord?

    /// A choice that the centre has not answered.
    public struct PendingChoice: Hashable, Sendable {
        /// Its number in the log.
        public var ordinal: Int64
        /// Which side.
        public var side: Choice
        /// What is to stand.
        public var value: Value
    }

    /// Nobody has decided or chosen yet, here or elsewhere, and there is something to choose.
    public var isOpen: Bool { record.settledAt == nil && pendingChoice == nil && isColumn }
    /// What a transition disagreed with cannot be chosen: the state moves by transitions alone.
    public var isColumn: Bool { Self.isColumn(record.conflict.field) }
    static func isColumn(_ field: String) -> Bool { TicketColumn(rawValue: field).map { $0 != .state } ?? false }
    /// Whoever handles the ticket may choose, without asking anybody.
    public var isForHandlers: Bool {
        isOpen && standing != nil && record.conflict.outcome != .open && record.conflict.may == .holder
    }
}

extension Replica {
    /// Conflicts that this person takes part in, newest first.
    ///
    /// - Parameter withSettled: Also those that are settled, and those that cannot be chosen.
    public func conflicts(withSettled: Bool = false) throws -> [ConflictView] {
        try read { rows in
            let views = try rows.conflictViews(withSettled ? "true" : "c.settled_at IS NULL")
            return withSettled ? views : views.filter(\.isOpen)
        }
    }

    /// Conflicts of one ticket in which this person takes part, newest first.
    public func conflicts(of ticket: TicketID) throws -> [ConflictView] {
        try read { try $0.conflictViews("c.ticket=?", [ticket.value]) }
    }

    /// One conflict by its short number; nil if there is none. Latitude and longitude answer to the number of either.
    public func conflict(number: Int64) throws -> ConflictView? {
        try read { rows in
            let named = "(SELECT command FROM conflict_number WHERE number=?)"
            let views = try rows.conflictViews("n.command=\(named)", [.integer(number)])
            return views.first { $0.number == number } ?? views.first { $0.longitude != nil && $0.number < number }
        }
    }
}

extension Rows {
    /// Newest first; the two halves of a place as one.
    func conflictViews(_ condition: String, _ values: [Value] = []) throws -> [ConflictView] {
        let all = try halves(condition, values)
        let longitudes = Dictionary(
            all.filter { $0.record.conflict.field == TicketColumn.longitude.rawValue }.map { ($0.record.command, $0.record) },
            uniquingKeysWith: { $1 })
        let latitudes = Set(all.filter { $0.record.conflict.field == TicketColumn.latitude.rawValue }.map(\.record.command))
        return all.compactMap { view in
            var view = view
            if view.record.conflict.field == TicketColumn.latitude.rawValue { view.longitude = longitudes[view.record.command] }
            let isOtherHalf = view.record.conflict.field == TicketColumn.longitude.rawValue
            return isOtherHalf && latitudes.contains(view.record.command) ? nil : view
        }
    }

    private func halves(_ condition: String, _ values: [Value]) throws -> [ConflictView] {
        let choices = try pendingChoices()
        return try statements.rows("\(Self.halvesText) WHERE \(condition) ORDER BY n.number DESC", values).compactMap { row in
            guard let record = ConflictRecord(row: Array(row.dropFirst(3))) else { return nil }
            // The row alone: clocks, notes and what is seldom there are not shown beside a conflict.
            let ticket = try statements.row(Self.ticketText, [record.ticket.value])
            return ConflictView(
                number: row[0].int ?? 0, record: record, localNumber: row[1].int, officialNumber: row[2].string,
                title: ticket?[TicketColumn.title.index].string, holder: try holder(of: record.ticket),
                standing: ticket.flatMap { ticket in TicketColumn(rawValue: record.conflict.field).map { ticket[$0.index] } },
                pendingChoice: choices[ConflictName(record)])
        }
    }

    private static let halvesText = """
        SELECT n.number, l.number, l.official, \(Table.conflict.columns.map { "c.\($0)" }.text(joinedBy: ",")) \
        FROM conflict_number AS n JOIN conflict AS c ON c.command=n.command AND c.field=n.field \
        LEFT JOIN local_number AS l ON l.ticket=c.ticket
        """

    /// Who did what the news is about, and the value that stands.
    func note(conflictOf item: inout NewsItem) throws {
        guard let number = item.detail.split(separator: " ").first.flatMap({ Int64($0) }),
            let record = try conflictViews("n.number=?", [.integer(number)]).first?.record
        else { return }
        let id = item.kind == .conflictSettled ? record.chosenBy : record.oursBy
        item.conflictBy = try id.map { try person($0)?.name ?? $0 }
        switch record.conflict.outcome {
        case .ours: item.conflictValue = record.conflict.ours.string
        case .theirs: item.conflictValue = record.conflict.theirs.string
        case .both, .text, .open: break
        }
    }

    /// Choices without a verdict, by what they name; the newest counts.
    func pendingChoices() throws -> [ConflictName: ConflictView.PendingChoice] {
        var found: [ConflictName: ConflictView.PendingChoice] = [:]
        let unanswered = "\(isPending) AND kind='choose' AND verdict IS NULL"
        for row in try statements.rows("SELECT ordinal, payload FROM command WHERE \(unanswered) ORDER BY ordinal") {
            guard let choice = row[1].bytes.flatMap({ try? Payload(decoding: $0) })?.command, let target = choice.chosen,
                let field = choice.text("field"),
                let side = choice.text("side").flatMap(Choice.init(rawValue:))
            else { continue }
            let columns = TicketColumn(rawValue: field).map(ColumnRules.embedded.together) ?? []
            for name in columns.isEmpty ? [field] : columns.map(\.rawValue) {
                found[ConflictName(command: target, field: name)] = ConflictView.PendingChoice(
                    ordinal: row[0].int ?? 0, side: side, value: choice.arguments["value"] ?? .null)
            }
        }
        return found
    }

    /// What a choice names; nil if this device does not know such a conflict.
    func choiceTarget(of choice: Command) throws -> ChoiceTarget? {
        guard let id = choice.chosen else { return nil }
        let records = try conflictRecords(of: id)
        guard let first = records.first else { return nil }
        let named = records.first { $0.conflict.field == choice.text("field") }
        return ChoiceTarget(
            person: first.oursBy ?? "", against: named?.theirsBy, ticket: first.ticket, conflicts: records.map(\.conflict.typed))
    }

    /// The conflicts of a command with whose they are on either side.
    func conflictRecords(of command: CommandID) throws -> [ConflictRecord] {
        try statements.rows(
            "SELECT \(Table.conflict.columnList) FROM conflict WHERE command=? ORDER BY field",
            [command.value]
        ).compactMap(ConflictRecord.init(row:))
    }

    /// The conflict's short number on this device, given now if it has none.
    @discardableResult
    func conflictNumber(of command: CommandID, field: String) throws -> Int64 {
        let query = "SELECT number FROM conflict_number WHERE command=? AND field=?"
        let values: [Value] = [command.value, .text(field)]
        if let known = try statements.row(query, values)?.first?.int { return known }
        // Asked first: an insert that is ignored would use up a number.
        try statements.run("INSERT INTO conflict_number (command, field) VALUES (?, ?)", values)
        return try statements.row(query, values)?.first?.int ?? 0
    }
}

/// What a choice names.
struct ConflictName: Hashable {
    let command: CommandID
    let field: String

    init(command: CommandID, field: String) {
        self.command = command
        self.field = field
    }

    init(_ record: ConflictRecord) { self.init(command: record.command, field: record.conflict.field) }
}

extension Rebase {
    /// What stands, as this person sees it: `yours`, `other`, or the outcome's word where it is neither.
    private func side(of record: ConflictRecord) -> String {
        let isOurs = record.oursBy == standing.identity.person
        return switch record.conflict.outcome {
        case .ours: isOurs ? "yours" : "other"
        case .theirs: isOurs ? "other" : "yours"
        case .both, .text, .open: record.conflict.outcome.rawValue
        }
    }

    /// Somebody else's command met a value of this person's, or somebody else chose.
    func tellConflict(_ row: EntityRow) throws {
        guard let new = ConflictRecord(row: row.values.map { $0 ?? .null }) else { return }
        let field = new.conflict.field
        let known = try rows.conflictRecords(of: new.command).first { $0.conflict.field == field }
        let number = try rows.conflictNumber(of: new.command, field: field)
        let detail = "\(number) \(side(of: new)) \(field)"
        if known == nil, new.oursBy != standing.identity.person, new.oursBy != nil, new.settledAt == nil {
            try rows.localNumber(of: new.ticket)
            try rows.tell(.conflict, at: pull.serverTime, ticket: new.ticket, command: new.command, detail: detail)
        } else if let known, let choice = new.conflict.settledBy, known.conflict.settledBy != choice,
            new.chosenBy != standing.identity.person
        {
            try rows.tell(.conflictSettled, at: pull.serverTime, ticket: new.ticket, command: new.command, detail: detail)
        }
    }
}
