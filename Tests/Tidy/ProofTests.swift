import Testing

/// What makes the proof worth something.
@Suite struct `The proof stands apart` {
    @Test func `the model of the rules imports nothing, so that it cannot share the engine's mistakes`() throws {
        let files = House.files("Tests/Model", ending: ".swift")
        #expect(files.count >= 6)
        for path in files {
            let imports = try House.text(path).split(separator: "\n").filter { $0.contains("import ") && !$0.contains("//") }
            #expect(imports.isEmpty, "\(path): \(imports)")
        }
    }

    @Test func `every planted bug stands at one place of the code, and in the list of the self-test`() throws {
        var places: [String: [String]] = [:]
        for path in House.sources where path != "Sources/Tickets/Planted.swift" {
            for match in try House.text(path).matches(of: /(?:isPlanted\(|answering\(despite: )"([a-z-]+)"/) {
                places[String(match.output.1), default: []].append(path)
            }
        }
        let doubled = places.filter { $0.value.count > 1 }
        #expect(doubled.isEmpty, "\(doubled)")
        let listed = try House.text("Tests/SelfTest/Program/Bugs.swift").matches(of: /PlantedBug\(\s*"([a-z-]+)"/).map {
            String($0.output.1)
        }
        #expect(listed.count == Set(listed).count)
        #expect(Set(listed) == Set(places.keys))
        #expect(listed.count >= 30)
    }

    @Test func `no checker, no model and no driver can know which bug is on`() throws {
        let listed = try House.text("Tests/SelfTest/Program/Bugs.swift").matches(of: /PlantedBug\(\s*"([a-z-]+)"/).map {
            String($0.output.1)
        }
        let files = ["Tests/Simulator", "Tests/Model", "Tests/Fixture"].flatMap { House.files($0, ending: ".swift") }
        #expect(files.count >= 25)
        for path in files {
            let text = try House.text(path)
            for word in ["isPlanted", "plant(", "planted(", "answering(despite"] + listed.map({ "\"\($0)\"" }) {
                #expect(!text.contains(word), "\(path) names \(word)")
            }
        }
    }

    @Test func `bugs are compiled in for tests alone`() throws {
        let defined = try House.text("Package.swift").split(separator: "\n").filter {
            $0.contains(".define(\"GRIDLINE_PLANTED\"")
        }
        #expect(defined.count == 1)
        #expect(defined[0].contains(".when(configuration: .debug)"))
        for path in ["Makefile"] + House.files(".ci", ending: "") where path.hasSuffix("file") || path.hasSuffix(".sh") {
            for line in try House.text(path).split(separator: "\n") where line.contains("GRIDLINE_PLANTED") {
                #expect(line.contains("gridline-selftest"), "\(path): \(line)")
            }
        }
    }
}
