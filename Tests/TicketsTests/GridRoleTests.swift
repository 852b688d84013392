import Changeset
import Testing
import Tickets

/// The four roles of the grids: what the two lowest may give, and where a volunteer's report goes.
@Suite struct GridRoleTests {
    private func person(_ role: Role) -> Author {
        author(Person(id: "x", name: "某人", role: role, grid: "m1", unit: nil))
    }

    @Test func `a guide and a volunteer give what the profile lists, and nothing else`() {
        let profile = Profile.hotan
        for role in [Role.guide, .volunteer] {
            for kind in CommandKind.allCases where !kind.isCentral && kind != .choose && kind != .retract {
                let given = decide(ordinary(kind), on: ticket(.awaitingHandling, for: kind), in: context(person(role)))
                let isRefused = given.verdict == .rejected && given.reason == .notPermitted
                #expect(isRefused != profile.mayGive(kind, as: role), "\(role) gives \(kind)")
                #expect(!isRefused || given.changes.isEmpty)
            }
        }
        #expect(CommandKind.allCases.allSatisfy { profile.mayGive($0, as: .worker) && profile.mayGive($0, as: .leader) })
        #expect(!profile.mayGive(.edit, as: .volunteer) && profile.mayGive(.fill, as: .volunteer))
    }

    @Test func `a city says what they may, in commands of the field, each once`() throws {
        let city = ["profile": "x", "version": "1"]
        func profile(_ words: String) throws -> Profile {
            try Profile(entries: city.merging(["roles.volunteer.commands": words]) { $1 })
        }
        #expect(try profile("report note").volunteerCommands == [.report, .note])
        let standard = try Profile(entries: city)
        #expect(standard.guideCommands == Profile.hotan.guideCommands, "the defaults are written twice")
        #expect(standard.volunteerCommands == Profile.hotan.volunteerCommands)
        for wrong in ["dispatch", "report report", "nothing", " "] {
            #expect(throws: ProfileError.value(key: "roles.volunteer.commands")) { try profile(wrong) }
        }
    }

    @Test func `what a volunteer reports is relayed to somebody of the grids, who helps with it`() {
        func helpers(_ role: Role, to relay: String, knowing people: Directory?) -> [String] {
            var context = context(person(role))
            context.directory = people
            let given = command(.report, ["title": "洞", "relay": .text(relay)])
            let decision = decide(given, on: nil, in: context)
            #expect(decision.verdict == .applied)
            return decision.changes.compactMap { if case .insert(.helper, let row) = $0 { row[1].string } else { nil } }
        }
        #expect(helpers(.volunteer, to: "li-na", knowing: Cast.directory) == ["li-na"])
        #expect(helpers(.volunteer, to: "li-na", knowing: nil) == ["li-na"], "a device knows the name alone")
        for nobody in ["nobody", "chen-jie"] { #expect(helpers(.volunteer, to: nobody, knowing: Cast.directory).isEmpty) }
        #expect(helpers(.worker, to: "li-na", knowing: Cast.directory).isEmpty, "a worker has nobody to relay to")
    }
}
