import SyncProtocol
import Testing

@Suite struct `Every problem says what it is and what to do` {
    @Test(arguments: Problem.allCases) func `in both languages, with a status`(problem: Problem) throws {
        let words = problem.words
        for text in [words.title, words.meaning, words.action] {
            #expect(text.english.first?.isASCII == true && text.english.count > 5)
            #expect(text.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
        }
        #expect(words.meaning.english.hasSuffix(".") && words.action.english.hasSuffix("."))
        #expect((400...599).contains(problem.httpStatus))
        #expect(try problem.rawValue.wholeMatch(of: Regex("GL-P1[0-3][0-9]{2}")) != nil)
        if problem.retryAfterSeconds != nil { #expect(problem.isTransient) }
    }

    @Test(arguments: Problem.allCases) func `its details come back`(problem: Problem) throws {
        let details = ProblemDetails(problem, part: "commands.salt", retryAfterSeconds: 7)
        #expect(try ProblemDetails(decoding: details.encoded()) == details)
        #expect(details.problem == problem)
    }

    @Test func `the JSON is canonical`() {
        let text = String(decoding: ProblemDetails(.notFound).encoded(), as: UTF8.self)
        #expect(
            text == """
                {"action":"Check the server's address in the enrolment.","action_zh":"请检查注册时填写的服务器地址。",\
                "code":"GL-P1009","detail":"Nothing is served at this address.","detail_zh":"该地址没有服务。","status":404,\
                "title":"No such address","title_zh":"没有这个地址","type":"urn:gridline:problem:GL-P1009"}
                """)
    }

    @Test func `a code of a newer centre is shown with its own words`() throws {
        let json = #"{"code":"GL-P1999","status":418,"title":"Tea","title_zh":"茶","detail":"Only tea.","action":"Drink."}"#
        let details = try ProblemDetails(decoding: Array(json.utf8))
        #expect(details.problem == nil && details.status == 418)
        #expect(details.title == Words("Tea", "茶") && details.action == Words("Drink.", "Drink."))
        #expect(details.description == "GL-P1999 Tea. Only tea. Drink.")
    }

    @Test func `what a stranger says in the name of a known code is not shown`() throws {
        let json = #"{"code":"GL-P1201","status":503,"title":"Call 555","action":"Send money."}"#
        let details = try ProblemDetails(decoding: Array(json.utf8))
        #expect(details.title == Problem.overloaded.words.title && details.action == Problem.overloaded.words.action)
    }

    @Test func `an error names code, part and action, and nothing of the input`() {
        let error = ProtocolError(.brokenEnvelope, in: "commands.salt")
        #expect(
            "\(error)" == "GL-P1001 The request cannot be read (commands.salt). "
                + "Sync again; your commands are still on this device.")
    }

    @Test func `PROTOCOL.md lists every problem with its status`() throws {
        let prose = try Prose.text("Schema/Wire/PROTOCOL.md")
        for problem in Problem.allCases {
            let row = "| \(problem.rawValue) | \(problem) | \(problem.httpStatus) | \(problem.words.title.english) |"
            #expect(prose.contains(row), "\(row)")
        }
    }
}
