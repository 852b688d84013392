import Foundation
import Schema
import SyncService
import Testing
import Tickets

@testable import Queue

@Suite struct `Units, taxonomy and profile at the centre` {
    private func report(_ centre: CentreFixture, _ operation: Operation) async throws -> ReferenceReport {
        guard case .reference(let report) = try await centre.operations.run(operation) else { throw TestFailure("no report") }
        return report
    }

    @Test func `units are entered, listed, and what is missing at them is said`() async throws {
        let centre = try await CentreFixture.staffed()
        let entries = [
            UnitEntry(id: "city", name: "市政府", kind: "department", level: "city", leader: "wang-fang", handler: "li-na"),
            UnitEntry(id: "airport", name: "和田机场", kind: "facility", level: "city", parent: "city", leader: "wang-fang"),
        ]
        let outcome = try await centre.operations.run(.putUnits(entries, by: "op"))
        #expect(outcome == .imported(ImportReport(2, of: 2)))
        #expect(try await centre.operations.run(.putUnits(entries, by: "op")) == .imported(ImportReport(0, of: 2)))
        guard case .units(let report) = try await centre.operations.run(.listUnits) else { throw TestFailure("no units") }
        #expect(report.units == entries.sorted { $0.id < $1.id })
        #expect(report.findings == [.init(unit: "airport", kind: "no-handler")])
    }

    @Test(arguments: [("moon", "city"), ("facility", "galaxy")])
    func `a unit of no known kind or level is refused, and a worker enters none`(kind: String, level: String) async throws {
        let centre = try await CentreFixture.staffed()
        let bad = UnitEntry(id: "u", name: "单位", kind: kind, level: level)
        let problem = await #expect(throws: OperationProblem.self) { try await centre.operations.run(.putUnits([bad], by: "op")) }
        #expect(problem?.code == .badArguments)
        let good = UnitEntry(id: "u", name: "单位", kind: "other", level: "city")
        let refused = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.putUnits([good], by: "li-na"))
        }
        #expect(refused?.code == .notAllowed)
    }

    @Test func `of a new taxonomy only what differs is written, one entry each`() async throws {
        let centre = try await CentreFixture.staffed()
        let text = SchemaResource.taxonomy
        #expect(try await report(centre, .putTaxonomy(csv: text, by: "op")).added.count == 517)
        let head = try centre.store.read { try $0.state() }.head
        let renamed = text.replacingOccurrences(of: ",冬季采暖,", with: ",冬季供暖,")
        let gone = renamed.split(separator: "\n").filter { !$0.hasPrefix("010101,") }.joined(separator: "\n")
        let again = try await report(centre, .putTaxonomy(csv: gone, by: "op"))
        #expect(again == ReferenceReport(added: [], changed: ["010102"], retired: [.init(code: "010101", replacedBy: nil)]))
        #expect(try centre.store.read { try $0.state() }.head == head + 2)
        #expect(try centre.store.read { try $0.verify() }.faults == [])

        func codes(_ search: String?, retired: Bool) async throws -> [String] {
            let outcome = try await centre.operations.run(.listCategories(search: search, withRetired: retired))
            guard case .categories(let leaves) = outcome else { throw TestFailure("no categories") }
            return leaves.map(\.code)
        }
        #expect(try await codes("供暖", retired: false) == ["010102"])
        #expect(try await codes("010101", retired: false) == [])
        #expect(try await codes("010101", retired: true) == ["010101"])
        #expect(try await codes(nil, retired: false).count == 516)
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.putTaxonomy(csv: "code,level1\n", by: "op"))
        }
        #expect(problem?.code == .badArguments)
    }

    @Test func `a profile is tried before it is loaded, and what is due stays due`() async throws {
        let centre = try await CentreFixture.staffed()
        func ticket(_ title: String, urgency: String) async throws -> String {
            let made = try await centre.acts(.new(NewTicket(texts: ["title": title, "urgency": urgency]), by: "wang-fang"))
            let number = made[0].number ?? made[0].ticket
            _ = try await centre.acts(.dispatch([DispatchOrder(ticket: number, assignee: "li-na")], by: "wang-fang"))
            return number
        }
        let normal = try await ticket("路灯不亮", urgency: "normal")
        _ = try await ticket("水管爆裂", urgency: "urgent")
        _ = try await centre.acts(.new(NewTicket(texts: ["title": "未派"]), by: "wang-fang"))
        let body = try ProfileFile.read("hotan").body
        let other = body.replacingOccurrences(of: "deadlines.general.days: 3", with: "deadlines.general.days: 10")
            .replacingOccurrences(of: "version: 1", with: "version: 2")
        func trial(_ body: String) async throws -> ProfileTrial {
            guard case .trial(let trial) = try await centre.operations.run(.tryProfile(body: body)) else {
                throw TestFailure("no trial")
            }
            return trial
        }
        let head = try centre.store.read { try $0.state() }.head
        let tried = try await trial(other)
        #expect(tried.looked == 2 && tried.moved == 1 && tried.unclear == 0)
        #expect(tried.tickets.map(\.ticket) == [normal])
        #expect(tried.tickets.allSatisfy { $0.dueThen > $0.dueAt })
        #expect(try await trial(body).moved == 0)
        #expect(try centre.store.read { try $0.state() }.head == head, "nothing was written")

        #expect(try await report(centre, .putProfile(body: other, by: "op")).added == ["hotan"])
        #expect(centre.service.rules.profile.version == 2)
        let again = try await trial(other)
        // Its clock knows its class, and the days that an older version gave it.
        #expect(again.moved == 1 && again.unclear == 0)
        let broken = other.replacingOccurrences(of: "rates.rounding: 2", with: "rates.rounding: 9")
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.putProfile(body: broken, by: "op"))
        }
        #expect(problem?.code == .badProfile)
        #expect(centre.service.rules.profile.version == 2)
    }
}
