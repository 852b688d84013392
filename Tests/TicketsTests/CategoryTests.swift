import Testing

@testable import Tickets

@Suite struct `The taxonomy` {
    private let categories = Taxonomy.embedded.categories

    @Test func `has 517 leaves, each path and each six-digit code once`() {
        #expect(categories.count == 517)
        #expect(Set(categories.map(\.code)).count == 517)
        #expect(Set(categories.map(\.levels)).count == 517)
        for category in categories {
            #expect(category.code.utf8.count == 6 && category.code.allSatisfy(\.isNumber), "\(category.code)")
            #expect(!category.retired && category.replacedBy == nil)
        }
    }

    @Test func `gives one number to each name above the leaves, and one name to each number`() {
        for digits in [2, 4] {
            let pairs = Set(categories.map { [String($0.code.prefix(digits))] + $0.levels.prefix(digits / 2) })
            #expect(Set(pairs.map { $0[0] }).count == pairs.count)
            #expect(Set(pairs.map { $0.dropFirst() }).count == pairs.count)
        }
    }

    @Test func `keeps the codes that the first release gave`() {
        let first = ["010101": "环境卫生", "010301": "违章建筑", "020103": "水污染", "030302": "劳动仲裁", "060101": "引水调水"]
        for (code, name) in first { #expect(categories.first { $0.code == code }?.name == name) }
    }

    @Test func `has an initial for every character and for nothing else`() {
        for category in categories {
            for (name, initials) in zip(category.levels, category.initials) {
                #expect(initials.utf8.allSatisfy { (97...122).contains($0) }, "\(name)")
                #expect(initials.count == name.unicodeScalars.count(where: Initials.isHan), "\(name)")
            }
        }
    }

    @Test(arguments: [
        ("软件行业管理", "rjhygl"), ("刑罚执行", "xfzx"), ("非法行医", "ffxy"), ("区划调整", "qhtz"), ("引水调水", "ysds"), ("仲裁与调解", "zcytj"),
        ("企业兼并重组", "qyjbcz"), ("传销", "cx"), ("参战退役人员待遇", "cztyrydy"), ("节能降耗", "jnjh"), ("劳动关系", "ldgx"),
        ("农村“八大员”问题", "ncbdywt"), ("房产证登记、办理", "fczdjbl"),
    ])
    func `reads characters with several readings as the word has them`(name: String, initials: String) {
        let found = categories.flatMap { zip($0.levels, $0.initials) }.filter { $0.0 == name }.map(\.1)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0 == initials }, "\(found)")
    }

    @Test func `a file that is wrong is refused by line`() {
        func error(_ text: String) -> TaxonomyError? { #expect(throws: TaxonomyError.self) { try Taxonomy(csv: text) } }
        let header = "code,level1,level2,level3\n"
        #expect(error("code,level1,level2\n01,甲,乙") == .header)
        #expect(error(header + "0101,甲,乙") == .line(2, .fields))
        #expect(error(header + "01x,甲,乙,丙") == .line(2, .code))
        #expect(error(header + "010101,甲,,丙") == .line(2, .name))
        #expect(error("code,level1,level2,level3,initials3\n010101,甲,乙,丙,B1") == .line(2, .initials))
        #expect(error(header + "010101,甲,乙,丙\n010101,甲,乙,丁") == .twice("010101"))
        #expect(error(header + "010101,甲,乙,丙\n010102,甲,乙,丙") == .twice("010102"))
        #expect(error("code,level1,level2,level3,replaced_by\n010101,甲,乙,丙,010199") == .target("010101"))
    }

    @Test func `a city's own tree gets initials from characters that are known, and none that might be wrong`() throws {
        let own = try Taxonomy(csv: "code,level1,level2,level3,replaced_by\n90,城乡建设,城乡规划,规划建设,\n91,城乡建设,城乡规划,彐彐,90\n")
        #expect(own.categories.map(\.initials) == [["cxjs", "cxgh", "ghjs"], ["cxjs", "cxgh", ""]])
        #expect(own.categories.map(\.retired) == [false, true])
        #expect(own.categories.map { Category(row: $0.row) } == own.categories)
    }
}

@Suite struct `Searching the taxonomy` {
    private let search = CategorySearch(Taxonomy.embedded.categories)

    @Test func `by the beginning of a code`() {
        #expect(search.hits("010101").map(\.code) == ["010101"])
        let found = search.hits("0101").map(\.code)
        #expect(found.count > 5 && found.allSatisfy { $0.hasPrefix("0101") })
        #expect(found == found.sorted())
        #expect(search.hits("991").isEmpty)
    }

    @Test func `by two characters anywhere in the path, the leaf's own name first`() {
        let found = search.hits("采暖")
        #expect(found.first?.name == "冬季采暖")
        let broad = search.hits("环境")
        let isLeaf = broad.map { $0.name.contains("环境") }
        #expect(isLeaf == isLeaf.sorted { $0 && !$1 }, "leaves before areas")
        #expect(broad.contains { !$0.name.contains("环境") && $0.path.contains("环境") })
    }

    @Test func `by initials, in either case`() {
        #expect(search.hits("djcn").first?.name == "冬季采暖")
        #expect(search.hits("DJC").contains { $0.name == "冬季采暖" })
        #expect(search.hits("rjhygl").map(\.name) == ["软件行业管理"])
        #expect(search.hits("rjxygl").isEmpty, "行 is read h here")
    }

    @Test func `by several words, all of which must be there`() throws {
        let found = search.hits("城乡建设 采暖")
        #expect(found.map(\.name) == ["冬季采暖"])
        for category in Taxonomy.embedded.categories { #expect(search.best(category.path)?.code == category.code) }
        #expect(search.hits("").isEmpty && search.hits(" / ").isEmpty && search.hits("采暖 没有这个").isEmpty)
    }

    @Test func `one best hit is taken, several are not`() {
        #expect(search.best("冬季采暖")?.code == "010102")
        #expect(search.best("010102")?.code == "010102")
        #expect(search.best("djcn")?.code == "010102")
        #expect(search.best("管理") == nil)
        #expect(search.best("没有这个") == nil)
        // A third-level name that stands in several places.
        let names = Dictionary(grouping: Taxonomy.embedded.categories, by: \.name).filter { $0.value.count > 1 }
        #expect(names.count > 10)
        for (name, leaves) in names {
            #expect(search.best(name) == nil)
            #expect(Set(search.hits(name).prefix(leaves.count).map(\.code)) == Set(leaves.map(\.code)))
        }
    }

    @Test func `retired leaves are found only when asked for, and input of any kind finds something or nothing`() {
        var leaves = Taxonomy.embedded.categories
        leaves[0].retired = true
        #expect(CategorySearch(leaves).hits(leaves[0].code).isEmpty)
        #expect(CategorySearch(leaves, withRetired: true).hits(leaves[0].code).count == 1)
        for text in ["\u{0}", "“", "👩‍👩‍👧", String(repeating: "管", count: 10_000), "'; DROP TABLE", "０１０１"] { _ = search.hits(text) }
    }
}

@Suite struct `Units` {
    private func unit(
        _ id: String, parent: String? = nil, leader: String? = "a", handler: String? = "b", retired: Bool = false
    ) -> HandlingUnit {
        HandlingUnit(
            id: id, name: id, kind: .facility, level: .city, parent: parent, leader: leader, handler: handler, retired: retired)
    }

    @Test func `every unit in use needs a leader, a handler, and a way up that ends`() {
        let units = [
            unit("whole"), unit("below", parent: "whole"), unit("empty", leader: nil, handler: nil),
            unit("strangers", leader: "x", handler: "y"), unit("lost", parent: "nowhere"), unit("c1", parent: "c2"),
            unit("c2", parent: "c1"), unit("under", parent: "c1"), unit("gone", leader: nil, retired: true),
        ]
        let found = UnitFinding.all(of: units, people: ["a", "b"]).map { "\($0.unit) \($0.kind.rawValue)" }
        #expect(
            found == [
                "empty no-leader", "empty no-handler", "strangers unknown-leader", "strangers unknown-handler",
                "lost unknown-parent", "c1 circle", "c2 circle", "under circle",
            ])
    }

    @Test func `a row says what the unit is, and one of a newer release is passed over`() {
        let one = unit("u-1", parent: "u-0")
        #expect(HandlingUnit(row: one.row) == one)
        var row = one.row
        row[2] = .text("moon-base")
        #expect(HandlingUnit(row: row) == nil)
    }
}

@Suite struct `A profile as a reference row` {
    @Test func `says the same as the file`() throws {
        let entries = [
            "profile": "hotan", "version": "1", "timezone": "+08:00", "deadlines.consultation.days": "0",
            "deadlines.general.days": "3", "deadlines.complex.days": "7", "deadlines.complex.days_min": "5",
            "deadlines.complex.days_max": "7", "deadlines.urgent.days": "1", "deadlines.urgent.contact_hours": "2",
            "extension.days_max": "10", "extension.unit": "day", "rates.rounding": "2",
        ]
        let body = try Profile.body(of: entries)
        #expect(try Profile(body: body) == .hotan)
        #expect(body.hasPrefix("deadlines.complex.days: 7\n"))
        let record = ProfileRecord(name: "hotan", version: 1, inForce: true, loadedAt: 5, body: body)
        #expect(ProfileRecord(row: record.row) == record)
        #expect(throws: ProfileError.self) { try Profile(body: body + "nonsense\n") }
        #expect(throws: ProfileError.value(key: "profile")) { try Profile.body(of: ["profile": "a\nb"]) }
    }
}
