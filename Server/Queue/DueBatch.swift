import Foundation
import SyncProtocol
import Tickets

/// Due dates for many questions at once: one JSON object per line, one answer per line, in order.
///
///     {"start":"2026-02-13T09:00:00+08:00","profile":"hotan","class":"general"}
///     {"due":"2026-02-25T23:59:59+08:00","provisional":false}
///
/// `start` is the moment of dispatch. `complex` takes the most days that the profile allows. Without a class the profile's rules find it
/// from `kind`, `urgency` and `title`, and the answer has it; with `"explain":true` the answer has the sum as `lines`, each in two
/// languages. A question that cannot be answered has the answer `{"error":"line N: …"}` at its place.
public struct DueBatch {
    /// Questions that could not be answered.
    public private(set) var faultCount = 0

    private var rules: [String: Rules] = [:]
    private let calendar: WorkCalendar
    private let translate: (String) -> String
    private var line = 0
    private let decoder = JSONDecoder()

    private struct Question: Decodable {
        var start: String
        var profile: String
        var `class`: String?
        var kind: String?
        var urgency: String?
        var title: String?
        var explain: Bool?
    }

    /// - Parameters:
    ///   - calendar: Counts by it.
    ///   - translate: What is wrong with a line, in the reader's language.
    public init(calendar: WorkCalendar, translate: @escaping (String) -> String = { $0 }) {
        self.calendar = calendar
        self.translate = translate
    }

    /// The answer to the next line, without its end.
    public mutating func answer(_ question: [UInt8]) -> String {
        line += 1
        do throws(OperationProblem) {
            return try answer(to: question)
        } catch {
            faultCount += 1
            let text = JSONText.text(translate("line \(line): \(error.message)"))
            return String(decoding: JSONText.object(["error": text]).bytes, as: UTF8.self)
        }
    }

    private mutating func answer(to bytes: [UInt8]) throws(OperationProblem) -> String {
        guard let question = try? decoder.decode(Question.self, from: Data(bytes)),
            question.class != nil || question.kind != nil || question.title != nil
        else { throw OperationProblem(.badArguments, "not a JSON object with start, profile and class, kind or title") }
        let rules = try rules(of: question.profile)
        let deadline = try deadline(question, rules)
        let due = #""due":"\#(ImportTime.text(deadline.due))","provisional":\#(deadline.isProvisional)"#
        guard question.class == nil || question.explain == true else { return "{\(due)}" }
        let found = question.class == nil ? #""class":"\#(deadline.deadlineClass.rawValue)","# : ""
        guard question.explain == true else { return "{\(found)\(due)}" }
        let days = rules.profile.deadlines[deadline.deadlineClass]?.days
        let lines = rules.sum(of: deadline, isChosen: deadline.countedDays.count != days).map { line in
            String(
                decoding: JSONText.object(["english": .text(line.english), "chinese": .text(line.chinese)]).bytes, as: UTF8.self)
        }
        return #"{\#(found)\#(due),"lines":[\#(lines.joined(separator: ","))]}"#
    }

    private func deadline(_ question: Question, _ rules: Rules) throws(OperationProblem) -> Deadline {
        guard let start = ImportTime.parse(question.start) else {
            throw OperationProblem(.badArguments, "start is no time; write RFC 3339, such as 2026-02-13T09:00:00+08:00")
        }
        let found = rules.profile.deadlineClass(kind: question.kind, urgency: question.urgency, title: question.title)
        guard let one = question.class.map(DeadlineClass.init(rawValue:)) ?? found else {
            let known = DeadlineClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperationProblem(.badArguments, "unknown class; the classes are \(known)")
        }
        guard let deadline = rules.deadline(dispatchedAt: start, class: one, days: rules.profile.deadlines[one]?.daysMax) else {
            throw OperationProblem(.badArguments, "start is beyond all reason")
        }
        return deadline
    }

    private mutating func rules(of profile: String) throws(OperationProblem) -> Rules {
        if let known = rules[profile] { return known }
        var new = Rules.embedded
        new.profile = try ProfileFile.load(try ProfileFile.reference(profile))
        new.calendar = calendar
        rules[profile] = new
        return new
    }
}
