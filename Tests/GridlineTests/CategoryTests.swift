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
}
