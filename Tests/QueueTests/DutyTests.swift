import Foundation
import SyncService
import Testing
import Tickets

@testable import Queue

/// The responsibility catalogue, experts and dispatch by rule, as an operator drives them.
@Suite struct `Who is responsible, at the centre` {
    private func centre() async throws -> CentreFixture {
        let centre = try await CentreFixture.staffed()
        _ = try await centre.operations.run(.putTaxonomy(csv: Taxonomy.csvOfTests, by: "op"))
        _ = try await centre.operations.run(
            .putUnits(
                [
                    UnitEntry(
                        id: "u-city", name: "市政府", kind: "department", level: "city", leader: "wang-fang", handler: "li-na"),
                    UnitEntry(
                        id: "u-street", name: "街道", kind: "township", level: "township", parent: "u-city", leader: "wang-fang",
                        handler: "sun-mei"),
                ], by: "op"))
        return centre
    }

    private func rule(_ id: String, _ category: String, _ unit: String, area: String? = nil, retired: Bool = false) -> DutyEntry {
        DutyEntry(line: 0, id: id, category: category, area: area, unit: unit, role: "owner", words: nil, retired: retired)
    }

    private func ticket(_ centre: CentreFixture, _ category: String?, grid: String? = nil) async throws -> String {
        var texts = ["title": "诉求"]
        texts["category"] = category
        texts["grid"] = grid
        return try #require(try await centre.acts(.new(NewTicket(texts: texts), by: "wang-fang")).first?.number)
    }

    private func route(_ centre: CentreFixture, _ question: RoutingQuestion) async throws -> RoutingReport {
        guard case .routed(let report) = try await centre.operations.run(.dispatchByRule(question, by: "wang-fang")) else {
            throw TestFailure("no report")
        }
        return report
    }

    private func imported(_ centre: CentreFixture, _ text: String) async throws -> ImportReport {
        let input = try ImportInput(bytes: Array(text.utf8), format: .csv)
        return try await Importer(runner: centre.operations, source: nil, author: "op").run(input, mapping: .identity(.duties))
    }

    @Test func `a file is taken in row by row, counts its revisions, and comes back as it was`() async throws {
        let centre = try await centre()
        let text = "id,category,area,unit,role,words,retired\nd-1,01,,u-city,owner,,0\nd-2,0101,g-1,u-street,owner,环卫归街道,0\n"
        #expect(try await imported(centre, text).imported == 2)
        let again = try await imported(centre, text)
        #expect(again.imported == 0 && again.known == 2)
        #expect(try await imported(centre, text.replacing("环卫归街道", with: "改了")).imported == 1)
        #expect(try centre.store.read { try $0.duties() }.map(\.revision) == [1, 2])
        let bad = try await imported(
            centre,
            "id,category,area,unit,role,words\nd-3,abc,,u-city,owner,\nd 4,,,u-city,owner,\nd-5,,,u-city,king,\nd-6,,,,owner,\n")
        #expect(
            bad.imported == 0 && bad.faults.map(\.field) == ["category", "id", "role", "unit"]
                && bad.faults.map(\.line) == [2, 3, 4, 5])
        var bytes: [UInt8] = []
        _ = try await Exporter(runner: centre.operations, author: nil).run(ExportQuestion(.duties, limit: 1), format: .csv) {
            bytes += $0
        }
        #expect(String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n") == text.replacing("环卫归街道", with: "改了"))
    }

    @Test func `waiting tickets go where one rule says, page by page, and what stays is said with its reason`() async throws {
        let centre = try await centre()
        _ = try await centre.operations.run(
            .putDuties(
                [
                    rule("d-1", "0101", "u-city"), rule("d-2", "0101", "u-street", area: "g-1"), rule("t-1", "0102", "u-city"),
                    rule("t-2", "0102", "u-street"), rule("n-1", "0103", "u-none"),
                ], by: "op"))
        var numbers: [String: String] = [:]
        for (name, category, grid) in [
            ("city", "010101", nil), ("street", "010101", "g-1"), ("tie", "010201", nil), ("nobody", "010301", nil),
            ("none", "020101", nil),
            ("plain", nil, nil), ("late", "010102", nil),
        ] as [(String, String?, String?)] {
            numbers[name] = try await ticket(centre, category, grid: grid)
        }
        var whole = RoutingReport()
        var question = RoutingQuestion(limit: 2)
        while true {
            let page = try await route(centre, question)
            whole.acts += page.acts
            whole.routes += page.routes
            whole.left += page.left
            guard page.looked == question.limit else { break }
            question.offset = whole.left.count
        }
        #expect(whole.acts.count == 3 && whole.acts.allSatisfy(\.isApplied))
        let routes = Dictionary(uniqueKeysWithValues: whole.routes.map { ($0.ticket, $0) })
        #expect(routes[numbers["city"]!]?.person == "li-na" && routes[numbers["street"]!]?.path == ["u-city", "u-street"])
        #expect(routes[numbers["late"]!]?.rule == "d-1")
        let left = Dictionary(uniqueKeysWithValues: whole.left.map { ($0.ticket, $0) })
        #expect(left[numbers["tie"]!]?.reason == "tie" && left[numbers["tie"]!]?.rules == ["t-1", "t-2"])
        #expect(left[numbers["nobody"]!]?.reason == "nobody" && left[numbers["none"]!]?.reason == "no-rule")
        #expect(left[numbers["plain"]!]?.reason == "no-category" && left.count == 4)

        // Accuracy: one goes to somebody else afterwards.
        _ = try await centre.acts(.assign(ticket: numbers["city"]!, to: "sun-mei", helpers: [], by: "wang-fang"))
        guard case .accuracy(let report) = try await centre.operations.run(.routingAccuracy(withCases: true)) else {
            throw TestFailure("none")
        }
        #expect(report.dispatched == 3 && report.dispatchedAnew == 1 && report.returned == 0 && report.percent == "66.67")
        #expect(report.cases.map(\.outcome).sorted() == ["dispatched-anew", "stands", "stands"])
        #expect(report.cases.filter { $0.outcome != "stands" }.map(\.ticket) == [numbers["city"]!])
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }

    @Test func `a rule for supervisors sets a unit over what a rule for owners gives out, unless two fit or it is the same`()
        async throws
    {
        let centre = try await centre()
        func over(_ id: String, _ category: String, _ unit: String) -> DutyEntry {
            var entry = rule(id, category, unit)
            entry.role = "supervisor"
            return entry
        }
        _ = try await centre.operations.run(
            .putDuties(
                [
                    rule("o-1", "01", "u-street"), over("s-1", "0101", "u-city"), over("s-2", "0102", "u-street"),
                    over("s-3", "0103", "u-city"), over("s-4", "0103", "u-none"),
                ], by: "op"))
        var expected: [String: String?] = [:]
        for (category, unit) in [("010101", "u-city"), ("010201", nil), ("010301", nil)] as [(String, String?)] {
            expected[try await ticket(centre, category)] = unit
        }
        let report = try await route(centre, RoutingQuestion())
        #expect(report.acts.count == 3 && report.acts.allSatisfy(\.isApplied))
        for route in report.routes {
            #expect(route.unit == "u-street" && route.supervisor == expected[route.ticket])
            guard case .ticket(let shown) = try await centre.operations.run(.show(ticket: route.ticket)) else {
                throw TestFailure("no ticket")
            }
            #expect(
                shown.parts.filter { $0["role"] == "supervisor" }.map { $0["unit"] } == [route.supervisor].filter { $0 != nil })
        }
    }

    @Test(arguments: [
        (2_563_084, 2_575_966, 2, "99.50"), (113, 125, 0, "90"), (1, 3, 2, "33.33"), (2, 3, 0, "67"), (0, 7, 1, "0.0"),
        (1, 1, 2, "100.00"),
    ])
    func `a percentage is rounded, never cut`(part: Int, whole: Int, decimals: Int, text: String) {
        #expect(percentage(part, of: whole, decimals: decimals) == text)
        #expect(percentage(0, of: 0, decimals: decimals) == nil)
    }

    @Test func `an order for a skill goes to the nearest who has least to do, or to nobody`() async throws {
        let centre = try await centre()
        func expert(_ id: String, _ person: String, _ area: String?) -> ExpertEntry {
            ExpertEntry(line: 0, id: id, person: person, skill: "调解", area: area, unit: "u-street", retired: false)
        }
        _ = try await centre.operations.run(
            .putExperts(
                [expert("e-1", "li-na", "g-1"), expert("e-2", "sun-mei", "g-1"), expert("e-3", "wang-fang", nil)], by: "op"))
        var got: [String?] = []
        for _ in 0..<3 {
            var order = DispatchOrder(ticket: try await ticket(centre, nil, grid: "g-1"), assignee: "")
            order.expert = "调解"
            #expect(try await centre.acts(.dispatch([order], by: "wang-fang")).allSatisfy(\.isApplied))
            got.append(try await centre.queue().first { $0.number == order.ticket }?.assignee)
        }
        #expect(got == ["li-na", "sun-mei", "li-na"])
        var order = DispatchOrder(ticket: try await ticket(centre, nil), assignee: "")
        order.expert = "法律"
        let asked = order
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.dispatch([asked], by: "wang-fang"))
        }
        #expect(problem?.code == .nobodyFits)
    }

    @Test func `a year that is loaded moves what hangs on it, once, and nothing that a person set`() async throws {
        let centre = try await centre()
        let number = try await ticket(centre, nil)
        let other = try await ticket(centre, nil)
        _ = try await centre.acts(
            .dispatch(
                [
                    DispatchOrder(ticket: number, assignee: "li-na", deadlineClass: "complex"),
                    DispatchOrder(ticket: other, assignee: "li-na"),
                ], by: "wang-fang"))
        let due = try #require(try await centre.queue().first { $0.number == number }?.dueAt)
        _ = try await centre.acts(.edit(ticket: other, values: ["due_at": "2099-01-01 12:00:00"], by: "wang-fang"))
        // The year in which it is due, with the due day itself off.
        let day = Day(containing: due)
        let year = day.parts.year
        let csv = centre.calendar(without: [day])
        func calendar(_ operation: Queue.Operation) async throws -> CalendarReport {
            guard case .calendar(let report) = try await centre.operations.run(operation) else { throw TestFailure("no report") }
            return report
        }
        let tried = try await calendar(.tryCalendar(csv: csv))
        #expect(tried.years == [year] && tried.moved == 1 && tried.tickets.map(\.ticket) == [number])
        #expect(try await centre.queue().first { $0.number == number }?.dueAt == due, "a dry run moves nothing")
        let done = try await calendar(.putCalendar(csv: csv, by: "op"))
        #expect(done.moved == 1 && done.refused == [])
        let then = try #require(try await centre.queue().first { $0.number == number }?.dueAt)
        #expect(then > due && then == tried.tickets.first?.dueThen)
        #expect(try await calendar(.putCalendar(csv: csv, by: "op")).moved == 0)
        guard case .why(let why) = try await centre.operations.run(.whyDue(ticket: number)) else { throw TestFailure("no sum") }
        #expect(why.dueAt == then && why.lines.contains { $0.english.contains("that the centre loaded") })
        guard case .calendarYear(let shown) = try await centre.operations.run(.showCalendar(year: year)) else {
            throw TestFailure("no year")
        }
        #expect(shown.source == "loaded" && shown.days.contains { $0.date == day.description && $0.kind == "off" })
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.putCalendar(csv: "date,kind,name\n2027-01-01,off,x\n", by: "op"))
        }
        #expect(problem?.code == .badCalendar)
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }
}

extension CentreFixture {
    /// The year of these days as it is known, with them off.
    func calendar(without days: [Day]) -> String {
        let year = days[0].parts.year
        let known = service.rules.calendar.entries.filter { $0.day.parts.year == year }
        var kinds = Dictionary(uniqueKeysWithValues: known.map { ($0.day, $0.isWorked ? "work" : "off") })
        for (month, date) in [(1, 1), (5, 1), (10, 1)] { kinds[Day(year: year, month: month, day: date)] = "off" }
        for day in days { kinds[day] = "off" }
        return "date,kind,name\n" + kinds.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value),节日\n" }.joined()
    }
}

extension Taxonomy {
    /// A small tree.
    static let csvOfTests = """
        code,level1,level2,level3
        010101,城建,环卫,垃圾清运
        010102,城建,环卫,道路清扫
        010201,城建,照明,路灯
        010301,城建,绿化,树木
        020101,民政,低保,申请

        """
}
