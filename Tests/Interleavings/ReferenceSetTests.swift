import CentralStore
import Fixture
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

/// The reference set on its way: of a new version only what changed travels, and the first reading of a city's is bounded.
@Suite struct `The reference set reaches devices` {
    /// Names as people have them, all different; seeded, so that the bytes are the same in every run.
    private func people(_ count: Int, _ random: inout SplitMix64) -> [Person] {
        let families = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗")
        let given = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕")
        let roles: [Role] = [.worker, .worker, .worker, .worker, .unit, .leader]
        return (0..<count).map { index in
            func pick<T>(_ from: [T]) -> T { from[Int(random.next() % UInt64(from.count))] }
            return Person(
                id: "p-\(index)", name: "\(pick(families))\(pick(given))\(pick(given))", role: pick(roles),
                grid: "g-\(random.next() % 400)", unit: "u-\(random.next() % 1_553)", profession: pick(["城管", "民政", "综治", "环卫"]))
        }
    }

    private func units(_ count: Int, _ random: inout SplitMix64) -> [HandlingUnit] {
        let places = ["泽州", "沁水", "和田", "墨玉", "皮山", "洛浦", "策勒", "于田", "民丰"]
        let offices = ["住建局", "城管局", "民政局", "人社局", "教育局", "水务公司", "供热公司", "街道办事处", "镇人民政府", "机场管理处"]
        return (0..<count).map { index in
            func pick<T>(_ from: [T]) -> T { from[Int(random.next() % UInt64(from.count))] }
            return HandlingUnit(
                id: "u-\(index)", name: "\(pick(places))\(pick(offices))第\(index)科", kind: pick(UnitKind.allCases),
                level: pick(UnitLevel.allCases), parent: index < 16 ? nil : "u-\(index % 16)",
                leader: "p-\(random.next() % 1_299)", handler: "p-\(random.next() % 2_775)")
        }
    }

    private func put(_ people: [Person], in centre: CentreFixture) throws {
        for start in stride(from: 0, to: people.count, by: 500) {
            try centre.service.putAndWait(
                people: Array(people[start..<min(start + 500, people.count)]), by: CentreFixture.dispatcher)
        }
    }

    private func bytes(_ device: DeviceFixture) -> Int { device.link.answers.reduce(0) { $0 + $1.body.count } }

    @Test func `of 517 categories and 3,000 people only the leaf and the person that changed travel`() throws {
        let centre = try city(seed: 81)
        var random = SplitMix64(seed: 811)
        try centre.service.putAndWait(.taxonomy(.embedded), by: CentreFixture.dispatcher)
        var crowd = people(3_000, &random)
        try put(crowd, in: centre)
        let device = try DeviceFixture("li-na", at: centre)
        try device.syncToEnd()
        #expect(try device.replica.categories() == Taxonomy.embedded.categories)
        device.link.clear()

        var leaves = Taxonomy.embedded.categories
        leaves[200].levels[2] += "（新）"
        let outcome = try centre.service.putAndWait(.taxonomy(Taxonomy(leaves)), by: CentreFixture.dispatcher)
        #expect(outcome.changed == [leaves[200].code] && outcome.count == 1)
        crowd[1_234].name = "欧阳新名"
        try put(crowd, in: centre)
        try device.syncToEnd()
        let entities = try device.answers().flatMap { $0.page?.entities ?? [] }
        #expect(Set(entities.map(\.key)) == [.reference(.category, leaves[200].code), .person("p-1234")])
        #expect(entities.count == 2 && entities.allSatisfy { $0.rows.count == 1 })
        print("a renamed leaf and person: \(bytes(device)) bytes of answers")
        #expect(bytes(device) < 2_000)
        #expect(try device.replica.category(leaves[200].code) == leaves[200])
        #expect(try device.replica.name(ofPerson: "p-1234") == "欧阳新名")
        #expect(try disagreements(device, centre) == [])

        // The same version once more is no news at all.
        #expect(try centre.service.putAndWait(.taxonomy(Taxonomy(leaves)), by: CentreFixture.dispatcher).count == 0)
        device.link.clear()
        try device.syncToEnd()
        #expect(try device.answers().allSatisfy { $0.page?.entities.isEmpty == true })
    }

    @Test func `a leaf that is gone is retired, keeps its place, and names what to use instead`() throws {
        let centre = try city(seed: 82)
        let first = try Taxonomy(csv: "code,level1,level2,level3\n0101,城乡建设,城乡规划,甲\n0102,城乡建设,城乡规划,乙\n0103,城乡建设,城乡规划,丙\n")
        try centre.service.putAndWait(.taxonomy(first), by: CentreFixture.dispatcher)
        let device = try DeviceFixture("li-na", at: centre)
        try device.syncToEnd()
        let made = try centre.act(.create, nil, ["title": .text("路灯不亮"), "category": .text("0103")])
        let next = try Taxonomy(
            csv: "code,level1,level2,level3,replaced_by\n0101,城乡建设,城乡规划,甲,\n0102,城乡建设,城乡规划,乙,0101\n0104,城乡建设,城乡规划,丁,\n")
        let outcome = try centre.service.putAndWait(.taxonomy(next), by: CentreFixture.dispatcher)
        #expect(outcome.added == ["0104"] && outcome.changed == [] && outcome.retired == ["0102": "0101", "0103": nil])
        try device.syncToEnd()
        let known = try device.replica.categories()
        #expect(known.filter(\.retired).map(\.code) == ["0102", "0103"])
        #expect(known.first { $0.code == "0102" }?.replacedBy == "0101")
        #expect(try centre.ticket(made.ticket)[.category] == .text("0103"))
        #expect(try disagreements(device, centre) == [])
    }

    /// device of version 4 | centre of version 5: counts the rules, has none of them; upgraded it reads them
    @Test func `of the catalogue only the rule that changed travels, and an older device counts what it cannot read`() throws {
        let centre = try city(seed: 85)
        func rules(_ words: String) -> [Duty] {
            (0..<200).map { Duty(id: "d-\($0)", category: "01", area: "g-\($0)", unit: "u-\($0)", words: $0 == 7 ? words : nil) }
        }
        #expect(try centre.service.putAndWait(.duties(rules("旧")), by: CentreFixture.dispatcher).added.count == 200)
        let expert = Expert(id: "e-1", person: "li-na", skill: "调解")
        try centre.service.putAndWait(.experts([expert]), by: CentreFixture.dispatcher)
        let device = try DeviceFixture("li-na", at: centre)
        let old = try DeviceFixture("wang-lei", at: centre, migrations: Array(Migration.all.prefix(4)))
        for one in [device, old] { try one.settle() }
        #expect(try device.replica.duties().count == 200 && device.replica.duties().allSatisfy { $0.revision == 1 })
        #expect(try old.replica.fingerprint() == centre.store.read { try $0.fingerprint(of: "wang-lei") })
        device.link.clear()
        #expect(try centre.service.putAndWait(.duties(rules("新")), by: CentreFixture.dispatcher).changed == ["d-7"])
        try device.syncToEnd()
        let entities = try device.answers().flatMap { $0.page?.entities ?? [] }
        #expect(entities.map(\.key) == [.reference(.duty, "d-7")] && entities[0].rows.count == 1)
        print("a changed rule of 200: \(bytes(device)) bytes of answers")
        #expect(try device.replica.duties().first { $0.id == "d-7" }?.revision == 2)

        let start = Day(year: 2026, month: 12, day: 30).start + 36_000_000
        let year = CalendarYear(year: 2027, body: "2027-01-01,off,元旦\n2027-01-04,off,元旦\n2027-10-01,off,国庆节\n", loadedAt: 0)
        try centre.service.putAndWait(.calendar([year]), by: CentreFixture.dispatcher)
        #expect(try centre.service.putAndWait(.calendar([year]), by: CentreFixture.dispatcher).count == 0)
        try device.syncToEnd()
        try centre.restart()
        let there = centre.service.rules.deadline(dispatchedAt: start, class: .general)
        #expect(try device.replica.rulesInForce().deadline(dispatchedAt: start, class: .general) == there)
        #expect(there?.due == Day(year: 2027, month: 1, day: 6).end && there?.isProvisional == false)
        try old.reopen(migrations: Migration.all)
        try old.settle()
        #expect(try old.replica.duties().count == 200 && old.replica.calendarYears().map(\.year) == [2027])
        for one in [device, old] { #expect(try disagreements(one, centre) == []) }
    }

    @Test func `a profile counts at the centre and on the device from its own transaction on`() throws {
        let centre = try city(seed: 83)
        let device = try DeviceFixture("li-na", at: centre)
        try device.syncToEnd()
        let before = try centre.ticket("旧规则", to: "li-na")
        var entries: [String: String] = [:]
        let text = """
            profile: hotan|version: 2|timezone: +08:00|deadlines.consultation.days: 0|deadlines.general.days: 5|\
            deadlines.complex.days: 7|deadlines.urgent.days: 1|extension.days_max: 10|extension.unit: day|rates.rounding: 2
            """
        for line in text.split(separator: "|") {
            let parts = line.split(separator: " ", maxSplits: 1)
            entries[String(parts[0].dropLast())] = String(parts[1])
        }
        let body = try Profile.body(of: entries)
        let profile = try Profile(body: body)
        #expect(try centre.service.putAndWait(.profile(profile, body: body), by: CentreFixture.dispatcher).added == ["hotan"])
        let after = try centre.ticket("新规则", to: "li-na")
        try device.syncToEnd()

        let rules = try device.replica.rulesInForce()
        #expect(rules.profile == profile)
        #expect(try device.replica.profileInForce()?.version == 2)
        let ticket = try device.replica.ticketDetail(after).summary.ticket
        let dispatched = try #require(ticket[.dispatchedAt].int)
        #expect(rules.deadline(dispatchedAt: dispatched, class: .general)?.due == ticket[.dueAt].int)
        let old = try device.replica.ticketDetail(before).summary.ticket
        #expect(Rules.embedded.deadline(dispatchedAt: dispatched, class: .general)?.due == old[.dueAt].int, "what was due stays")
        #expect(old[.dueAt] != ticket[.dueAt])

        // The same again is no entry, another city's takes its place, and a restart finds it in force.
        #expect(try centre.service.putAndWait(.profile(profile, body: body), by: CentreFixture.dispatcher).count == 0)
        entries["profile"] = "jincheng"
        let other = try Profile.body(of: entries)
        let outcome = try centre.service.putAndWait(.profile(Profile(body: other), body: other), by: CentreFixture.dispatcher)
        #expect(outcome.added == ["jincheng"] && outcome.changed == ["hotan"])
        try centre.restart()
        #expect(centre.service.rules.profile.name == "jincheng")
        try device.syncToEnd()
        #expect(try device.replica.profileInForce()?.name == "jincheng")
        #expect(try disagreements(device, centre) == [])
    }

    @Test func `the first reading of a whole city's reference set is bounded`() throws {
        let centre = try city(seed: 84)
        var random = SplitMix64(seed: 841)
        try centre.service.putAndWait(.taxonomy(.embedded), by: CentreFixture.dispatcher)
        try put(people(2_775, &random), in: centre)
        let units = units(1_553, &random)
        try centre.service.putAndWait(.units(units), by: CentreFixture.dispatcher)
        let device = try DeviceFixture("li-na", at: centre)
        try device.syncToEnd()
        let count = try device.answers().reduce(0) { $0 + ($1.page?.entities.count ?? 0) }
        print(
            "first reading of 517 categories, 2,775 people, 1,553 units: \(bytes(device)) bytes in \(device.link.answers.count) answers"
        )
        #expect(count >= 517 + 2_775 + 1_553)
        // Half as much again would be a mistake in the rows or the compression.
        #expect(bytes(device) < 200_000)
        #expect(try device.replica.units().count == units.count)
        #expect(try device.replica.name(ofUnit: "u-7") == units[7].name)
        #expect(try device.replica.fingerprint() == centre.store.read { try $0.fingerprint(of: "li-na") })
    }
}
