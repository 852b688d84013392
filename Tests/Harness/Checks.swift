import Foundation

/// One row of the table at the end.
public struct Check: Sendable {
    /// The invariant or the short name.
    public var id: String
    /// What is claimed.
    public var what: String
    /// Whether it holds.
    public var passed: Bool
    /// The figures behind it, or what is wrong.
    public var detail: String

    /// A row.
    public init(id: String, what: String, passed: Bool, detail: String) {
        (self.id, self.what, self.passed, self.detail) = (id, what, passed, detail)
    }
}

/// Asks both sides, by plain SQL and the server's own `check`, whether the claims hold. Needs nothing but the stores.
public struct Checks {
    private let folder: URL
    private let city: City
    private let centre: Database
    private let replicas: [(person: String, database: Database)]
    private let given: [[String: String]]
    /// `given` by person, each in order.
    private let givenBy: [String: [[String: String]]]

    /// - Parameter folder: a city's folder: `centre/`, `device-*/`, and `given.ndjson`, the log kept outside both programs.
    public init(folder: URL) throws {
        self.folder = folder
        city = try City(folder)
        centre = try Database(folder.appendingPathComponent("centre/central.sqlite"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("device-") }.sorted()
        replicas = try names.map {
            (String($0.dropFirst("device-".count)), try Database(folder.appendingPathComponent("\($0)/replica.sqlite")))
        }
        let text = (try? String(contentsOf: folder.appendingPathComponent("given.ndjson"), encoding: .utf8)) ?? ""
        given = text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String]
        }
        givenBy = Dictionary(grouping: given) { $0["person"] ?? "" }
    }

    /// Every row of the table.
    public func all() throws -> [Check] {
        [
            try oneVerdictEach(), try takenOnce(), try equalRows(), try commandsAddUp(), try wordsAreThere(),
            try losersAreReadable(),
            try chainsVerify(),
        ]
    }

    /// The table as text.
    public static func table(_ checks: [Check]) -> String {
        var lines: [String] = [""]
        for check in checks {
            let id = check.id.padding(toLength: 8, withPad: " ", startingAt: 0)
            lines.append("\(check.passed ? "ok  " : "FAIL") \(id) \(check.what): \(check.detail)")
        }
        let failed = checks.filter { !$0.passed }.count
        lines.append(failed == 0 ? "\nall \(checks.count) checks hold" : "\n\(failed) of \(checks.count) checks FAILED")
        return lines.joined(separator: "\n")
    }

    /// I1: every offered command has one verdict at the centre, and its author's device holds the same one.
    private func oneVerdictEach() throws -> Check {
        var wrong: [String] = []
        var count = 0
        for (person, replica) in replicas {
            for row in try replica.rows("SELECT id, verdict, kind FROM command WHERE offered_at IS NOT NULL") {
                count += 1
                let id = row[0] as? [UInt8] ?? []
                let central = try centre.rows("SELECT verdict FROM command WHERE id = ? AND person = ?", [id, person])
                guard central.count == 1, let theirs = central[0][0] as? String, theirs == row[1] as? String else {
                    wrong.append("\(person) \(row[2])")
                    continue
                }
            }
        }
        return Check(
            id: "I1", what: "each offered command has exactly one verdict, the same on both sides",
            passed: wrong.isEmpty && count > 0,
            detail: wrong.isEmpty ? "\(count) commands" : "differs: \(wrong.joined(separator: ", "))")
    }

    /// I2: no command left two traces of its effect: one note, one entry, and no sentence more often than it was spoken.
    private func takenOnce() throws -> Check {
        let notes = try centre.int(
            "SELECT count(*) FROM (SELECT 1 FROM note WHERE deleted = 0 GROUP BY command, kind HAVING count(*) > 1)")
        let entries = try centre.int(
            """
            SELECT count(*) FROM (SELECT 1 FROM journal WHERE command IN (SELECT id FROM command WHERE decision IS NULL)
            AND kind <> 'held-again' GROUP BY command HAVING count(*) > 1)
            """)
        var spoken: [String: Int] = [:]
        for entry in stillGiven { spoken[entry["words"] ?? "", default: 0] += 1 }
        var doubled: [String] = []
        for (person, _) in replicas {
            let bodies = try centre.rows("SELECT body, count(*) FROM note WHERE author = ? GROUP BY body", [person])
            for row in bodies where (row[1] as? Int64 ?? 0) > (spoken[row[0] as? String ?? ""] ?? 0) {
                doubled.append(String((row[0] as? String ?? "").prefix(40)))
            }
        }
        let made = try centre.int("SELECT count(*) FROM command")
        let passed = notes == 0 && entries == 0 && doubled.isEmpty && made > 0
        return Check(
            id: "I2", what: "no command took effect twice", passed: passed,
            detail: passed
                ? "\(made) commands, 1 effect each"
                : "\(notes) doubled notes, \(entries) doubled entries, more often than spoken: \(doubled.joined(separator: " / "))"
        )
    }

    /// What was given and not taken back: an undo takes back the same person's newest entry.
    private var stillGiven: [[String: String]] {
        givenBy.sorted { $0.key < $1.key }.flatMap { _, entries in
            var standing: [[String: String]] = []
            for entry in entries {
                if entry["kind"] == "undo" { _ = standing.popLast() } else { standing.append(entry) }
            }
            return standing
        }
    }

    /// I3: row for row, a replica holds what the centre says its person may hold.
    private func equalRows() throws -> Check {
        var differing: [String] = []
        var count = 0
        for (person, replica) in replicas {
            let visible = """
                SELECT DISTINCT t.ticket FROM ticket_scope t JOIN person_scope p ON p.scope = t.scope
                WHERE p.person = ?1 AND p.until IS NULL AND t.until IS NULL
                """
            for (table, key) in [("ticket", "id"), ("citizen", "ticket"), ("helper", "ticket"), ("note", "ticket")] {
                let columns = try replica.texts("SELECT name FROM pragma_table_info(?)", [table]).joined(separator: ", ")
                let order = "ORDER BY 1, 2"
                let theirs = try centre.rows(
                    "SELECT \(columns) FROM \(table) WHERE deleted = 0 AND \(key) IN (\(visible)) \(order)", [person])
                let ours = try replica.rows("SELECT \(columns) FROM \(table) \(order)")
                count += ours.count
                if "\(theirs)" != "\(ours)" {
                    differing.append("\(person)/\(table) (\(theirs.count) rows at the centre, \(ours.count) here)")
                }
            }
        }
        return Check(
            id: "I3", what: "every replica equals the centre's view of its scopes", passed: differing.isEmpty && count > 0,
            detail: differing.isEmpty ? "\(count) rows on \(replicas.count) devices" : differing.joined(separator: ", "))
    }

    /// I6: what was given = with a verdict + unsent + taken back, against the log that was kept outside both programs.
    private func commandsAddUp() throws -> Check {
        var wrong: [String] = []
        for (person, replica) in replicas {
            let undone = givenBy[person, default: []].count { $0["kind"] == "undo" }
            let spoken = givenBy[person, default: []].count - undone
            let withVerdict = try replica.int("SELECT count(*) FROM command WHERE verdict IS NOT NULL")
            let unsent = try replica.int("SELECT count(*) FROM command WHERE verdict IS NULL AND taken_back_at IS NULL")
            let takenBack = try replica.int("SELECT count(*) FROM command WHERE taken_back_at IS NOT NULL")
            if spoken != withVerdict + unsent + takenBack || undone != takenBack {
                wrong.append("\(person): \(spoken) given, \(withVerdict)+\(unsent)+\(takenBack)")
            }
        }
        let total = given.filter { $0["kind"] != "undo" }.count
        return Check(
            id: "I6-sum", what: "commands given = with a verdict + unsent + taken back", passed: wrong.isEmpty && total > 0,
            detail: wrong.isEmpty ? "\(total) given" : wrong.joined(separator: ", "))
    }

    /// I6: every sentence that was spoken and not taken back stands at the centre: in a note, a column or a conflict; one that a
    /// later edit of the same column replaced, or that waits for a decision, in its command's record.
    private func wordsAreThere() throws -> Check {
        let places = """
            SELECT count(*) FROM (SELECT body AS words FROM note UNION ALL SELECT finding FROM ticket UNION ALL SELECT location FROM ticket
            UNION ALL SELECT description FROM ticket UNION ALL SELECT ours FROM conflict UNION ALL SELECT theirs FROM conflict)
            WHERE instr(words, ?1) > 0
            """
        let record = """
            SELECT count(*) FROM command WHERE person = ?2 AND (kind = 'edit' OR verdict = 'held' AND decision IS NULL)
            AND instr(payload, CAST(?1 AS BLOB)) > 0
            """
        // Most sentences stand somewhere as they were spoken; only for the others all texts are searched.
        let whole = Set(
            try centre.texts(
                """
                SELECT body FROM note UNION SELECT finding FROM ticket UNION SELECT location FROM ticket
                UNION SELECT description FROM ticket UNION SELECT ours FROM conflict UNION SELECT theirs FROM conflict
                """))
        let spoken = stillGiven.filter { !($0["words"] ?? "").isEmpty }
        let missing = try spoken.filter { entry in
            let words = entry["words"] ?? ""
            if whole.contains(words) { return false }
            return try centre.int(record, [words, entry["person"] ?? ""]) == 0 && centre.int(places, [words]) == 0
        }
        return Check(
            id: "I6-words", what: "every sentence from the field stands at the centre",
            passed: missing.isEmpty && !spoken.isEmpty,
            detail: missing.isEmpty
                ? "\(spoken.count) sentences"
                : "missing: \(missing.map { String(($0["words"] ?? "").prefix(40)) }.joined(separator: " / "))")
    }

    /// I6: the losing side of each conflict reads what it wrote on its own device.
    private func losersAreReadable() throws -> Check {
        var missing: [String] = []
        var count = 0
        for (person, replica) in replicas {
            let rows = try centre.rows(
                "SELECT c.command, c.field, c.ours FROM conflict c JOIN command k ON k.id = c.command WHERE k.person = ? AND c.deleted = 0",
                [person])
            for row in rows {
                count += 1
                let here = try replica.rows("SELECT ours FROM conflict WHERE command = ? AND field = ?", [row[0], row[1]])
                if "\(here.first?[0] ?? "")" != "\(row[2])" { missing.append("\(person)/\(row[1])") }
            }
        }
        return Check(
            id: "I6-lost", what: "the losing value of each conflict can be read by its author",
            passed: missing.isEmpty && count > 0,
            detail: missing.isEmpty ? "\(count) values" : "missing: \(missing.joined(separator: ", "))")
    }

    /// I8: the server's own check of the journal's chain and every device's command chain.
    private func chainsVerify() throws -> Check {
        let outcome = try city.centre(["check"], expect: nil)
        let entries = try centre.int("SELECT count(*) FROM journal")
        let detail =
            outcome.status == 0 ? "\(entries) entries" : (outcome.err + outcome.out).split(separator: "\n").joined(separator: " ")
        return Check(
            id: "I8", what: "the journal and every device's chain verify", passed: outcome.status == 0 && entries > 0,
            detail: detail)
    }
}
