import ArgumentParser
import Queue

/// Copies the store into one file while it goes on working.
struct Backup: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store into a new file. The centre key is not in it: back it up apart.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "A file that does not exist yet.")
    var file: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let path = StoreDirectory.absolute(file)
        guard case .backup(let report) = try await centre.run(.backup(path: path, by: try author.author())) else {
            throw OperationProblem.strangeAnswer
        }
        if output.json { output.data(report) } else { output.line(report.path) }
        output.say(
            "\(report.bytes) bytes, up to sequence \(report.head).", "共 \(report.bytes) 字节，含序号 \(report.head) 及以前的全部内容。")
    }
}
