import ArgumentParser
import Foundation
import Screen
import Testing

@testable import ReplicaStore
@testable import gridline

@Suite struct CompletionTests {
    private let tickets = [
        TicketGlance(localNumber: 1, number: "HT-1", title: "路灯/不亮: 三盏"),
        TicketGlance(localNumber: 12, number: "HT-12", title: "停水\n\u{1b}[31m"),
        TicketGlance(localNumber: 20, number: nil, title: nil),
    ]

    @Test func `each shell gets numbers with titles in its own form`() {
        #expect(Completion.lines(tickets, prefix: "", shell: .zsh) == ["1:路灯／不亮\\: 三盏", "12:停水 \u{fffd}[31m", "20:"])
        #expect(Completion.lines(tickets, prefix: "1", shell: .fish) == ["1\t路灯／不亮: 三盏", "12\t停水 \u{fffd}[31m"])
        #expect(Completion.lines(tickets, prefix: "1", shell: .bash) == ["1  路灯／不亮: 三盏", "12  停水 \u{fffd}[31m"])
        #expect(Completion.lines(tickets, prefix: "12", shell: .bash) == ["12"], "what is left is inserted as it is")
        #expect(Completion.lines(tickets, prefix: "HT-1", shell: .fish).map { $0.prefix { $0 != "\t" } } == ["HT-1", "HT-12"])
        #expect(Completion.lines(tickets, prefix: "9", shell: nil) == [])
    }

    private func ask(_ home: String, _ words: [String]) throws -> (status: Int32, out: String, err: String) {
        try run(
            Place.gridline, ["---completion"] + words,
            environment: ["GRIDLINE_HOME": home, "SAP_SHELL": "fish", "GRIDLINE_LANG": "en"])
    }

    @Test func `the program answers a shell from the replica, and leaves every file as it was`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        func files() throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: sample.home)
            return Dictionary(
                uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: sample.home + "/" + $0) ?? Data()) })
        }
        let before = try files()
        let answer = try ask(sample.home, ["show", "--", "positional@0", "2", "1", "gridline", "show", "1"])
        #expect(answer.status == 0 && answer.err == "")
        let lines = answer.out.split(separator: "\n")
        #expect(lines.count == 11 && lines.contains { $0.hasPrefix("14\tBroken street lamp") }, "\(answer.out)")
        // Of a nested command it is the second word's argument.
        let numbers = try ask(
            sample.home, ["conflicts", "choose", "--", "positional@0", "3", "0", "gridline", "conflicts", "choose", ""])
        #expect(numbers.out.split(separator: "\n").first == "3\t#1 Title" && numbers.out.split(separator: "\n").count == 3)
        #expect(try files() == before)
    }

    @Test func `while another program has the replica open, its newest commit is seen`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        try withExtendedLifetime(replica) {
            _ = try replica.news(markLooked: true, at: SampleReplica.now)
            #expect(TicketGlance.all(at: sample.path, countMax: 200).count == 50)
            #expect(TicketGlance.all(at: sample.path, countMax: 3).count == 3)
        }
    }

    @Test func `whatever is wrong, nothing is said and nothing is made`() throws {
        let folder = NSTemporaryDirectory() + "gridline-none-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for words in [
            ["show", "--", "positional@0", "2", "0", "gridline", "show", ""], ["nonsense"], [],
            ["show", "--", "positional@9", "x"],
        ] {
            let answer = try ask(folder, words)
            #expect(answer.status == 0 && answer.err == "", "\(words): \(answer)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("no database".utf8).write(to: URL(fileURLWithPath: folder + "/replica.sqlite"))
        #expect(TicketGlance.all(at: folder + "/replica.sqlite", countMax: 9) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["replica.sqlite"])
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `each script is printed and names the commands`(shell: String) throws {
        let script = try run(Place.gridline, ["completions", shell])
        #expect(script.status == 0 && script.out.contains("resolve") && script.out.contains("---completion"))
    }

    @Test func `bash itself completes a number`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let script = """
            eval "$(\(Place.gridline) completions bash)"
            COMP_WORDS=(\(Place.gridline) show 14); COMP_CWORD=2; COMP_LINE="\(Place.gridline) show 14"; COMP_POINT=${#COMP_LINE}
            _gridline gridline 14 show; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let answer = try run("/bin/bash", ["-c", script], environment: ["GRIDLINE_HOME": sample.home])
        #expect(answer.out == "14\n", "\(answer)")
    }
}

@Suite struct ProgressTests {
    @Test func `the line fits the terminal whatever it says`() {
        for width in [10, 20, 40, 80] {
            for text in ["正在检查本机数据……", "Checking", String(repeating: "长", count: 200)] {
                for ticks in [1, 2, 3, 500] {
                    let line = Progress.line(text, ticks: ticks, width: width, .init())
                    #expect(line.hasPrefix("\r") && line.hasSuffix("\u{1b}[K"))
                    #expect(DisplayWidth().cells(String(line.dropFirst().dropLast(3))) < width || width < 12, "\(line)")
                }
            }
        }
        #expect(Progress.line("x", ticks: 3, width: 80, .init()).contains("1 s"))
    }

    @Test func `work that is quick leaves no trace, and its error comes through`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        struct Stop: Error {}
        let progress = try #require(Progress("x", width: 80, measure: .init(), descriptor: ends[1]))
        #expect(throws: Stop.self) { try progress.during { throw Stop() } }
        #expect(try #require(Progress("x", width: 80, measure: .init(), descriptor: ends[1])).during { 7 } == 7)
        close(ends[1])
        var byte: UInt8 = 0
        #expect(read(ends[0], &byte, 1) == 0, "nothing was drawn")
        close(ends[0])
    }
}
