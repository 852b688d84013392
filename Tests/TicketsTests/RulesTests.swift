import Changeset
import Schema
import Testing
import Tickets

@Suite struct RulesTests {
    @Test func `the edge table knows all ten states and every command that moves a ticket`() {
        let edges = Rules.embedded.edges
        #expect(Set(edges.map(\.to)).union(edges.compactMap(\.from)) == Set(TicketState.allCases))
        for kind in CommandKind.allCases where kind.isTransition || kind.makesTicket {
            #expect(edges.contains { $0.command == kind.rawValue && $0.since == 1 }, "\(kind)")
        }
        for edge in edges where edge.since == 1 && !edge.command.hasPrefix("retract-") {
            let kind = CommandKind(rawValue: edge.command)
            #expect(kind != nil, "release 1 has no \(edge.command)")
            #expect(
                edge.actor
                    == (kind!.isCentral ? .centre : kind!.makesTicket ? .anyone : edge.actor == .decision ? .decision : .handler))
        }
    }

    @Test func `every state can be reached, and none but the final ones is an end`() {
        var reached: Set<TicketState> = []
        var grew = true
        while grew {
            let before = reached.count
            for edge in Rules.embedded.edges where edge.from.map(reached.contains) ?? true { reached.insert(edge.to) }
            grew = reached.count > before
        }
        #expect(reached == Set(TicketState.allCases))
        for state in TicketState.allCases where !state.isFinal {
            #expect(Rules.embedded.edges.contains { $0.from == state && $0.since == 1 }, "\(state)")
        }
    }

    @Test func `edges of later releases are in the file and are not walked`() {
        #expect(Rules.embedded.edges.contains { $0.since > Rules.release })
        #expect(Rules.embedded.edge(from: .closed, command: .create) == nil)
        #expect(Rules.embedded.edge(from: .dispatched, command: .resolve) == nil)
        #expect(Rules.embedded.edge(from: .dispatched, command: .resolve, deciding: true)?.to == .handled)
    }

    @Test(arguments: [
        "from,command,to,actor,since\nreceived,dispatch,dispatched,centre",
        "from,command,to,actor,since\nnowhere,dispatch,dispatched,centre,1",
        "from,command,to,actor,since\nreceived,dispatch,nowhere,centre,1",
        "from,command,to,actor,since\nreceived,dispatch,dispatched,nobody,1",
        "from,command,to,actor,since\nreceived,,dispatched,centre,1",
        "from,command,to,actor,since\nreceived,dispatch,dispatched,centre,soon",
    ])
    func `a line that cannot be read is named`(text: String) {
        #expect(throws: RulesError.line(file: "edges.csv", number: 2)) {
            try Rules(edges: text, rights: SchemaResource.rights, profile: .hotan, calendar: WorkCalendar())
        }
    }

    @Test func `two ways out of one state by one command are refused, and so are broken rights`() {
        let twice = "from,command,to,actor,since\nreceived,dispatch,dispatched,centre,1\nreceived,dispatch,closed,centre,1\n"
        #expect(throws: RulesError.ambiguous(from: "received", command: "dispatch")) {
            try Rules(edges: twice, rights: SchemaResource.rights, profile: .hotan, calendar: WorkCalendar())
        }
        for rights in [
            "column,nobody\n", "column,worker\ntitle,perhaps\n", "column,worker\nbeauty,edit\n", "column,worker\ntitle\n",
        ] {
            #expect(throws: RulesError.self) {
                try Rules(edges: SchemaResource.edges, rights: rights, profile: .hotan, calendar: WorkCalendar())
            }
        }
    }

    @Test func `the profile in the code is the file's`() throws {
        let entries = flattened(SchemaResource.hotanProfile)
        #expect(try Profile(entries: entries) == .hotan)
        for key in entries.keys {
            var wrong = entries
            wrong[key] = "-1"
            if key != "profile" { #expect(throws: ProfileError.value(key: key)) { try Profile(entries: wrong) } }
            var empty = entries
            empty[key] = ""
            #expect(throws: ProfileError.missing(key: key)) { try Profile(entries: empty) }
        }
        #expect(throws: ProfileError.unknown(key: "deadlines.general.dayz")) {
            try Profile(entries: entries.merging(["deadlines.general.dayz": "3"]) { $1 })
        }
    }

    @Test func `what a file leaves open takes its default, class by class, and what no default can say is missing`() throws {
        let city = ["profile": "x", "version": "1"]
        var expected = Profile.hotan
        expected.name = "x"
        #expect(try Profile(entries: city) == expected)
        for key in city.keys {
            #expect(throws: ProfileError.missing(key: key)) { try Profile(entries: city.filter { $0.key != key }) }
        }
        // A class that the file names is as the file says: five days have no choice from five to seven.
        let plain = try Profile(entries: city.merging(["deadlines.complex.days": "9"]) { $1 })
        #expect(plain.deadlines[.complex] == DeadlineRule(days: 9))
        #expect(plain.deadlines[.urgent] == DeadlineRule(days: 1, contactHours: 2))
        #expect(throws: ProfileError.missing(key: "deadlines.urgent.days")) {
            try Profile(entries: city.merging(["deadlines.urgent.contact_hours": "2"]) { $1 })
        }
        for (key, value) in [("days_min", "8"), ("days_max", "6")] {
            #expect(throws: ProfileError.value(key: "deadlines.general.\(key)")) {
                try Profile(entries: city.merging(["deadlines.general.days": "7", "deadlines.general.\(key)": value]) { $1 })
            }
        }
    }

    @Test func `a device passes over what a newer release added, and reads what it is given whole`() throws {
        let whole = try ProfileKey.completed(["profile": "x", "version": "3", "rates.rounding": "0"])
        let body = try Profile.body(of: whole)
        let newer = body + "callback.days: 3\n"
        #expect(try Profile(body: newer) == Profile(body: body))
        #expect(try Profile(body: body).roundingDecimals == 0)
        #expect(throws: ProfileError.unknown(key: "callback.days")) { try Profile(entries: try Profile.entries(body: newer)) }
        for key in ProfileKey.all where !key.isOptional { #expect(body.contains("\(key.name): "), "\(key.name)") }
    }

    @Test func `every resource is there, and unknown schema versions are not`() {
        #expect(SchemaResource.replicaSQL(version: 1)?.contains("CREATE TABLE ticket") == true)
        #expect(SchemaResource.centralSQL(version: 1)?.contains("CREATE TABLE journal") == true)
        #expect(SchemaResource.replicaSQL(version: 3)?.contains("CREATE TABLE conflict_number") == true)
        #expect(SchemaResource.replicaSQL(version: 4)?.contains("CREATE TABLE clock") == true)
        #expect(SchemaResource.replicaSQL(version: 5)?.contains("CREATE TABLE duty") == true)
        #expect(SchemaResource.replicaSQL(version: 6)?.contains("CREATE TABLE escalation") == true)
        #expect(SchemaResource.replicaSQL(version: 7)?.contains("CREATE TABLE checklist") == true)
        #expect(SchemaResource.replicaSQL(version: 8)?.contains("CREATE INDEX command_held") == true)
        #expect(SchemaResource.replicaSQL(version: 9)?.contains("entity_sum") == true)
        #expect(SchemaResource.replicaSQL(version: 10) == nil)
        #expect(SchemaResource.centralSQL(version: 0) == nil)
    }

    @Test(arguments: Table.allCases)
    func `the columns of each domain table are those of the SQL, in order, on both sides`(table: Table) throws {
        let replica = try #require(columns(of: table.name, in: SchemaResource.replicaSQL(version: table.since)!))
        let central = try #require(columns(of: table.name, in: SchemaResource.centralSQL(version: table.since)!))
        let later = (1...7).filter { $0 > table.since }.map { version in
            [SchemaResource.replicaSQL, SchemaResource.centralSQL].map { appended(to: table.name, in: $0(version) ?? "") }
        }
        #expect(later.allSatisfy { $0[0] == $0[1] })
        #expect(replica + later.flatMap { $0[0] } == table.columns)
        #expect(central == replica + ["changed", "deleted"])
        #expect(replica.count == table.columnCount(inVersion: table.since))
        #expect(table.columnCount(inVersion: 7) == table.columns.count)
    }

    private func appended(to table: String, in sql: String) -> [String] {
        sql.split(separator: "\n").compactMap { line in
            let start = "ALTER TABLE \(table) ADD COLUMN "
            return line.hasPrefix(start) ? String(line.dropFirst(start.count).prefix { $0 != " " }) : nil
        }
    }

    /// Scalars of this one simple file by their path. The centre reads real YAML.
    private func flattened(_ yaml: String) -> [String: String] {
        var entries: [String: String] = [:]
        var section = ""
        for line in yaml.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimming(" \"") }
            let path = line.hasPrefix(" ") ? "\(section).\(parts[0])" : parts[0]
            if parts.count == 1 || parts[1].isEmpty {
                section = parts[0]
            } else if parts[1].hasPrefix("{") {
                for pair in parts[1].trimming("{} ").split(separator: ",") {
                    let scalar = pair.split(separator: ":").map { $0.trimming(" ") }
                    entries["\(path).\(scalar[0])"] = scalar[1]
                }
            } else {
                entries[path] = parts[1]
            }
        }
        return entries
    }

    private func columns(of table: String, in sql: String) -> [String]? {
        guard let start = sql.range(of: "CREATE TABLE \(table) (\n") else { return nil }
        let body = sql[start.upperBound...].prefix { $0 != ";" }
        return body.split(separator: "\n").compactMap { line in
            let word = line.trimming(" ").prefix { $0 != " " }
            return word.first?.isLowercase == true ? String(word) : nil
        }
    }
}

extension StringProtocol {
    fileprivate func trimming(_ characters: String) -> String {
        var text = Substring(self)
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
