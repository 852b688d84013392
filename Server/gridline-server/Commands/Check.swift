import ArgumentParser
import Queue

/// Proves that the history is whole.
struct Check: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify the journal's chain, every device's chain and the database. Exit 1 and the first bad index if not.")

    @OptionGroup var common: CommonOptions

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .check(let report) = try await centre.run(.check) else { throw OperationProblem.strangeAnswer }
        if output.json {
            output.data(report)
        } else {
            for fault in report.faults { output.line(fault) }
            if let index = report.firstBadIndex { output.line(output.words("first bad index: \(index)", "首个异常序号：\(index)")) }
        }
        let counts = "\(report.journalEntries) / \(report.chainLinks) / \(report.commands)"
        guard report.faults.isEmpty, report.firstBadIndex == nil else {
            output.say(
                "Not whole. Read \(counts) (entries, headers, commands). Stop serving, keep the files, restore the newest good backup.",
                "校验未通过。已读 \(counts)(留痕、链头、命令)。请停止服务，保留文件，恢复最近的完好备份。")
            throw ExitCode(1)
        }
        output.say("Whole: \(counts) (entries, headers, commands).", "完好：\(counts)（留痕、链头、命令）。")
    }
}
