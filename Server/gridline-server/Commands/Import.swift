import ArgumentParser
import Queue

/// Takes the rows of a CSV file as new tickets.
struct Import: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take the rows of a CSV file as new tickets.",
        discussion: """
            Rows whose external id is known from the same source are left alone, so that a file can be given again. Rows that \
            cannot be read are named with their line; the others are taken. Exit 1 if there were any.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "The file, UTF-8; - = standard input.")
    var file: String
    @Option(help: ArgumentHelp("Which column becomes what, for instance title=subject,external_id=id.", valueName: "map"))
    var map: String?
    @Option(help: ArgumentHelp("The source's name: external ids are its own.", valueName: "name"))
    var source: String
    @Option(help: "Rows of one transaction.")
    var batch: Int = 500

    func validate() throws {
        guard (1...5000).contains(batch) else { throw ValidationError("--batch is from 1 to 5000.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let mapping = try map.map { text throws(OperationProblem) in try ImportMapping(text) } ?? .identity
        let chunks = try FileChunks(path: file)
        let importer = Importer(runner: centre, source: source, author: try author.author(), batchRows: batch)
        let report = try await importer.run(CSVReader { try chunks.next() }, mapping: mapping)
        if output.json {
            output.data(report)
        } else {
            output.line("\(report.imported)")
        }
        for fault in report.faults.prefix(100) {
            let place = fault.column > 0 ? ":\(fault.column)" : ""
            output.say("line \(fault.line)\(place): \(fault.reason)", "第 \(fault.line)\(place) 行:\(fault.reason)")
        }
        output.say(
            "\(report.imported) imported, \(report.known) known already, \(report.faultCount) not imported",
            "新入 \(report.imported) 条，已有 \(report.known) 条，未入 \(report.faultCount) 条")
        if report.faultCount > 0 { throw ExitCode(1) }
    }
}
