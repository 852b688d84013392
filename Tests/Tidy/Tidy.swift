import Foundation
import Testing

/// The house itself: what the tree promises in prose, compared with what stands in it.
enum House {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Files below a folder, as paths from the root, sorted. Build output is not looked at.
    static func files(_ folder: String, ending: String) -> [String] {
        let base = root.appendingPathComponent(folder)
        let all = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(ending) && !$0.contains(".build/") }.map { folder + "/" + $0 }.sorted()
    }

    static let sources = ["Sources", "Client", "Server", "Schema"].flatMap { files($0, ending: ".swift") }.filter {
        !$0.hasSuffix(".pb.swift")
    }

    /// The arrows as Docs/modules.md states them: a table row `| module | imports |`.
    static func arrows() throws -> [String: Set<String>] {
        var arrows: [String: Set<String>] = [:]
        for line in try text("Docs/modules.md").split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = cells[1].split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
            arrows[cells[0].replacingOccurrences(of: "`", with: "")] = Set(names)
        }
        return arrows
    }
}

@Suite struct `The house is tidy` {
    @Test func `imports follow the module map`() throws {
        let arrows = try House.arrows()
        #expect(arrows.count >= 15, "Docs/modules.md has lost its table")
        var wrong: [String] = []
        var seen: Set<String> = []
        for path in House.sources {
            let parts = path.split(separator: "/").map(String.init)
            let module = parts[0] == "Schema" ? "Schema" : parts[1]
            seen.insert(module)
            guard let allowed = arrows[module] else {
                wrong.append("\(path): module \(module) is not in Docs/modules.md")
                continue
            }
            for line in try House.text(path).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at <= 2, !line.hasPrefix("//"), words.count > at + 1 else {
                    continue
                }
                let words2 = words[(at + 1)...].filter { !["struct", "class", "enum", "protocol", "func"].contains($0) }
                let imported = String(words2.first!.split(separator: ".").first!)
                if arrows[imported] != nil, !allowed.contains(imported) { wrong.append("\(path) imports \(imported)") }
                if parts[0] == "Client",
                    imported.hasPrefix("Central") || ["SyncService", "Queue", "SyncHTTP", "Hummingbird"].contains(imported)
                {
                    wrong.append("\(path): a client imports the server's \(imported)")
                }
            }
        }
        #expect(wrong == [])
        #expect(seen.isSuperset(of: ["Changeset", "Tickets", "SyncProtocol", "ReplicaStore", "SyncService"]))
    }

    @Test func `the module map and Package.swift name the same targets`() throws {
        let manifest = try House.text("Package.swift")
        for module in try House.arrows().keys { #expect(manifest.contains("\"\(module)\""), "\(module) is not in Package.swift") }
    }

    @Test func `no file and no function grows without a reason at its head`() throws {
        var long: [String] = []
        for path in House.sources + House.files("Tests", ending: ".swift") {
            let text = try House.text(path)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.count > 420, !text.contains("Long on purpose:") { long.append("\(path): \(lines.count) lines") }
            var start: (Int, Int)?
            for (number, line) in lines.enumerated() {
                let indent = line.prefix { $0 == " " }.count
                if start == nil, line.contains("func "), line.hasSuffix("{") {
                    start = (number, indent)
                } else if let (from, depth) = start, line == String(repeating: " ", count: depth) + "}" {
                    if number - from > 70, !lines[max(0, from - 4)...from].joined().contains("Long on purpose:") {
                        long.append("\(path):\(from + 1): \(number - from) lines")
                    }
                    start = nil
                }
            }
        }
        #expect(long == [])
    }

    @Test func `no mark of unfinished work stands in the code`() throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
        for path in House.sources {
            let text = try House.text(path)
            for mark in marks { #expect(!text.contains(mark), "\(path) has \(mark)") }
        }
    }

    @Test func `decisions are numbered without a gap and have their parts`() throws {
        let pages = House.files("Docs/decisions", ending: ".md")
        #expect(pages.count >= 5)
        for (index, page) in pages.enumerated() {
            let name = page.split(separator: "/").last!
            #expect(name.hasPrefix(String(format: "%04d-", index + 1)), "\(name) breaks the numbering")
            let text = try House.text(page).lowercased()
            for part in ["question", "options", "choice", "gets worse", "reopen"] {
                #expect(text.contains(part), "\(name) does not say: \(part)")
            }
        }
    }

    @Test func `every table and column of both schemas has its prose`() throws {
        for (sql, prose) in [
            ("Replica/replica_0001.sql", "Replica/Replica.md"), ("Central/central_0001.sql", "Central/Central.md"),
            ("Replica/replica_0002.sql", "Replica/Replica.md"), ("Central/central_0002.sql", "Central/Central.md"),
        ] {
            // The domain tables stand in both schemas and are explained once, in the replica's prose.
            let text = try House.text("Schema/\(prose)") + House.text("Schema/Replica/Replica.md")
            let explained = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            var names = 0
            for line in try House.text("Schema/\(sql)").split(separator: "\n") {
                let words = line.split(whereSeparator: { " (".contains($0) })
                guard let first = words.first, !line.hasPrefix("--"), words.count > 1 else { continue }
                let name: String
                if first == "CREATE", words[1] == "TABLE" {
                    name = String(words[2])
                } else if line.hasPrefix("    "), first.first!.isLowercase {
                    name = String(first)
                } else {
                    continue
                }
                names += 1
                #expect(explained.contains(name), "\(prose) does not explain \(name)")
            }
            #expect(names > (sql.contains("0001") ? 60 : 20), "\(sql) is not read")
        }
    }

    @Test func `the schema keeps no account of a person's presence, points or tracks`() throws {
        // The national rule of January 2026 on government apps: such columns do not exist.
        for sql in House.files("Schema/Replica", ending: ".sql") + House.files("Schema/Central", ending: ".sql") {
            let text = try House.text(sql).lowercased()
            for word in ["check_in", "checkin", "points", "score", "ranking", "login_count", "track", "quota"] {
                #expect(!text.contains(word), "\(sql) has \(word)")
            }
        }
    }

    @Test func `every problem code is explained in the protocol's prose`() throws {
        let prose = try House.text("Schema/Wire/PROTOCOL.md")
        var codes: Set<String> = []
        for path in House.files("Sources/SyncProtocol", ending: ".swift") {
            let text = try House.text(path)
            for match in text.matches(of: /GL-P\d{4}/) { codes.insert(String(match.output)) }
        }
        #expect(codes.count >= 10)
        for code in codes.sorted() { #expect(prose.contains(code), "PROTOCOL.md does not explain \(code)") }
    }

    @Test func `each family of codes belongs to one module`() throws {
        let owners = [
            "C": "gridline", "D": "Changeset", "P": "SyncProtocol", "Q": "Queue", "R": "ReplicaStore", "S": "CentralStore",
        ]
        var seen: Set<String> = []
        for path in House.sources {
            for match in try House.text(path).matches(of: /GL-([A-Z])\d{4}/) {
                let family = String(match.output.1)
                seen.insert(family)
                let module = path.split(separator: "/")[1]
                #expect(owners[family].map { $0 == module } ?? false, "\(path) has a code of family \(family)")
            }
        }
        #expect(seen == Set(owners.keys))
    }

    /// Docs/faults.md says of each fault of the catalogue which test proves it, as `file/test`, or why none does.
    @Test func `every fault has a proof that exists, or says why it is open`() throws {
        var tests: [String: String] = [:]
        for path in House.files("Tests", ending: "Tests.swift") + House.files("Tests/BlackBox", ending: ".swift") {
            tests[String(path.split(separator: "/").last!.dropLast(6)), default: ""] += try House.text(path)
        }
        var numbers: [Int] = []
        for line in try House.text("Docs/faults.md").split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("| "), let number = cells.first.flatMap({ Int($0) }) else { continue }
            numbers.append(number)
            let proofs = cells[2].matches(of: /`([A-Za-z]+)\/([^`]+)`/)
            #expect(!proofs.isEmpty || cells[2].contains("**open:** "), "fault \(number) has neither proof nor reason")
            for proof in proofs {
                let (file, test) = (String(proof.output.1), String(proof.output.2))
                #expect(tests[file]?.contains("func `\(test)`") == true, "fault \(number): there is no \(file)/\(test)")
            }
        }
        #expect(numbers == Array(1...66))
    }

    @Test func `only the agreed names stand at the top`() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "Schema", "Client", "Server", "Docs", "README.md", "README.zh.md",
            "CHANGELOG.md", "Makefile",
        ]
        let found = try FileManager.default.contentsOfDirectory(atPath: House.root.path).filter {
            !$0.hasPrefix(".") && $0 != "Package.resolved"
        }
        for name in found { #expect(allowed.contains(name), "\(name) does not belong at the top") }
    }
}
