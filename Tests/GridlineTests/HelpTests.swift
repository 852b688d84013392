import Foundation
import Screen
import SyncProtocol
import Testing

@testable import gridline

@Suite struct HelpTests {
    private let root = CommandPage(dump: Gridline._dumpHelp())!

    /// As a shell splits it: words, and what stands between single quotation marks.
    private func split(_ line: String) -> [String] {
        var words: [String] = []
        for (index, part) in line.components(separatedBy: "'").enumerated() {
            if index.isMultiple(of: 2) { words += part.split(separator: " ").map(String.init) } else { words.append(part) }
        }
        return words
    }

    @Test func `every command has an example, and every example parses`() throws {
        let names = root.shownCommands.map(\.commandName)
        #expect(names.count >= 22)
        for name in names + [""] {
            let examples = Examples.of[name] ?? []
            #expect(!examples.isEmpty, "\(name) has no example")
            for example in examples {
                let words = split(example.line.components(separatedBy: " > ")[0])
                #expect(words.first == "gridline" && (name.isEmpty || words.dropFirst().first == name), "\(example.line)")
                #expect(throws: Never.self, "\(example.line)") { try Gridline.parse(words.dropFirst().map { Array($0.utf8) }) }
            }
        }
    }

    @Test(arguments: [30, 60, 80, 100]) func `help fits the terminal, in both languages`(width: Int) {
        let measure = DisplayWidth()
        for command in root.all {
            let words = Array(command.path.dropFirst())
            let chinese = Pages.help(of: words, .zh, width: width)
            let english = Pages.help(of: words, .en, width: width)
            for line in chinese + english where !line.hasPrefix("      gridline") && width >= 60 {
                #expect(measure.cells(line) <= width, "\(words): \(line)")
            }
            #expect(chinese.contains("选项：") && english.contains("Options:"))
            #expect(
                chinese.contains { $0.hasPrefix("示例：") }
                    && chinese.contains { $0.contains("gridline \(words.joined(separator: " "))") })
            for word in ["Usage", "OPTIONS", "Show help", "default:", "Examples"] {
                #expect(!chinese.joined().contains(word), "\(words): \(word)")
            }
        }
    }

    @Test func `a line that is not understood is told in the person's language, with what may have been meant`() throws {
        func said(_ line: [String]) throws -> Failure {
            do {
                _ = try Gridline.parse(line.map { Array($0.utf8) })
            } catch { return Usage(words: line, message: Gridline.message(for: error)).failure(.zh) }
            throw Failure.cancelled
        }
        let lines: [([String], String, String?)] = [
            (["show"], "缺少参数", nil), (["list", "--serach", "灯"], "没有这个选项：--serach", "--search"),
            (["list", "--grid"], "缺少取值", nil),
            (["status", "x", "y"], "多余的参数", nil), (["status", "x"], "多余的参数：x", nil), (["list", "--mine=1"], "不带取值", nil),
            (["list", "--status", "dispached"], "不适用于", "dispatched"), (["list", "--status", "已派谴"], "不适用于", "已派遣"),
            (["list", "--due", "tody"], "不适用于", "today"), (["sync", "--interval", "many"], "不适用于", nil),
            (["--lang", "fr", "list"], "", nil), (["completions", "tcsh"], "不适用于", nil),
        ]
        for (line, words, near) in lines {
            let failure = try said(line)
            #expect(failure.exit == .usage && failure.code.hasPrefix("GL-C20"), "\(line)")
            let text = failure.text(.zh)
            #expect(words.isEmpty || text.contains(words), "\(line): \(text)")
            if let near { #expect(text.contains("您是不是要输入：\(near)"), "\(line): \(text)") }
            for english in [
                "Missing", "Unknown option", "Unexpected", "invalid for", "Please provide", "Error:", "USAGE", "Usage",
            ] {
                #expect(!text.contains(english), "\(line): \(text)")
            }
            #expect(
                failure.text(.en).contains("Usage: gridline") || line.first!.hasPrefix("-") || failure.code == "GL-C2012",
                "\(failure.text(.en))")
        }
        let unknown = try said(["shwo", "3"])
        #expect(
            unknown.code == "GL-C2012" && unknown.text(.zh).contains("show") && unknown.text(.en).contains("Did you mean: show"))
    }

    @Test(arguments: [Language.zh, .en]) func `the manual page is one that the typesetter understands`(language: Language) throws
    {
        let page = Pages.manual(language).joined(separator: "\n") + "\n"
        for command in root.shownCommands {
            #expect(page.contains("gridline \(command.commandName.replacing("-", with: "\\-"))"), "\(command.commandName)")
        }
        #expect(page.contains(".TH GRIDLINE 1"))
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
        let file = NSTemporaryDirectory() + "gridline-\(UUID().uuidString).1"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try page.write(toFile: file, atomically: true, encoding: .utf8)
        let set = try run("/usr/bin/groff", ["-K", "utf8", "-Tutf8", "-man", "-ww", file])
        #expect(set.status == 0 && set.err.isEmpty, "\(set.err.prefix(2000))")
        #expect(page.contains(language == .zh ? "退出码" : "EXIT STATUS"))
    }

    @Test func `the program's own help says everything in Chinese`() throws {
        for command in root.all {
            let words = Array(command.path.dropFirst())
            let help = try run(Place.gridline, ["help"] + words, environment: ["LC_ALL": "zh_CN.UTF-8"])
            #expect(help.status == 0 && help.err == "" && help.out.contains("用法：gridline"), "\(words)")
            for line in help.out.split(separator: "\n").map(String.init) where !line.contains("gridline ") {
                #expect(!line.hasEnglishSentence, "\(words): \(line)")
            }
        }
    }
}
