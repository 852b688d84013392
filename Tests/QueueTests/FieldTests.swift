import CentralStore
import Changeset
import Foundation
import SyncService
import Testing
import Tickets

@testable import Queue

/// Sweeps, checklists, the roster and its diaries, as an operator drives them.
@Suite struct `What goes out to the field, at the centre` {
    private func centre() async throws -> CentreFixture {
        let centre = try await CentreFixture.staffed()
        _ = try await centre.operations.run(.putTaxonomy(csv: Taxonomy.csvOfTests, by: "op"))
        let grids = ["g-2", "g-3", "g-4"].map { GridEntry(id: $0, name: "网格 \($0)") }
        _ = try await centre.operations.run(.putGrids(grids, by: "op"))
        let people = [
            PersonEntry(id: "zhao-lei", name: "赵磊", role: "worker", grid: "g-2"),
            PersonEntry(id: "zhou-qi", name: "周琪", role: "leader", grid: "g-3"),
        ]
        _ = try await centre.operations.run(.putPeople(people, by: "op"))
        let desk = UnitEntry(id: "u-desk", name: "值班台", kind: "other", level: "city", leader: "wang-fang", handler: "li-na")
        _ = try await centre.operations.run(.putUnits([desk], by: "op"))
        return centre
    }

    private func ticket(_ centre: CentreFixture, _ category: String?, grid: String) async throws -> String {
        var texts = ["title": "飞线充电", "grid": grid]
        texts["category"] = category
        return try #require(try await centre.acts(.new(NewTicket(texts: texts), by: "wang-fang")).first?.number)
    }

    /// A ticket of the first grid, from the call to the closing.
    private func settled(_ centre: CentreFixture, _ category: String? = "010101") async throws -> String {
        let number = try await ticket(centre, category, grid: "g-1")
        _ = try await centre.acts(.dispatch([DispatchOrder(ticket: number, assignee: "li-na")], by: "wang-fang"))
        let id = try #require(try centre.store.read { try $0.find(ticket: number) })
        for (step, kind) in [CommandKind.accept, .resolve].enumerated() {
            let act = Act(
                id: try #require(CommandID(bytes: Array(id.bytes.dropLast()) + [UInt8(step)])), kind: kind, ticket: id,
                arguments: kind == .resolve ? ["body": .text("已清理")] : [:])
            #expect(try await centre.service.perform([act], by: "li-na").map(\.verdict) == [.applied])
        }
        _ = try await centre.acts(.close(ticket: number, words: nil, by: "wang-fang"))
        return number
    }

    private func sweep(
        _ centre: CentreFixture, _ number: String, _ grids: [String]? = nil, isLook: Bool = false, isDryRun: Bool = false,
        kind: String = "task-inspection", reason: String = "同类隐患普查"
    ) async throws -> SweepReport {
        let question = SweepQuestion(
            ticket: number, grids: grids, isLook: isLook, isDryRun: isDryRun, since: 0, kind: kind, reason: reason)
        guard case .swept(let report) = try await centre.operations.run(.sweep(question, by: "wang-fang")) else {
            throw TestFailure("no sweep")
        }
        return report
    }

    @Test func `a sweep goes to the grids that had the same, each once, to whoever works there`() async throws {
        let centre = try await centre()
        let number = try await settled(centre)
        for grid in ["g-2", "g-2", "g-3"] { _ = try await ticket(centre, "010101", grid: grid) }
        _ = try await ticket(centre, "010201", grid: "g-4")
        let planned = try await sweep(centre, number, isDryRun: true)
        #expect(planned.lines.map(\.grid) == ["g-2", "g-3"] && planned.lines.map(\.count) == [2, 1])
        #expect(planned.lines.map(\.person) == ["zhao-lei", "zhou-qi"], "a worker, else the leader")
        #expect(planned.lines.allSatisfy { $0.outcome == "planned" && $0.task == nil } && planned.made == 0)
        let made = try await sweep(centre, number)
        #expect(made.made == 2 && made.lines.map(\.outcome) == ["made", "made"])
        #expect(made.lines.map(\.state) == ["dispatched", "dispatched"])
        // Again, and with a grid by hand in which nobody works: nothing twice, and the new one waits for a dispatcher.
        let again = try await sweep(centre, number, ["g-4", "g-2"])
        #expect(again.made == 1 && again.lines.map(\.outcome) == ["known", "made"])
        #expect(again.lines[1].state == "awaiting-dispatch" && again.lines[1].person == nil && again.lines[1].count == 0)
        let look = try await sweep(centre, number, isLook: true)
        #expect(look.lines.map(\.grid) == ["g-2", "g-3", "g-4"] && look.tasks == 3 && look.doneCount + look.foundCount == 0)
        // Tasks are no history of their grids.
        #expect(try centre.store.read { try $0.history(ofCategory: "010101", since: 0) }.map(\.count) == [1, 2, 1])
        #expect(try centre.store.read { try $0.history(ofCategory: "010101", since: .max) }.isEmpty)
    }

    @Test func `a sweep that does not fit is refused before anything is made`() async throws {
        let centre = try await centre()
        let (open, plain, closed) = (
            try await ticket(centre, "010101", grid: "g-1"), try await settled(centre, nil), try await settled(centre)
        )
        func code(_ run: () async throws -> SweepReport) async -> OperationProblem.Code? {
            do { _ = try await run() } catch { return (error as? OperationProblem)?.code }
            return nil
        }
        #expect(await code { try await sweep(centre, open) } == .refused)
        #expect(await code { try await sweep(centre, plain) } == .badArguments, "no category, and no grids named")
        #expect(await code { try await sweep(centre, closed, ["g-9"]) } == .unknownGrid)
        #expect(await code { try await sweep(centre, closed, []) } == .badArguments)
        #expect(await code { try await sweep(centre, closed, kind: "complaint") } == .badArguments)
        for reason in ["", "两\n行", String(repeating: "长", count: 700)] {
            #expect(await code { try await sweep(centre, closed, reason: reason) } == .badArguments)
        }
        #expect(await code { try await sweep(centre, "20990101-000001") } == .unknownTicket)
        #expect(try await sweep(centre, closed, isLook: true).tasks == 0)
        #expect(try await sweep(centre, plain, ["g-2"]).made == 1, "named by hand, the category does not matter")
    }

    private func imported(_ centre: CentreFixture, _ kind: ImportKind, _ text: String) async throws -> ImportReport {
        let input = try ImportInput(bytes: Array(text.utf8), format: .csv)
        return try await Importer(runner: centre.operations, source: nil, author: "op").run(input, mapping: .identity(kind))
    }

    @Test func `items of checklists are taken row by row; one that would be asked for nowhere is named with its line`()
        async throws
    {
        let centre = try await centre()
        let head = "code,category,chinese,english,kind,required,reason,retired\n"
        let text = head + "a,0101,已核对身份,,yes-no,1,补贴须本人签收,\nb,,数量,Count,number,0,,\n"
        #expect(try await imported(centre, .checklists, text).imported == 2)
        let again = try await imported(centre, .checklists, text)
        #expect((again.imported, again.known) == (0, 2))
        let bad = try await imported(
            centre, .checklists,
            head + "c,0101,必填,,text,1,,\nd,0101,甲,,photo,0,,\ne,09,哪里都没有,,text,0,,\nf,09,旧项,,text,0,,1\na b,,乙,,text,,,\n")
        #expect(bad.faults.map(\.line).sorted() == [2, 3, 4, 6] && bad.imported == 1, "\(bad.faults)")
        #expect(bad.faults.first { $0.line == 4 }?.field == "category")
        #expect(try centre.store.read { try $0.checklists() }.map(\.code) == ["a", "b", "f"])
    }

    @Test func `a desk gets one diary for each month of its roster; a line of an unknown unit is named`() async throws {
        let centre = try await centre()
        let head = "id,day,unit,shift,person,words,retired\n"
        let bad = try await imported(
            centre, .roster,
            head
                + "r-1,2026-09-30,u-desk,早班,li-na,,\nr-2,2026-09-31,u-desk,,,,\nr-3,2026-09-30,u-none,,,,\nr-4,2026-10-01,u-desk,,,,\n"
        )
        #expect(bad.imported == 2 && bad.faults.map(\.line).sorted() == [3, 4], "\(bad.faults)")
        #expect(Set(bad.faults.map(\.field)) == ["day", "unit"])
        let more = try await imported(centre, .roster, head + "r-5,2026-09-29,u-desk,晚班,,,\nr-1,2026-09-30,u-desk,早班,li-na,,\n")
        #expect((more.imported, more.known) == (1, 1))
        let books = try await centre.queue(QueueQuestion(diaries: true))
        #expect(books.map(\.title).sorted() == ["交接班日记 u-desk 2026-09", "交接班日记 u-desk 2026-10"])
        #expect(try await centre.queue().isEmpty, "a diary waits for nobody")
        #expect(books.allSatisfy { $0.dueAt == nil })
        #expect(try centre.store.read { try $0.counts() }.tickets["awaiting-dispatch"] == 0)
    }
}
