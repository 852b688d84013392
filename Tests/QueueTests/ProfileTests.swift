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
        (#""title":"咨询征地补偿""#, "complex"), (#""title":"请问何时供暖""#, "consultation"), (#""title":"路灯不亮""#, "general"),
        (#""title":"燃气泄漏，咨询电话""#, "urgent"), (#""kind":"complaint","title":"投诉咨询公司""#, "general"),
        (#""kind":"consultation","title":"征地""#, "consultation"), (#""kind":"complaint","urgency":"urgent""#, "urgent"),
        // Inside of a longer word it does not count, beside that it does, and nothing grows together over the gap.
        (#""title":"鼎信咨询公司扰民""#, "general"), (#""title":"向咨询公司咨询退费""#, "consultation"),
        (#""title":"请咨询公司问路""#, "general"), (#""title":"征地办门口堵车""#, "general"),
    ])
    func `the profile's words find a class, and the answer says which and why`(asked: String, found: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("words.yaml")
        let words = """
            profile: hotan
            version: 2
            classes:
              consultation: { words: 咨询 请问, except: 咨询公司 心理咨询 }
              complex: { words: 征地, except: 征地办 }
              urgent: { words: 燃气 }
            """
        try words.write(to: file, atomically: true, encoding: .utf8)
        var batch = DueBatch(calendar: Rules.embedded.calendar)
        let answer = batch.answer(
            Array(#"{"start":"2026-03-09T09:00:00+08:00","profile":"\#(file.path)","explain":true,\#(asked)}"#.utf8))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(object["class"] as? String == found, "\(answer)")
        let lines = try #require(object["lines"] as? [[String: String]])
        #expect(lines.count >= 2 && lines.allSatisfy { $0.keys.sorted() == ["chinese", "english"] })
        // The same question with the class that was found has the same date.
        let again = batch.answer(Array(#"{"start":"2026-03-09T09:00:00+08:00","profile":"hotan","class":"\#(found)"}"#.utf8))
        #expect(again.contains(#""due":"\#(object["due"] as? String ?? "")""#))
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
