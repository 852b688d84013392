import Testing

@testable import Tickets

/// "Who owns this?": the longest category, then the smallest area; two that fit equally well are a finding, and no answer.
@Suite struct `The responsibility catalogue` {
    /// city ▶ county ▶ street ▶ g1, g2
    private let areas = AreaTree([("city", nil), ("county", "city"), ("street", "county"), ("g1", "street"), ("g2", "street")])

    private func duty(_ id: String, _ category: String, _ area: String? = nil, _ role: DutyRole = .owner) -> Duty {
        Duty(id: id, category: category, area: area, unit: "u-\(id)", role: role)
    }

    private func owners(_ duties: [Duty], _ category: String, _ grid: String?) -> [String] {
        Catalogue(duties, areas: areas).best(.owner, category: category, grid: grid).map(\.id)
    }

    @Test func `the longest category wins before the smallest area does`() {
        let duties = [duty("all", ""), duty("near", "01", "g1"), duty("far", "0102"), duty("mid", "0102", "county")]
        #expect(owners(duties, "010203", "g1") == ["mid"])
        #expect(owners(duties, "010203", "g2") == ["mid"])
        #expect(owners(duties, "010203", nil) == ["far"])
        #expect(owners(duties, "010101", "g1") == ["near"])
        #expect(owners(duties, "010101", "g2") == ["all"])
        #expect(owners(duties, "990101", "nowhere") == ["all"])
    }

    @Test func `every order of the rules gives the same answer, and it is one that no other beats`() {
        var seed: UInt64 = 7
        func pick(_ count: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % count
        }
        let places: [String?] = [nil, "city", "county", "street", "g1", "g2"]
        let depth = ["city": 1, "county": 2, "street": 3, "g1": 4, "g2": 4]
        for _ in 0..<300 {
            let duties = (0..<8).map { duty("d\($0)", ["", "01", "0102", "010203", "02"][pick(5)], places[pick(6)]) }
            let grid = places[pick(6)]
            let found = owners(duties, "010203", grid)
            #expect(owners(duties.reversed(), "010203", grid) == found)
            // The plain way: all that fit, then the best of those.
            let above: Set<String> = Set(
                [
                    "g1": ["g1", "street", "county", "city"], "g2": ["g2", "street", "county", "city"],
                    "street": ["street", "county", "city"],
                    "county": ["county", "city"], "city": ["city"],
                ][grid ?? ""] ?? [])
            let fits = duties.filter { "010203".hasPrefix($0.category) && ($0.area.map(above.contains) ?? true) }
            let rank = { (duty: Duty) in duty.category.count * 10 + (duty.area.flatMap { depth[$0] } ?? 0) }
            let best = fits.map(rank).max()
            #expect(found == fits.filter { rank($0) == best }.map(\.id).sorted())
        }
    }

    @Test func `roles stand apart, what is retired counts no more, and areas in a circle end`() {
        let duties = [
            duty("own", "01"), duty("see", "0101", nil, .supervisor),
            Duty(id: "old", category: "010101", unit: "u", retired: true),
        ]
        let catalogue = Catalogue(duties, areas: areas)
        #expect(catalogue.best(.owner, category: "010101", grid: "g1").map(\.id) == ["own"])
        #expect(catalogue.best(.supervisor, category: "010101", grid: "g1").map(\.id) == ["see"])
        let circle = AreaTree([("a", "b"), ("b", "a")] as [(String, String?)])
        #expect(Catalogue([duty("x", "", "b")], areas: circle).best(.owner, category: "01", grid: "a").map(\.id) == ["x"])
    }

    @Test func `a question is answered by code, by words of the path, and by words of a rule`() throws {
        let categories = Taxonomy.embedded.categories
        let leaf = try #require(categories.first)
        var noise = duty("noise", String(leaf.code.prefix(4)))
        noise.words = "广场舞噪声扰民由城管牵头"
        let catalogue = Catalogue([noise, duty("all", "")], areas: areas)
        for question in [leaf.code, leaf.path] {
            #expect(catalogue.answers(question, among: categories, grid: nil).first?.owners.map(\.id) == ["noise"])
        }
        let said = catalogue.answers("广场舞", among: categories, grid: nil)
        #expect(
            !said.isEmpty
                && said.allSatisfy { $0.category.code.hasPrefix(leaf.code.prefix(4)) && $0.owners.map(\.id) == ["noise"] })
        #expect(catalogue.answers("没有这样的词", among: categories, grid: nil).isEmpty)
        let limited = Catalogue([duty("g", "", "g1")], areas: areas).answers(leaf.code, among: categories, grid: nil)
        #expect(limited.first?.owners == [] && limited.first?.limitedCount == 1)
    }

    @Test func `each fault of a rule is found, and a sound catalogue has none`() {
        let categories = Taxonomy.embedded.categories
        let units = [
            HandlingUnit(id: "u-ok", name: "甲", kind: .department, level: .city, leader: "li-na", handler: "li-na"),
            HandlingUnit(id: "u-headless", name: "乙", kind: .department, level: .city, handler: "li-na"),
            HandlingUnit(id: "u-empty", name: "丙", kind: .department, level: .city, leader: "gone", handler: "gone"),
            HandlingUnit(
                id: "u-old", name: "丁", kind: .department, level: .city, leader: "li-na", handler: "li-na", retired: true),
        ]
        func rule(_ id: String, _ category: String, _ area: String?, _ unit: String) -> Duty {
            Duty(id: id, category: category, area: area, unit: unit)
        }
        let duties = [
            rule("a", "01", nil, "u-ok"), rule("b", "01", nil, "u-ok"), rule("c", "9999", nil, "u-ok"),
            rule("d", "0101", "moon", "u-ok"),
            rule("e", "0102", nil, "u-none"), rule("f", "0103", nil, "u-headless"), rule("g", "0104", nil, "u-empty"),
            rule("h", "0105", nil, "u-old"), rule("i", "", "g1", "u-ok"),
        ]
        let found = DutyFinding.all(of: duties, categories: categories, areas: areas.identifiers, units: units, people: ["li-na"])
        #expect(
            found == [
                DutyFinding(duty: "b", kind: .tie, other: "a"), DutyFinding(duty: "c", kind: .matchesNothing),
                DutyFinding(duty: "d", kind: .unknownArea), DutyFinding(duty: "e", kind: .unknownUnit),
                DutyFinding(duty: "f", kind: .noLeader), DutyFinding(duty: "g", kind: .nobody),
                DutyFinding(duty: "h", kind: .unknownUnit),
            ])
    }

    @Test func `a route is read as it was written, whatever stands in it`() {
        let rule = Duty(id: "d-1", category: "", area: "a b/c%20", unit: "u", revision: 7)
        for route in [
            Route(by: rule, path: ["city/x", "u 1"]), Route(skill: "婚姻 家庭", path: []), Route(path: ["u"]),
            Route(by: duty("e", "0102"), path: []),
        ] {
            #expect(Route(route.text) == route, "\(route.text)")
            #expect(!route.english.isEmpty && !route.chinese.isEmpty)
        }
        #expect(Route("") == nil && Route("words=without meaning") == nil)
        let units = [
            HandlingUnit(id: "a", name: "", kind: .other, level: .city, parent: "c"),
            HandlingUnit(id: "b", name: "", kind: .other, level: .city, parent: "a"),
            HandlingUnit(id: "c", name: "", kind: .other, level: .city, parent: "b"),
        ]
        let tree = AreaTree(units: units)
        #expect(tree.path(to: "a") == ["b", "c", "a"] && tree.path(to: "z") == ["z"])
    }

    @Test func `an expert of the nearest area is called, among equals the one with least to do`() {
        let experts = [
            Expert(id: "e1", person: "far", skill: "调解"), Expert(id: "e2", person: "busy", skill: "调解", area: "street"),
            Expert(id: "e3", person: "free", skill: "调解", area: "street"),
            Expert(id: "e4", person: "near", skill: "电力", area: "g1"),
            Expert(id: "e5", person: "left", skill: "调解", area: "g1", retired: true),
        ]
        let directory = ExpertDirectory(experts, areas: areas)
        #expect(directory.matching(skill: "调解", grid: "g1").map(\.id) == ["e2", "e3", "e1"])
        #expect(directory.matching(skill: "调解", grid: "city").map(\.id) == ["e1"])
        #expect(directory.matching(skill: nil, grid: nil).count == 4)
        let load = ["busy": 3, "free": 1, "far": 0]
        #expect(directory.choice(skill: "调解", grid: "g1") { load[$0] ?? 0 }?.person == "free")
        #expect(directory.choice(skill: "调解", grid: "city") { load[$0] ?? 0 }?.person == "far")
        #expect(directory.choice(skill: "法律", grid: "g1") { _ in 0 } == nil)
        let again = [
            Expert(id: "x", person: "li", skill: "a", area: "moon", unit: "u"),
            Expert(id: "y", person: "li", skill: "a", area: "moon"),
        ]
        #expect(
            ExpertFinding.all(of: again, people: [], areas: ["g1"], units: []).map(\.kind) == [
                .unknownPerson, .unknownArea, .unknownUnit, .unknownPerson, .unknownArea, .twice,
            ])
    }
}
