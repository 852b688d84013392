import Foundation
import Screen
import SyncProtocol
import Testing
import Tickets

@testable import gridline

/// The rules as people read them: on a terminal, as JSON, and in Docs/rules.md.
@Suite struct RulesPageTests {
    private static let measure = DisplayWidth()

    private static func page(_ extract: RulesExtract, _ language: PageLanguage, width: Int = 80) -> [String] {
        RulesPage(extract, language: language, width: width, measure: measure).lines
    }

    @Test(arguments: [40, 60, 80, 100]) func `the rules fit the terminal, in both languages, filtered or not`(width: Int) {
        let resolve = RulesExtract(command: .resolve)
        for extract in [RulesExtract(), resolve, RulesExtract(state: .closed, relation: .handler), RulesExtract(command: .edit)] {
            for language in [PageLanguage.zh, .en] {
                let lines = Self.page(extract, language, width: width)
                #expect(lines.allSatisfy { Self.measure.cells($0) <= width && $0.last != " " })
                #expect(lines.contains { $0.hasPrefix(language == .zh ? "原因" : "Reasons") })
            }
        }
    }

    @Test func `every cell is on the page: what a state and a relation are told`() {
        for line in RulesExtract().lines {
            let page = Self.page(RulesExtract(command: line.command, state: line.state, relation: line.relation), .en, width: 100)
            if line.state != nil { #expect(page.count > 2) }
            let expected =
                (line.cell.verdict?.rawValue ?? "column by column")
                + (line.reason.map { $0 == .ok ? "" : " \($0.rawValue)" } ?? "")
            #expect(page.joined(separator: "\n").contains(expected), "\(line)")
        }
        #expect(RulesExtract().lines.count == 2232)
        #expect(RulesExtract().reasons == Reason.allCases)
        #expect(RulesExtract(command: .retract).lines.isEmpty)
    }

    @Test func `JSON has every cell, column and reason`() throws {
        let text = RulesExtract().json.line
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let cells = try #require(json["matrix"] as? [[String: Any]])
        #expect(cells.count == 2232)
        let resolve = cells.first {
            $0["command"] as? String == "resolve" && $0["state"] as? String == "withdrawn"
                && $0["relation"] as? String == "former"
        }
        #expect(resolve?["verdict"] as? String == "rejected" && resolve?["reason"] as? String == "withdrawn")
        #expect(resolve?["words"] as? Bool == true && resolve?["to"] is NSNull)
        #expect((json["columns"] as? [Any])?.count == ColumnRules.embedded.lines.count)
        #expect((json["reasons"] as? [[String: String]])?.count == Reason.allCases.count)
    }

    @Test func `what Docs has is what the rules say`() throws {
        let file = Place.root.appendingPathComponent("Docs/rules.md")
        let document = Self.document
        if ProcessInfo.processInfo.environment["GRIDLINE_GOLDEN"] == "write" { try Data(document.utf8).write(to: file) }
        let stands = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(stands == document, "Docs/rules.md is not what Schema/Rules says; GRIDLINE_GOLDEN=write writes it anew")
    }

    // MARK: the page

    private static func both(_ words: Words) -> String {
        words.english == words.chinese ? words.english : "\(words.english) \(words.chinese)"
    }

    private static func table(_ heading: [String], _ rows: [[String]]) -> String {
        ([heading, heading.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
            + "\n"
    }

    private static func said(_ cell: Cell) -> String {
        var text = cell.verdict.map { "**\($0.rawValue)**" } ?? "by columns"
        if cell.reason != .ok { text += " " + cell.reason.rawValue }
        if let to = cell.to { text += " → " + to.rawValue }
        return text + (cell.keepsWords ? " +words" : "")
    }

    private static var matrix: String {
        Matrix.kinds.map { kind in
            let rows = Matrix.states.map { state in
                [state.map { "\($0.rawValue) \($0.chinese)" } ?? "– (none)"]
                    + Relation.allCases.map { said(Rules.embedded.matrix[kind, state, $0]) }
            }
            return "### \(both(kind.words))\n\n" + table(["state"] + Relation.allCases.map { both($0.words) }, rows)
        }.joined(separator: "\n")
    }

    private static var document: String {
        let columns = ColumnRules.embedded.lines.map { line in
            [
                both(line.column.words), both(line.rule.words), line.group.map { "with \($0)" } ?? "–", line.rule.meaning.english,
                line.rule.meaning.chinese, both(line.may.words),
            ]
        }
        let relations = Relation.allCases.map { [both($0.words), $0.meaning.english, $0.meaning.chinese] }
        let reasons = Reason.allCases.map { ["`\($0.rawValue)`", $0.chinese, $0.english] }
        return """
            # The rules, cell by cell 规则全表

            Made from the data in `Schema/Rules` by a test that fails where this page says something else; `gridline rules` and
            `gridline-server rules` print the same, with `--json` for programs. What the codes mean: [states.md](../Schema/Rules/states.md). Read
            [conflicts.md](conflicts.md) ([中文](conflicts.zh.md)) first: it explains in two pages what this page says in \(Matrix.kinds.count) ×
            \(Matrix.states.count) × \(Relation.allCases.count) = \(Matrix.kinds.count * Matrix.states.count * Relation.allCases.count) cells.

            本页由 `Schema/Rules` 中的数据生成，测试保证两者一致。请先读 [conflicts.zh.md](conflicts.zh.md)。

            A cell says what becomes of a command: the verdict, the reason where there is one to give, `→` the state that the ticket goes to, and
            `+words` where the words that came with a command which is not applied, or with an edit, land as a note. `by columns`: the columns
            that it changes decide, see [below](#columns-字段). Retractions are judged by what became of their target: see states.md.

            ## Relations 关系

            \(table(["the author is", "that is", "即"], relations))
            ## Commands 命令

            \(matrix)
            ## Columns 字段

            What happens to a column that both sides changed. Changed by one side alone it is taken, whoever that is.

            \(table(["column", "rule", "together", "what stands", "结果", "who may choose another value"], columns))
            ## Reasons 原因

            \(table(["code", "中文", "English"], reasons))
            """
    }
}
