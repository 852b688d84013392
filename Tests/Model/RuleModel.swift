/// The rules of conflict a second time: written from the prose alone (DESIGN.md sections 4 to 6, `Schema/Rules/states.md`, decisions 0018, 0019, 0021,
/// 0022), sharing no code with the engine that it checks. It imports nothing of ours.
///
/// It is fed in the order of the centre's journal and says of each command what the centre has to say:
///
///     put(person) … judge(command) … act(command) … decide(command, …)      each returns the entries that the journal must show next
///     ticket(id), conflicts(of:), record(id), foreseen(by:)                  what the store must hold, what an author must have seen
///
/// Values are texts, whatever a column's type; nil is NULL. Sequences are the journal's. A sequence that is not fed (devices, codes) is skipped.
public struct RuleModel: Sendable {
    /// Everybody, over time: the state after each sequence at which it changed, oldest first.
    var people: [String: [(from: Int, person: Person)]] = [:]
    /// Every ticket, over time.
    var tickets: [String: [(from: Int, ticket: Ticket)]] = [:]
    /// Who wrote a column of a ticket, oldest first.
    var writers: [String: [String: [(from: Int, command: String)]]] = [:]
    /// Every command that was judged.
    var records: [String: Record] = [:]
    /// Of them, those that wait for a dispatcher: few, where all are many.
    var waiting: [String: Waiting] = [:]
    /// The last place in the order of judging.
    var newestOrder = 0
    /// Conflicts by command and field.
    var disputes: [String: [String: Conflict]] = [:]
    /// What became of them, oldest first.
    var disputeHistory: [(from: Int, command: String, field: String, conflict: Conflict)] = []
    /// What each hand (a device, with every copy of it) gave, in the order of giving.
    var hands: [String: [Given]] = [:]
    /// The last sequence that was used.
    public internal(set) var head = 0

    /// A city without anybody.
    public init() {}

    /// A person comes, or is another one from now on.
    public mutating func put(_ person: Person, at sequence: Int) {
        head = max(head, sequence)
        people[person.id, default: []].append((sequence, person))
    }

    /// A ticket that came by no command that the model knows (an import, the beginning of a test).
    public mutating func put(_ ticket: Ticket, at sequence: Int) {
        head = max(head, sequence)
        tickets[ticket.id, default: []].append((sequence, ticket))
    }

    /// A person as of a sequence; nil = nobody.
    public func person(_ id: String, at sequence: Int = .max) -> Person? { people[id]?.last { $0.from <= sequence }?.person }
    /// A ticket as of a sequence; nil = there was none.
    public func ticket(_ id: String, at sequence: Int = .max) -> Ticket? { tickets[id]?.last { $0.from <= sequence }?.ticket }
    /// The states that a ticket went through, oldest first.
    public func path(of ticket: String) -> [String] { (tickets[ticket] ?? []).map(\.ticket.state) }
    /// Every ticket's id, sorted.
    public var ticketIDs: [String] { tickets.keys.sorted() }
    /// Every command's id, sorted.
    public var commandIDs: [String] { records.keys.sorted() }
    /// What was said of a command.
    public func record(_ command: String) -> Record? { records[command] }
    /// A command's conflicts by field.
    public func conflicts(of command: String) -> [String: Conflict] { disputes[command] ?? [:] }
    /// Commands that wait for a dispatcher, sorted.
    public var undecided: [String] { waiting.keys.sorted() }
    /// The same with what was said of them.
    var undecidedRecords: [Record] { waiting.keys.compactMap { records[$0] } }
    /// Of them, those that are what is asked for.
    func undecidedRecords(_ isWanted: (Waiting) -> Bool) -> [Record] {
        waiting.compactMap { isWanted($1) ? records[$0] : nil }
    }

    /// Notes whether a command waits, after what was said of it changed.
    mutating func noteStanding(of id: String) { waiting[id] = records[id].flatMap(Waiting.init) }

    /// The centre begins again from a backup that ends at a sequence: what came later is forgotten.
    public mutating func restore(to sequence: Int) {
        for id in people.keys { people[id]!.removeAll { $0.from > sequence } }
        for id in tickets.keys { tickets[id]!.removeAll { $0.from > sequence } }
        tickets = tickets.filter { !$0.value.isEmpty }
        for id in writers.keys { writers[id] = writers[id]!.mapValues { $0.filter { $0.from <= sequence } } }
        for (id, record) in records {
            guard let then = record.history.last(where: { $0.sequence <= sequence }) else {
                records[id] = nil
                continue
            }
            records[id]!.history.removeAll { $0.sequence > sequence }
            records[id]!.now = then
            // It has another name from now on: what an author had seen was the life before.
            records[id]!.command.seenElsewhere = true
            if let effect = record.effect, effect.sequence > sequence { records[id]!.effect = nil }
            if let taken = record.takenBack, taken > sequence { records[id]!.takenBack = nil }
        }
        waiting = records.compactMapValues(Waiting.init)
        newestOrder = records.values.lazy.map(\.order).max() ?? 0
        disputeHistory.removeAll { $0.from > sequence }
        disputes = disputeHistory.reduce(into: [:]) { $0[$1.command, default: [:]][$1.field] = $1.conflict }
        head = min(head, sequence)
    }

    /// The centre begins again from a backup of another branch than the one that it was on: `then` is this model when the backup was made.
    /// What devices gave stays theirs.
    public mutating func restore(_ then: RuleModel, to sequence: Int) {
        let given = hands
        self = then
        hands = given
        restore(to: sequence)
    }

    // MARK: scopes

    /// Whether a person had a scope of a ticket at a sequence.
    func holds(_ person: String, _ ticket: String, at sequence: Int) -> Bool {
        guard let person = self.person(person, at: sequence), let ticket = self.ticket(ticket, at: sequence) else { return false }
        return !person.scopes.isDisjoint(with: ticket.scopes)
    }

    /// How an author stands to a ticket as it is: the matrix's columns.
    public func relation(of author: String, to id: String, seen base: Int) -> Relation {
        let ticket = self.ticket(id)
        if let ticket, ticket.isHandler(author) { return .handler }
        if person(author)?.isCentral == true { return .centre }
        let held = holds(author, id, at: base)
        guard let ticket, holds(author, id, at: .max) else { return held ? .former : .stranger }
        // Who was responsible first and holds it for another reason now comes back as a former handler.
        return held && ticket.columns["first_responsible"] == author ? .former : .onlooker
    }
}

extension RuleModel.Person {
    /// The scopes that a person is in.
    var scopes: Set<String> {
        var scopes: Set<String> = ["p \(id)"]
        switch role {
        case "leader", "guide", "volunteer": if let grid { scopes.insert("g \(grid)") }
        case "worker": if let grid, let profession, !profession.isEmpty { scopes.insert("gp \(grid) \(profession)") }
        case "unit": if let unit { scopes.insert("u \(unit)") }
        default: break
        }
        return scopes
    }
    /// Dispatcher, supervisor, operator.
    public var isCentral: Bool { ["dispatcher", "supervisor", "operator"].contains(role) }
}

extension RuleModel.Ticket {
    /// The scopes that a ticket is in.
    var scopes: Set<String> {
        var scopes: Set<String> = []
        let grid = columns["grid"]
        for person in [columns["assignee"], columns["reporter"]].compactMap(\.self) { scopes.insert("p \(person)") }
        for (person, profession) in helpers {
            scopes.insert("p \(person)")
            if let grid, let profession, !profession.isEmpty { scopes.insert("gp \(grid) \(profession)") }
        }
        if let grid { scopes.insert("g \(grid)") }
        if let unit = columns["unit"] { scopes.insert("u \(unit)") }
        for part in parts.values where !part.isEnded { scopes.insert("u \(part.unit)") }
        return scopes
    }
    /// The assignee or a helper.
    public func isHandler(_ person: String) -> Bool { columns["assignee"] == person || helpers.keys.contains(person) }
    /// Closed or withdrawn.
    public var isFinal: Bool { state == "closed" || state == "withdrawn" }
}
