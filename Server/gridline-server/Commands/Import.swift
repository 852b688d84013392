import ArgumentParser
import Queue

/// Takes in tickets, people, units, grids, duties, experts, checklists or roster from files.
struct Import: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take in tickets, people, units, grids, duties, experts, checklists or roster from CSV or NDJSON files.",
        discussion: """
            Examples:
              gridline-server import letters.csv --map title=subject,description=detail,external_id=id --source letters --as op
              gridline-server import people staff.csv --as op
              gridline-server import grids - --format ndjson --as op < grids.ndjson

            A file can be given again: tickets whose external id is known from the same source are passed over, people, \
            units, grids, duties, experts, checklists and lines of the roster that are as they were as well. Rows that cannot be taken go with line, column and reason into FILE.rejects.csv; mend \
            them there and import that file with the same options. Everything else is taken.
            Exit codes: 0 all taken, 1 some rows rejected or an error, 64 wrong usage.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(
        help: ArgumentHelp(
            "What (tickets, people, units, grids, duties, experts, checklists, roster; left out = tickets), then files in UTF-8; - = standard input.",
            valueName: "what-and-files"))
    var arguments: [String]
    @Option(help: "csv or ndjson; else as the file's name says.")
    var format: ImportFormat?
    @Option(help: ArgumentHelp("Which column becomes what, for instance title=subject,external_id=id.", valueName: "map"))
    var map: String?
    @Option(
        help: ArgumentHelp("Of tickets: the source's name, where a row has none; external ids are its own.", valueName: "name"))
    var source: String?
    @Option(help: ArgumentHelp("Where rejected rows go; else FILE.rejects.csv.", valueName: "file"))
    var rejects: String?
    @Flag(help: "Read and check everything, write nothing.")
    var dryRun = false
    @Option(help: "Rows of one transaction, 1 to 5000; else 1000 while serve runs, 4000 alone.")
    var batch: Int?

    private var chosen: (kind: ImportKind, files: [String]) {
        if let first = arguments.first, let kind = ImportKind(rawValue: first) { return (kind, Array(arguments.dropFirst())) }
        return (.tickets, arguments)
    }

    func validate() throws {
        let (kind, files) = chosen
        guard !files.isEmpty else { throw ValidationError("Name a file; - = standard input.") }
        guard (1...Importer.batchRowsMax).contains(batch ?? 1) else {
            throw ValidationError("--batch is from 1 to \(Importer.batchRowsMax).")
        }
        guard rejects == nil || files.count == 1 else {
            throw ValidationError("--rejects is for one file; name several one by one.")
        }
        guard kind == .tickets || source == nil else {
            throw ValidationError("--source is for tickets; \(kind.rawValue) have ids of their own.")
        }
        if let source, source.isEmpty { throw ValidationError("--source is empty; name where the rows come from.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let (kind, files) = chosen
        let mapping = try map.map { text throws(OperationProblem) in try ImportMapping(text, kind: kind) } ?? .identity(kind)
        // While serve runs, devices wait for a batch to be written: it is kept short for them.
        let rows = batch ?? (centre is AdminClient ? 1000 : 4000)
        let importer = Importer(
            runner: dryRun ? nil : centre, source: source, author: try author.author(), batchRows: rows)
        var reports: [FileReport] = []
        for file in files {
            let rejects = dryRun && self.rejects == nil ? nil : ImportRejects(path: self.rejects ?? Self.rejectsFile(of: file))
            let line = ProgressLine(output)
            let input = try ImportInput(path: file, format: format)
            let report: ImportReport
            do {
                report = try await importer.run(input, mapping: mapping, rejects: rejects) { line.show($0) }
            } catch {
                line.clear()
                throw error
            }
            line.clear()
            tell(report, of: file, files.count > 1, output)
            reports.append(FileReport(file: file, report: report))
        }
        if output.json {
            if reports.count == 1 { output.data(reports[0].report) } else { output.data(reports) }
        } else {
            output.line("\(reports.reduce(0) { $0 + $1.report.imported })")
        }
        if reports.contains(where: { $0.report.faultCount > 0 }) { throw ExitCode(1) }
    }

    private static func rejectsFile(of file: String) -> String { file == "-" ? "stdin.rejects.csv" : file + ".rejects.csv" }

    private struct FileReport: Encodable {
        var file: String
        var report: ImportReport
    }

    private func tell(_ report: ImportReport, of file: String, _ several: Bool, _ output: Output) {
        for fault in report.faults.prefix(20) {
            output.say("\(fault.place): \(fault.code.rawValue): \(fault.reason)", "\(fault.placeInChinese)：\(fault.code.chinese)")
        }
        if report.faultCount > 20 {
            output.say("and \(report.faultCount - 20) more rows", "另有 \(report.faultCount - 20) 行")
        }
        let name = several ? "\(file): " : ""
        if dryRun {
            output.say(
                "\(name)nothing written: \(report.imported) rows can be taken, \(report.faultCount) cannot",
                "\(name)未写入任何内容：可入 \(report.imported) 行，不可入 \(report.faultCount) 行")
        } else {
            output.say(
                "\(name)\(report.imported) imported, \(report.known) known already, \(report.faultCount) not imported",
                "\(name)新入 \(report.imported) 条，已有 \(report.known) 条，未入 \(report.faultCount) 条")
        }
        if let rejects = report.rejects {
            output.say(
                "The rows that were not imported are in \(rejects), with their reasons. Mend them there and import that file with the same options.",
                "未入的行及原因见 \(rejects)：请在该文件中改正，再以相同选项导入该文件。")
        }
    }
}

extension ImportFormat: ExpressibleByArgument {}
extension ImportKind: ExpressibleByArgument {}

extension ImportFault {
    /// Where it is, in Chinese.
    fileprivate var placeInChinese: String {
        if let field { return "第 \(line) 行 \(field)" }
        return column > 0 ? "第 \(line) 行第 \(column) 列" : "第 \(line) 行"
    }
}

extension ImportFault.Code {
    /// What is wrong, in Chinese.
    fileprivate var chinese: String {
        switch self {
        case .openQuote: "引号未闭合，或闭合处不是字段末尾"
        case .strayQuote: "引号位置不对，引号内的引号须写成两个"
        case .notUTF8: "不是 UTF-8 编码"
        case .tooLong: "过长"
        case .columnCount: "列数与表头不符"
        case .notJSON: "不是由文本和数字组成的单层 JSON 对象"
        case .unknownName: "有不认识的名称，请用 --map 说明"
        case .empty: "必填项为空"
        case .badTime: "时间格式不对（RFC 3339 或 YYYY-MM-DD HH:MM:SS）"
        case .badNumber: "不是数字，或超出范围"
        case .badWord: "不是允许的词"
        case .badID: "标识含有不允许的字符，或过长"
        case .controlCharacter: "含有控制字符"
        case .halfPlace: "经度与纬度须同时填写"
        case .refused: "规则不允许"
        }
    }
}
