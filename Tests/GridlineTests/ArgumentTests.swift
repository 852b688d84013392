import Changeset
import ReplicaStore
import Screen
import SyncClient
import SyncProtocol
import Testing
import Tickets

@testable import gridline

@Suite struct ArgumentTests {

    private var context: Context {
        Context(
            console: Console(
                language: .en, json: false, mayAsk: false, width: nil, measure: DisplayWidth(), colour: false, colourOfTalk: false
            ),
            device: Device(), home: "/nonexistent")
    }

    @Test func `options of every command may stand before it`() {
        #expect(hoisted(["--lang", "zh", "list", "--all"]) == ["list", "--lang", "zh", "--all"])
        #expect(
            hoisted(["--json", "--no-input", "--lang=en", "show", "3"]) == ["show", "--json", "--no-input", "--lang=en", "3"])
        #expect(hoisted(["--ambiguous-width", "2", "list"]) == ["list", "--ambiguous-width", "2"])
        #expect(hoisted(["--lang", "zh", "help", "note"]) == ["help", "note"])
        #expect(hoisted(["note", "1", "--json"]) == ["note", "1", "--json"])
        for line in [[], ["--help"], ["--lang"], ["--unknown", "list"]] { #expect(hoisted(line) == line) }
    }

    @Test func `the same words behind the number or with --note`() throws {
        for line in [["resolve", "12", "修好"], ["resolve", "12", "--note", "修好"], ["resolve", "--note", "修好", "12"]] {
            let command = try #require(Gridline.parse(line.map { Array($0.utf8) }) as? ResolveCommand)
            #expect(command.ticket == "12")
            #expect(try context.words(command.words) == "修好")
        }
        let twice = try #require(Gridline.parse(["note", "1", "a", "--note", "b"].map { Array($0.utf8) }) as? NoteCommand)
        #expect(throws: Failure.wordsTwice) { try context.words(twice.words) }
        let none = try #require(Gridline.parse(["note", "1"].map { Array($0.utf8) }) as? NoteCommand)
        #expect(throws: Failure.needsWords) { try context.words(none.words) }
    }

    @Test func `edit maps options to columns, and --clear to NULL`() throws {
        let line = [
            "edit", "7", "--location", "仓前巷", "--latitude", "37.11", "--longitude", "79.92", "--clear", "finding", "--tags",
            "灯,夜",
        ]
        let command = try #require(Gridline.parse(line.map { Array($0.utf8) }) as? EditCommand)
        #expect(
            try command.arguments(context) == [
                "location": .text("仓前巷"), "latitude": .real(37.11), "longitude": .real(79.92), "finding": .null,
                "tags": .text("灯,夜"),
            ])
    }

    @Test func `an edit without a field is refused before anything is opened`() throws {
        let command = try #require(Gridline.parse(["edit", "7"].map { Array($0.utf8) }) as? EditCommand)
        #expect(throws: Failure.nothingToEdit) { try command.arguments(context) }
    }

    @Test func `report takes its title either way, and only once`() throws {
        for line in [["report", "树枝压线", "--phone", "13812345678"], ["report", "--title", "树枝压线", "--phone", "13812345678"]] {
            let command = try #require(Gridline.parse(line.map { Array($0.utf8) }) as? ReportCommand)
            #expect(try command.arguments(context) == ["title": .text("树枝压线"), "phone": .text("13812345678")])
        }
        let twice = try #require(Gridline.parse(["report", "a", "--title", "b"].map { Array($0.utf8) }) as? ReportCommand)
        #expect(throws: Failure.wordsTwice) { try twice.arguments(context) }
    }

    @Test(arguments: ["accept", "start", "return", "visit", "show", "why-due", "undo", "rescue"])
    func `a command that needs something says so`(command: String) {
        #expect(throws: (any Error).self) { try Gridline.parse([Array(command.utf8)]) }
    }

    @Test func `bytes that are no text are refused with their position, not repaired`() {
        #expect(throws: Failure.invalidText(Say.argument("3"))) {
            try validated([Array("note".utf8), Array("1".utf8), [0xe8, 0xb7]])
        }
        #expect(throws: Failure.invalidText(Say.standardInput)) { try decodedWords([0x61, 0xff]) }
    }

    @Test func `words from a file come without its marks and last line ends`() throws {
        #expect(try decodedWords(Array("\u{feff}一\r\n二\r三\n\n".utf8)) == "一\n二\n三")
        #expect(try decodedWords([]) == "")
        #expect(
            try decodedWords(Array("a\u{1b}b".utf8)) == "a\u{1b}b", "control characters are refused where the argument is judged")
    }

    @Test func `the folder of the data`() {
        #expect(homeFolder { ["GRIDLINE_HOME": "/g", "XDG_DATA_HOME": "/x", "HOME": "/h"][$0] } == "/g")
        #expect(homeFolder { ["XDG_DATA_HOME": "/x", "HOME": "/h"][$0] } == "/x/gridline")
        #expect(homeFolder { ["XDG_DATA_HOME": "relative", "HOME": "/h"][$0] } == "/h/.local/share/gridline")
    }

    @Test func `the language: option, own variable, locale`() {
        #expect(Language.chosen(flag: "en") { _ in "zh_CN.UTF-8" } == .en)
        #expect(Language.chosen(flag: nil) { ["GRIDLINE_LANG": "zh", "LANG": "en_US.UTF-8"][$0] } == .zh)
        #expect(Language.chosen(flag: nil) { ["LC_ALL": "C", "LANG": "zh_CN.UTF-8"][$0] } == .en)
        #expect(Language.chosen(flag: nil) { ["LANG": "zh_CN.UTF-8"][$0] } == .zh)
        #expect(Language.chosen(flag: nil) { _ in nil } == .en)
    }
}

@Suite struct WordsTests {
    @Test func `values go to their places, once, and are not looked into`() {
        #expect(Words("%1 and %2, %1", "%2、%1")("a", "b") == Words("a and b, a", "b、a"))
        #expect(Words("%1 %2", "%1%2")("100%2", "x").english == "100%2 x")
        #expect(Words("5 % of %9", "%")("a").english == "5 % of %9")
        #expect(Words("%1", "%1")(Words("one", "一")) == Words("one", "一"))
    }
}

@Suite struct FailureTests {
    private let failures: [any Error] = [
        ReplicaError.busy, ReplicaError.notEnrolled, ReplicaError.damaged(detail: "page 3"), ReplicaError.diskFull,
        ReplicaError.refused(.moved), ReplicaError.unknownTicket(reference: "9"), SyncFailure.transport(.offline("no name")),
        SyncFailure.transport(.timedOut), SyncFailure.transport(.tls("self signed")),
        SyncFailure.transport(.interrupted(bytes: 7)),
        SyncFailure.transport(.redirected(status: 302, host: "portal")), SyncFailure.transport(.tooLarge(bytesMax: 8 << 20)),
        SyncFailure.transport(.garbled("x")), SyncFailure.transport(.authorityUnreadable),
        SyncFailure.transport(.unavailable("x")),
        SyncFailure.busy(status: 503), SyncFailure.notGridline(status: 200, contentType: "text/html"),
        SyncFailure.endless(rounds: 9),
        SyncFailure.turningInCircles, SyncFailure.wrongCertificate, SyncFailure.refused(ProblemDetails(.usedCode)),
        SyncFailure.unreadable(ProtocolError(.unreadableAnswer, in: "body")), ServerAddress.Refusal.plain,
        ServerAddress.Refusal.malformed,
    ]

    @Test func `every failure has a code, words in both languages, and a status of its own kind`() {
        for error in failures {
            let failure = Failure(error)
            #expect(failure.code.wholeMatch(of: /GL-[A-Z][0-9]{4}/) != nil, "\(error)")
            #expect(failure.exit != .done && !failure.text(.zh).isEmpty && failure.text(.en).hasPrefix(failure.code))
            #expect(failure.text(.zh).unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) }, "\(error)")
        }
    }

    @Test func `a failing sync says that unsent work is safe`() {
        for error in failures where error is SyncFailure {
            #expect(Failure(error).text(.en).contains("safe") && Failure(error).text(.zh).contains("安全"), "\(error)")
        }
    }

    @Test func `statuses for scripts`() {
        func exit(_ error: any Error) -> gridline.ExitStatus { Failure(error).exit }
        #expect(exit(SyncFailure.transport(.offline(""))) == .unsent && exit(SyncFailure.transport(.timedOut)) == .unsent)
        #expect(exit(SyncFailure.notGridline(status: 200, contentType: "text/html")) == .unsent)
        #expect(exit(SyncFailure.transport(.tls(""))) == .error)
        for problem in [Problem.wrongCode, .usedCode, .expiredCode, .enrolAgain, .unknownDevice] {
            #expect(exit(SyncFailure.refused(ProblemDetails(problem))) == .notAuthorised, "\(problem)")
        }
        #expect(exit(SyncFailure.refused(ProblemDetails(.overloaded))) == .unsent)
        #expect(exit(SyncFailure.refused(ProblemDetails(.clientTooOld))) == .error)
        #expect(exit(ReplicaError.refused(.notYours)) == .notAuthorised && exit(ReplicaError.refused(.wrongState)) == .error)
        #expect(exit(ReplicaError.notEnrolled) == .notAuthorised)
    }

    @Test func `what is unforeseen is told without its content`() {
        struct Secret: Error { var phone = "13812345678" }
        #expect(!Failure(Secret()).text(.en).contains("138"))
    }
}
