import ArgumentParser
import Queue
import Tickets

/// A command that works on the store, with or without a running `serve`.
protocol CentreCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    /// Does it.
    /// - Throws: `OperationProblem`, a validation error, or the exit code.
    func run(_ centre: any OperationRunner, _ output: Output) async throws
}

extension CentreCommand {
    func run() async throws {
        let output = common.output
        do {
            let session = try await Session.open(try common.directory())
            defer { session.close() }
            try await run(session.runner, output)
        } catch let problem as OperationProblem {
            throw output.report(problem)
        }
    }
}

extension OperationRunner {
    /// Runs an act and shows what the rules said. Exit 5 where somebody else was first, 4 where the author may not, else 1.
    func act(_ operation: Operation, _ output: Output) async throws {
        guard case .acts(let reports) = try await run(operation) else { throw OperationProblem.strangeAnswer }
        try show(reports, output)
    }

    func show(_ reports: [ActReport], _ output: Output) throws {
        if output.json {
            if reports.count == 1 { output.data(reports[0]) } else { output.data(reports) }
        } else {
            for report in reports where report.isApplied { output.line(report.number ?? report.ticket) }
        }
        let refused = reports.filter { !$0.isApplied }
        for report in refused.prefix(50) {
            let place = report.line > 0 ? output.words("line \(report.line): ", "第 \(report.line) 行：") : ""
            output.say(refused: report, at: place)
        }
        if reports.count > 1 {
            output.say(
                "\(reports.count - refused.count) of \(reports.count) applied",
                "共 \(reports.count) 条，生效 \(reports.count - refused.count) 条")
        }
        guard !refused.isEmpty else { return }
        if refused.contains(where: { $0.verdict == "superseded" }) { throw ExitCode(5) }
        throw ExitCode(refused.allSatisfy { $0.reason == Reason.notPermitted.rawValue } ? 4 : 1)
    }
}

extension OperationProblem {
    /// A `serve` of another release gave an outcome of another kind.
    static var strangeAnswer: OperationProblem {
        OperationProblem(.otherVersion, "the running serve gave another kind of answer; it is another release")
    }
}
