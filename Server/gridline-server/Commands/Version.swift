import ArgumentParser
import Foundation
import Queue

/// Says what this program is, and what it finds.
struct Version: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which release this is; with a store, also which one serves it.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        guard let directory = try? common.directory() else {
            if output.json { output.data(["release": Release.version]) } else { output.line(Release.version) }
            return
        }
        do {
            let session = try await Session.open(directory)
            defer { session.close() }
            guard case .version(let report) = try await session.runner.run(.version) else { throw OperationProblem.strangeAnswer }
            if output.json {
                output.data(report)
            } else {
                output.line(report.release)
                output.line(
                    "incarnation \(report.incarnation ?? "-"), head \(report.head ?? 0), process \(report.process.map(String.init) ?? "-")"
                )
            }
        } catch let problem as OperationProblem {
            throw output.report(problem)
        }
    }
}
