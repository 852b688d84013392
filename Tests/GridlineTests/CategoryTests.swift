import Testing
import Tickets

@testable import gridline

@Suite struct `Choosing a category` {
    private let all = Taxonomy.embedded.categories

    @Test func `a code and words that fit one leaf best are that leaf`() throws {
        let heating = try #require(all.first { $0.code == "010102" })
        for text in ["010102", "冬季采暖", "djcn", "采暖", "城乡建设 采暖"] {
            #expect(CategoryChoice(text, in: all) == .one(heating), "\(text)")
        }
    }

    @Test func `where several fit they are shown with number, code and path, and the failure says what to type`() throws {
        guard case .several(let found) = CategoryChoice("管理", in: all) else {
            Issue.record("one was chosen")
            return
        }
        #expect(found.count == CategoryChoice.shownMax)
        let lines = CategoryChoice.lines(found)
        #expect(lines[0] == " 1  \(found[0].code)  \(found[0].path)")
        #expect(lines[19].hasPrefix("20  "))
        let failure = Failure.severalCategories("管理", found)
        #expect(failure.exit == .usage)
        for language in Language.allCases {
            let text = failure.text(language)
            #expect(text.contains("--category \(found[0].code)") && text.contains(lines[19]))
        }
    }

    @Test func `a retired leaf is refused with what to use instead, and nonsense with where to look`() {
        var leaves = all
        leaves[1].retired = true
        leaves[1].replacedBy = leaves[0].code
        #expect(CategoryChoice(leaves[1].code, in: leaves) == .retired(leaves[1]))
        #expect(Failure.retiredCategory(leaves[1]).text(.en).contains("--category \(leaves[0].code)"))
        #expect(CategoryChoice("没有这个", in: leaves) == .none)
        #expect(CategoryChoice("", in: leaves) == .none)
        #expect(Failure.noCategory("没有这个").exit == .usage)
    }

    @Test func `the table has the code first, and says what is retired`() {
        var leaf = all[1]
        (leaf.retired, leaf.replacedBy) = (true, "010101")
        let rows = CategoriesCommand.listing([all[0], leaf], .zh).rows
        #expect(rows.map { $0[0].text } == ["010101", "010102"])
        #expect(rows[0][2].text == all[0].path)
        #expect(rows[1][2].text.hasSuffix("(已停用 → 010101)"))
    }

    @Test func `who owns a matter is said with unit, rule, version and area; nobody and a contradiction are said as such`() {
        func duty(_ id: String, _ role: DutyRole = .owner, area: String? = nil) -> Duty {
            Duty(id: id, category: "01", area: area, unit: "u-\(id)", role: role, words: "路灯归这里", revision: 3)
        }
        func said(_ language: Language, _ owners: [Duty], _ supervisors: [Duty] = [], limited: Int = 0) -> [String] {
            let answer = DutyAnswer(category: all[0], owners: owners, supervisors: supervisors, limitedCount: limited)
            return WhoCommand.lines(answer) { "单位\($0)" }.map { $0.text(language) }
        }
        #expect(
            said(.en, [duty("a", area: "g1")], [duty("b", .supervisor)]) == [
                "010101  \(all[0].path)", "  owner  单位u-a (u-a)  rule a, version 3, area g1  路灯归这里",
                "  supervisor  单位u-b (u-b)  rule b, version 3  路灯归这里",
            ])
        #expect(said(.zh, [duty("a")])[1] == "  承办  单位u-a (u-a)  规则 a 第 3 版  路灯归这里")
        #expect(
            said(.en, [], limited: 2).dropFirst() == [
                "  nobody owns it", "  2 rules hold in some areas only: name one with --grid",
            ])
        #expect(said(.zh, [duty("a"), duty("c")])[1].contains("相互矛盾") && said(.zh, []).count == 2)
    }
}
