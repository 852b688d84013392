import ArgumentParser
import Foundation
import Queue
import Tickets

/// Explains due dates: of a ticket, or of many questions without a store.
struct WhyDue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a ticket is due when it is due: each clock as a sum.",
        discussion: """
            With --batch no store is needed: each line of standard input is one question, \
            {"start":RFC3339,"profile":NAME,"class":"consultation|general|complex|urgent"}, start being the moment of dispatch, and \
            each line of the answer is {"due":RFC3339,"provisional":true|false}. complex takes the most days that the profile allows. In \
            place of class there may be kind, urgency and title: the profile's rules find the class, and the answer names it. With \
            "explain":true the answer has the sum as lines. A question that cannot be answered has {"error":TEXT} at its place, and the \
            exit code is 1.
            """)

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("Who reads it; else nobody in particular.", valueName: "person"))
    var reader: String?
    @Argument(help: "Official number or UUID.")
    var ticket: String?
    @Flag(help: "Answer the questions on standard input, one JSON object per line.")
    var batch = false

    func validate() throws {
        guard batch == (ticket == nil) else { throw ValidationError("Name a ticket, or say --batch.") }
    }

    func run() async throws {
        let output = common.output
        guard let ticket else { return try answer(output) }
        do {
            let session = try await Session.open(try common.directory())
            defer { session.close() }
            guard case .why(let report) = try await session.runner.run(.whyDue(ticket: ticket, for: reader)) else {
                throw OperationProblem.strangeAnswer
            }
            if output.json { return output.data(report) }
            for line in report.lines { output.line(output.words(line.english, line.chinese)) }
        } catch let problem as OperationProblem {
            throw output.report(problem)
        }
    }

    private func answer(_ output: Output) throws {
        var batch = DueBatch(calendar: Rules.embedded.calendar) { text in
            output.language == .zh ? ProblemSentences.translation.words(text)?.chinese ?? text : text
        }
        var answers: [String] = []
        while let line = readLine(strippingNewline: true) {
            answers.append(batch.answer(Array(line.utf8)))
            // A write for each answer would take longer than the answer.
            guard answers.count == 256 else { continue }
            output.line(answers.joined(separator: "\n"))
            answers = []
        }
        if !answers.isEmpty { output.line(answers.joined(separator: "\n")) }
        guard batch.faultCount == 0 else {
            output.say(
                "\(batch.faultCount) questions could not be answered; the answers say why.",
                "\(batch.faultCount) 个问题无法回答，原因见各行。")
            throw ExitCode(1)
        }
    }
}
