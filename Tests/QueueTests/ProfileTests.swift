import Schema
import Testing
import Tickets

@testable import Queue

@Suite struct ProfileTests {
    @Test func `the profile that is compiled in says what the rules assume`() throws {
        #expect(try ProfileFile.load("hotan") == Profile.hotan)
    }

    @Test func `scalars are named by their path`() throws {
        #expect(try ProfileFile.entries("a: 1\nb: { c: x, d: { e: \"0\" } }") == ["a": "1", "b.c": "x", "b.d.e": "0"])
    }

    @Test(arguments: [
        "a: [1, 2]", "a: 1\na: 2", "- x", "a: &x {b: 1}\nc: *x\nc: 3", "{a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}}",
    ])
    func `what is no table of values is refused`(yaml: String) {
        #expect(throws: (any Error).self) { try ProfileFile.entries(yaml) }
    }

    @Test(arguments: ["nowhere", "/dev/null", "/no/such/file.yaml"])
    func `a profile that is none is refused by name`(reference: String) {
        let problem = #expect(throws: OperationProblem.self) { try ProfileFile.load(reference) }
        #expect(problem?.code == .badProfile)
        #expect(problem?.message.contains(reference) == true)
    }
}
