import Foundation
import Testing

/// The national rule of January 2026 on government apps: no check-in, no points, no ranking of persons, no quota of logins, no tracks; photos, video and the
/// place are optional. Such columns do not exist: every table and column of both schemas, every message and field of the wire, and every key of a profile is
/// taken apart into its words, and none of them is one of those.
@Suite struct `The national rule of January 2026` {
    /// One name somewhere in the contracts.
    struct Name: Hashable, CustomStringConvertible {
        var place: String
        var owner: String
        var name: String
        var isRequired: Bool
        var description: String { "\(place): \(owner).\(name)" }
    }

    /// Words that name what may not be kept about a person; a name is cut at `_`, at `.` and where a capital begins.
    static let forbidden: Set<String> = [
        "checkin", "checkins", "attendance", "clockin", "clockout", "punch", "signin", "point", "points", "score", "scores",
        "credit", "credits", "ranking",
        "rankings", "rank", "leaderboard", "quota", "quotas", "track", "tracks", "trajectory", "trace", "whereabouts",
        "heartbeat", "presence", "logins",
        "streak", "duration", "mileage", "steps",
    ]
    /// The same in two words.
    static let forbiddenPairs: Set<[String]> = [
        ["check", "in"], ["clock", "in"], ["clock", "out"], ["sign", "in"], ["login", "count"], ["login", "quota"],
        ["location", "log"],
        ["position", "log"], ["person", "rank"], ["daily", "active"], ["online", "minutes"],
    ]
    /// What may be asked for and must never be required.
    static let optional: Set<String> = [
        "latitude", "longitude", "location", "photo", "video", "picture", "image", "attachment", "position",
    ]

    static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in name {
            if character == "_" || character == "." || character == "-" || character.isUppercase {
                if !word.isEmpty { words.append(word) }
                word = character.isUppercase ? character.lowercased() : ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// Tables and columns of one SQL text, `ALTER TABLE … ADD COLUMN` too.
    static func names(sql text: String, in place: String) -> [Name] {
        var found: [Name] = []
        var table: String?
        for line in text.split(separator: "\n") where !line.hasPrefix("--") {
            let words = line.split(whereSeparator: { " (,;".contains($0) }).map(String.init)
            guard let first = words.first else { continue }
            if first == "CREATE", words.count > 2, words[1] == "TABLE" {
                table = words[2]
                found.append(Name(place: place, owner: words[2], name: words[2], isRequired: false))
            } else if first == "ALTER", words.count > 5, words[3] == "ADD" {
                found.append(Name(place: place, owner: words[2], name: words[5], isRequired: line.contains("NOT NULL")))
            } else if line.hasPrefix(")") {
                table = nil
            } else if let table, line.hasPrefix("    "), first.first?.isLowercase == true {
                found.append(Name(place: place, owner: table, name: first, isRequired: line.contains("NOT NULL")))
            }
        }
        return found
    }

    /// Messages and fields of a .proto text; every field of proto3 may be left out.
    static func names(proto text: String, in place: String) -> [Name] {
        var found: [Name] = []
        var message = ""
        for line in text.split(separator: "\n") {
            let code = line.prefix { $0 != "/" }
            if let match = code.firstMatch(of: /^\s*(message|enum)\s+(\w+)/) {
                message = String(match.output.2)
                found.append(Name(place: place, owner: message, name: message, isRequired: false))
            } else if let match = code.firstMatch(
                of: /^\s*(?:repeated\s+|optional\s+|map<[^>]*>\s+)?(?:[\w.]+\s+)?(\w+)\s*=\s*\d+/)
            {
                found.append(Name(place: place, owner: message, name: String(match.output.1), isRequired: false))
            }
        }
        return found
    }

    /// What of these names the rule forbids.
    static func breaches(_ names: [Name]) -> [Name] {
        names.filter { name in
            let words = words(name.name)
            let isForbidden =
                words.contains(where: forbidden.contains)
                || zip(words, words.dropFirst()).contains { forbiddenPairs.contains([$0, $1]) }
            return isForbidden || name.isRequired && words.contains(where: optional.contains)
        }
    }

    private static func contracts() throws -> [Name] {
        var names: [Name] = []
        for file in House.files("Schema/Replica", ending: ".sql") + House.files("Schema/Central", ending: ".sql") {
            names += Self.names(sql: try House.text(file), in: file)
        }
        names += Self.names(proto: try House.text("Schema/Wire/sync.proto"), in: "sync.proto")
        for file in House.files("Schema/Profiles", ending: ".yaml") + ["Schema/README.md"] {
            for match in try House.text(file).matches(of: /[`\s{](?<key>[a-z][a-z_.]*[a-z]):?/)
            where file.hasSuffix(".yaml") || match.output.key.contains(".") {
                names.append(Name(place: file, owner: "profile", name: String(match.output.key), isRequired: false))
            }
        }
        return names
    }

    @Test func `no table, column, field or key of the contracts keeps what the rule forbids`() throws {
        let names = try Self.contracts()
        let tables = Set(names.filter { $0.place.hasSuffix(".sql") }.map(\.owner))
        // That everything was read: these are there, and there are many.
        for table in ["ticket", "person", "note", "clock", "duty", "expert", "calendar", "journal", "command", "device"] {
            #expect(tables.contains(table), "\(table) was not read")
        }
        #expect(names.count > 350 && names.contains { $0.place == "sync.proto" && $0.name == "given" || $0.name == "cursor" })
        #expect(names.contains { $0.owner == "profile" && $0.name == "dispatch.minutes" || $0.name == "minutes" })
        #expect(Self.breaches(names) == [])
        for column in ["latitude", "longitude", "location"] {
            let found = names.filter { $0.owner == "ticket" && $0.name == column }
            #expect(found.count == 2 && found.allSatisfy { !$0.isRequired }, "\(column) must be optional on both sides")
        }
    }

    @Test(arguments: [
        "CREATE TABLE attendance (\n    person TEXT NOT NULL\n);", "CREATE TABLE person (\n    id TEXT,\n    points INTEGER\n);",
        "ALTER TABLE person ADD COLUMN check_in_at INTEGER;", "ALTER TABLE person ADD COLUMN login_count INTEGER;",
        "ALTER TABLE person ADD COLUMN monthly_rank INTEGER;", "ALTER TABLE device ADD COLUMN track BLOB;",
        "CREATE TABLE visit (\n    photo BLOB NOT NULL\n);", "CREATE TABLE visit (\n    latitude REAL NOT NULL\n);",
        "ALTER TABLE note ADD COLUMN video TEXT NOT NULL DEFAULT '';", "ALTER TABLE person ADD COLUMN callback_quota INTEGER;",
    ])
    func `a schema with such a column is found out`(sql: String) {
        #expect(Self.breaches(Self.names(sql: sql, in: "x.sql")).count == 1, "\(sql)")
    }

    @Test func `a wire and a profile with such a name are found out, and like-sounding names are not`() {
        let proto =
            "message CheckIn {\n  string person = 1;\n}\nmessage A {\n  repeated Track track = 2; // each minute\n  optional uint64 loginCount = 3;\n  uint64 count = 4;\n}\n"
        #expect(Self.breaches(Self.names(proto: proto, in: "x.proto")).map(\.name) == ["CheckIn", "track", "loginCount"])
        for name in ["clock", "tracking_of_none", "checked", "in_force", "appointment", "callback_reached", "sign_off"] {
            #expect(Self.breaches([Name(place: "", owner: "", name: name, isRequired: true)]).isEmpty, "\(name)")
        }
        for name in ["callback.daily_quota", "rates.person_ranking", "photoRequired"] {
            #expect(Self.breaches([Name(place: "", owner: "", name: name, isRequired: true)]).count == 1, "\(name)")
        }
    }
}
