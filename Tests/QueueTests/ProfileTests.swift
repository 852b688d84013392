import Foundation
import Schema
import Testing
import Tickets

@testable import Queue

@Suite struct ProfileTests {
    @Test func `the profile that is compiled in says what the rules assume`() throws {
        #expect(try ProfileFile.load("hotan") == Profile.hotan)
    }

    @Test func `scalars are named by their path`() throws {
        var entries: [String: ProfileFile.Entry] = [:]
        try ProfileFile.collect("a: 1\nb: { c: x, d: { e: \"0\" } }", into: &entries)
        #expect(entries.mapValues(\.value) == ["a": "1", "b.c": "x", "b.d.e": "0"])
        #expect(entries.mapValues(\.line) == ["a": 1, "b.c": 2, "b.d.e": 2])
    }

    @Test(arguments: [
        "a: [1, 2]", "a: 1\na: 2", "- x", "a: &x {b: 1}\nc: *x\nc: 3", "{a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}}",
    ])
    func `what is no table of values is refused`(yaml: String) {
        var entries: [String: ProfileFile.Entry] = [:]
        #expect(throws: (any Error).self) { try ProfileFile.collect(yaml, into: &entries) }
    }

    @Test(arguments: ["nowhere", "/dev/null", "/no/such/file.yaml"])
    func `a profile that is none is refused by name`(reference: String) {
        let problem = #expect(throws: OperationProblem.self) { try ProfileFile.load(reference) }
        #expect(problem?.code == .badProfile)
        #expect(problem?.message.contains(reference) == true)
    }

    @Test(arguments: SchemaResource.profileNames)
    func `each city that is compiled in is a profile of that name, and its body reads back`(name: String) throws {
        let (profile, body) = try ProfileFile.read(name)
        #expect(profile.name == name)
        #expect(try Profile(body: body) == profile)
    }

    @Test(arguments: [
        ("profile: x\nversion: 1\nrates:\n  rounding: 9\n", 4), ("profile: x\nversion: 1\n\nwhistle: 1\n", 4),
        ("profile: x\nversion: 1\nrates: [1]\n", 3), ("profile: x\nversion: {a: 1\n", 3), ("profile: x\nversion: none\n", 2),
    ])
    func `what is wrong with a file is said with its line`(text: String, line: Int) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "profile-\(UUID()).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let problem = #expect(throws: OperationProblem.self) { try ProfileFile.load(file.path) }
        #expect(problem?.message.hasPrefix("\(file.path), line \(line): ") == true, "\(problem?.message ?? "")")
    }
}

@Suite struct DueBatchTests {
    @Test(arguments: [
        (#"{"start":"2026-02-13T09:00:00+08:00","profile":"hotan","class":"general"}"#, "2026-02-25T23:59:59+08:00", false),
        (#"{"start":"2026-02-13T01:00:00Z","profile":"beijing","class":"general"}"#, "2026-02-25T23:59:59+08:00", false),
        (#"{"start":"2026-09-30T09:00:00+08:00","profile":"hotan","class":"complex"}"#, "2026-10-15T23:59:59+08:00", false),
        (#"{"start":"2011-01-31T23:59:59+08:00","profile":"weifang","class":"urgent"}"#, "2011-02-01T23:59:59+08:00", false),
        (#"{"start":"2026-12-30T09:00:00+08:00","profile":"hotan","class":"general"}"#, "2027-01-04T23:59:59+08:00", true),
        (#"{"start":"2026-03-07T23:30:00+08:00","profile":"hotan","class":"consultation"}"#, "2026-03-07T23:59:59+08:00", false),
    ])
    func `a question has its due date`(question: String, due: String, provisional: Bool) {
        var batch = DueBatch(calendar: Rules.embedded.calendar)
        #expect(batch.answer(Array(question.utf8)) == #"{"due":"\#(due)","provisional":\#(provisional)}"#)
        #expect(batch.faultCount == 0)
    }

    @Test(arguments: [
        "{}", "no json", #"{"start":"tomorrow","profile":"hotan","class":"general"}"#,
        #"{"start":"2026-02-13T09:00:00+08:00","profile":"nowhere","class":"general"}"#,
        #"{"start":"2026-02-13T09:00:00+08:00","profile":"hotan","class":"slow"}"#,
    ])
    func `a question that cannot be answered keeps its place and says why`(question: String) throws {
        var batch = DueBatch(calendar: Rules.embedded.calendar)
        _ = batch.answer(Array(#"{"start":"2026-02-13T09:00:00+08:00","profile":"hotan","class":"general"}"#.utf8))
        let answer = try JSONDecoder().decode([String: String].self, from: Data(batch.answer(Array(question.utf8)).utf8))
        #expect(answer["error"]?.hasPrefix("line 2: ") == true)
        #expect(batch.faultCount == 1)
    }
}
