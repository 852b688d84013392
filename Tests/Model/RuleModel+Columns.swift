extension RuleModel {
    /// The rule of a column; nil = no column that an edit may name.
    public static func rule(of column: String) -> String? {
        switch column {
        case "kind", "category", "urgency", "unit", "grid", "due_at": "centre"
        case "location", "finding", "latitude", "longitude": "field"
        case "tags": "union"
        case "title", "description": "person"
        default: nil
        }
    }

    /// Columns that are compared, taken and left together.
    static func group(of column: String) -> [String] {
        column == "latitude" || column == "longitude" ? ["latitude", "longitude"] : [column]
    }

    /// Whether a role may give a command at all: the city lists what the two lowest of the grids may.
    static func mayGive(_ kind: String, as role: String) -> Bool {
        switch role {
        case "guide": ["report", "note", "visit", "urge", "retract"].contains(kind)
        case "volunteer":
            ["report", "note", "visit", "fill", "accept", "start", "resolve", "return", "retract"].contains(kind)
        default: true
        }
    }

    /// Whether a role may edit a column.
    static func mayEdit(_ column: String, as role: String) -> Bool {
        switch role {
        case "dispatcher", "supervisor", "operator": rule(of: column) != nil
        case "worker", "leader": ["location", "latitude", "longitude", "finding", "tags"].contains(column)
        default: false
        }
    }

    /// What comes of one group of columns.
    enum Comparison: Equatable {
        case nothing
        case taken([String: String?])
        case conflict(outcome: String, writes: [String: String?])
    }

    /// Three ways: what the author saw, what stands, what they wrote.
    static func compare(
        _ names: [String], trunk: [String: String?], theirs: [String: String], ours: [String: String?], isCentral: Bool,
        insists: Bool = false
    ) -> Comparison {
        let old = names.map { trunk[$0] ?? nil }
        let stands = names.map { theirs[$0] }
        let new = names.map { ours[$0] ?? nil }
        let taken = Dictionary(uniqueKeysWithValues: zip(names, new))
        // What somebody chose is wanted, even where it stood already when they chose it.
        if new == old && !insists || new == stands { return .nothing }
        if stands == old { return .taken(taken) }
        switch rule(of: names[0]) {
        case "centre": return .conflict(outcome: isCentral ? "ours" : "theirs", writes: isCentral ? taken : [:])
        case "field": return .conflict(outcome: isCentral ? "theirs" : "ours", writes: isCentral ? [:] : taken)
        case "union":
            let united = unite(trunk: set(old[0]), theirs: set(stands[0]), ours: set(new[0]))
            if Set(united) == Set(set(stands[0])) { return .nothing }
            return .conflict(outcome: "both", writes: [names[0]: united.isEmpty ? nil : united.joined(separator: ",")])
        default: return .conflict(outcome: "open", writes: [:])
        }
    }

    /// The members of a comma-separated set, in order, each once.
    public static func set(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        var members: [String] = []
        for part in text.split(separator: ",") {
            let member = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            if !member.isEmpty, !members.contains(String(member)) { members.append(String(member)) }
        }
        return members
    }

    /// Theirs, with what ours added to the trunk, without what ours took from it.
    static func unite(trunk: [String], theirs: [String], ours: [String]) -> [String] {
        theirs.filter { !trunk.contains($0) || ours.contains($0) }
            + ours.filter { !trunk.contains($0) && !theirs.contains($0) }
    }

    /// What the author saw of the columns that they wrote. A column that the given changeset leaves out stood as they wrote it.
    func trunk(of command: Command, on ticket: Ticket, _ columns: [String: String?]) -> [String: String?] {
        guard let evidence = command.evidence else { return columns.keys.reduce(into: [:]) { $0[$1] = ticket.columns[$1] } }
        return columns.reduce(into: [:]) { $0[$1.key] = evidence[$1.key] ?? $1.value }
    }

    /// The columns of an edit or of a choice against the ticket as it stands.
    func settle(_ columns: [String: String?], of command: Command, on ticket: Ticket, override: Bool) -> Ruling {
        let isCentral = person(command.person)?.isCentral == true
        let trunk = trunk(of: command, on: ticket, columns)
        var ruling = Ruling(Answer("applied"))
        var groups: [[String]] = []
        for name in columns.keys.sorted() where !groups.contains(Self.group(of: name)) { groups.append(Self.group(of: name)) }
        var lost: Set<String> = []
        for names in groups {
            if override {
                for name in names where ticket.columns[name] != columns[name] ?? nil {
                    ruling.columns[name] = .some(columns[name] ?? nil)
                }
                continue
            }
            switch Self.compare(
                names, trunk: trunk, theirs: ticket.columns, ours: columns, isCentral: isCentral,
                insists: command.kind == "choose")
            {
            case .nothing: continue
            case .taken(let values): ruling.columns.merge(values) { $1 }
            case .conflict(let outcome, let writes):
                ruling.columns.merge(writes) { $1 }
                let rule = Self.rule(of: names[0]) ?? "person"
                if outcome == "theirs" || outcome == "open" { lost.insert(rule) }
                for name in names {
                    ruling.conflicts[name] = Conflict(
                        ticket: ticket.id, trunk: trunk[name] ?? nil, theirs: ticket.columns[name], ours: columns[name] ?? nil,
                        rule: rule, outcome: outcome, may: rule == "field" || rule == "union" ? "holder" : "centre",
                        against: writer(of: names, on: ticket.id, unseenBy: command), settledBy: nil, sequence: 0)
                }
            }
        }
        ruling.columns = ruling.columns.filter { ticket.columns[$0.key] != $0.value }
        if lost.contains("person") {
            ruling.answer = Answer("held", "both-changed")
            ruling.columns = [:]
            ruling.conflicts = ruling.conflicts.mapValues {
                var held = $0
                held.outcome = "open"
                return held
            }
        } else if !ruling.conflicts.isEmpty {
            ruling.answer =
                ruling.columns.isEmpty
                ? Answer("superseded", lost.contains("centre") ? "centre-decides" : "field-decides") : Answer("merged", "merged")
        } else if ruling.columns.isEmpty {
            ruling.answer = Answer("applied", "nothing-to-do")
        }
        return ruling
    }

    /// The command that wrote one of these columns last, and that an author had not seen; nil = nobody did.
    func writer(of columns: [String], on ticket: String, unseenBy command: Command) -> String? {
        let found = columns.compactMap { writers[ticket]?[$0]?.last { $0.command != command.id } }.max { $0.from < $1.from }
        return found.flatMap { $0.from > (command.seenElsewhere ? 0 : command.base) ? $0.command : nil }
    }
}
