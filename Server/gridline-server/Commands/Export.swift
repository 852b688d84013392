import ArgumentParser
import Foundation
import Queue

/// Writes tickets, people, units, grids, duties, experts, checklists or roster to a file.
struct Export: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Write tickets, people, units, grids, duties, experts, checklists or roster as CSV or NDJSON, so that import reads them back.",
        discussion: """
            Examples:
              gridline-server export people > people.csv
              gridline-server export tickets --intake --format ndjson --output tickets.ndjson
              gridline-server export tickets --personal-data --reason "audit of May, file 12" --as op --output may.csv

            An import takes an exported ticket in as a new request under the external id and source that it had; how far the work \
            on it has come stands in columns that an import passes over, and --intake leaves out. Citizens' names, phones, addresses \
            and identity numbers are empty without --personal-data, which is written into the journal with its reason.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "tickets, people, units, grids, duties, experts, checklists or roster.")
    var kind: ImportKind
    @Option(help: "csv or ndjson; else as the output's name says.")
    var format: ImportFormat?
    @Option(help: ArgumentHelp("The file, made anew and readable by its owner alone; else standard output.", valueName: "file"))
    var output: String?
    @Flag(help: "Of tickets: only what an import takes.")
    var intake = false
    @Flag(help: "With citizens' names, phones, addresses and identity numbers; needs --reason and --as.")
    var personalData = false
    @Option(help: "Why citizens' data is exported; kept in the journal.")
    var reason: String?
    @Option(name: .customLong("as"), help: ArgumentHelp("Who exports citizens' data; else GRIDLINE_AS.", valueName: "person"))
    var person: String?

    func validate() throws {
        guard personalData == (reason != nil) else {
            throw ValidationError("--personal-data and --reason TEXT stand together: an export of citizens' data is journalled.")
        }
        guard kind == .tickets || !(intake || personalData) else {
            throw ValidationError("--intake and --personal-data are for tickets.")
        }
    }

    func run(_ centre: any OperationRunner, _ talk: Output) async throws {
        let author = person ?? ProcessInfo.processInfo.environment["GRIDLINE_AS"]
        let question = ExportQuestion(kind, intakeOnly: intake, reason: reason)
        let chosen = format ?? output.map { ImportFormat(ofFile: $0) } ?? .csv
        let file = try NewFile(path: output)
        do {
            let count = try await Exporter(runner: centre, author: author).run(question, format: chosen) {
                (bytes) throws(OperationProblem) in try file.write(bytes)
            }
            try file.finish()
            talk.say("\(count) rows", "共 \(count) 行")
        } catch {
            file.abandon()
            throw error
        }
    }
}

/// A file that is complete under its name or is not there; standard output where there is no name.
private final class NewFile {
    private let path: String?
    private let handle: FileHandle
    private var partial: String { (path ?? "") + ".partial" }

    /// - Throws: `exists` if there is one already, `unreadableFile` if it cannot be made.
    init(path: String?) throws(OperationProblem) {
        self.path = path
        guard let path else {
            handle = .standardOutput
            return
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw OperationProblem(.exists, "\(path) is there already; nothing was overwritten")
        }
        unlink(path + ".partial")
        let descriptor = open(path + ".partial", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OperationProblem(.unreadableFile, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: [UInt8]) throws(OperationProblem) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw OperationProblem(
                .unreadableFile, "cannot write \(path ?? "standard output"): \(String(cString: strerror(errno)))")
        }
    }

    func finish() throws(OperationProblem) {
        guard let path else { return }
        guard fsync(handle.fileDescriptor) == 0, rename(partial, path) == 0 else {
            throw OperationProblem(.unreadableFile, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    func abandon() { if path != nil { unlink(partial) } }
}
