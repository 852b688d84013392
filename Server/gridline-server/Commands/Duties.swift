import ArgumentParser
import Queue
import Synchronization

/// The responsibility catalogue: list it, or say what is wrong with it.
struct Duties: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the responsibility catalogue, or what is wrong with it.",
        discussion: """
            With --lint the exit code is 1 if anything is wrong: a rule that matches nothing, two that fit equally well, a unit that is not there or that nobody \
            answers for. With a file its rules are looked at, not the store's, and each finding names its line; nothing is written.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "A file as import duties takes it; - = standard input. Left out = the store's own rules.")
    var file: String?
    @Flag(help: "Only what is wrong.")
    var lint = false

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        var read: (rows: [DutyEntry], faults: Int)?
        if let file { read = try await Collected.duties(of: file, output) }
        guard case .duties(let report) = try await centre.run(.listDuties(DutyQuestion(instead: read?.rows))) else {
            throw OperationProblem.strangeAnswer
        }
        if lint { return try show(report, faults: read?.faults ?? 0, output) }
        if output.json { return output.data(report.duties) }
        let heading = output.words("ID CATEGORY AREA UNIT ROLE VERSION WORDS", "标识 分类 区域 单位 职责 版本 说明")
        output.table(heading.split(separator: " ").map(String.init), report.duties.map { Self.row($0, output) })
    }

    private static func row(_ duty: DutyEntry, _ output: Output) -> [String] {
        let id = duty.retired ? duty.id + output.words(", retired", "，已停用") : duty.id
        let category = duty.category.isEmpty ? "*" : duty.category
        let revision = duty.revision.map { "\($0)" } ?? "-"
        return [id, category, duty.area ?? "*", duty.unit, duty.role, revision, (duty.words ?? "-").clipped(60)]
    }

    private func show(_ report: DutiesReport, faults: Int, _ output: Output) throws {
        if output.json {
            output.data(report.findings)
        } else {
            for finding in report.findings {
                let other = finding.other.map { id in
                    let place = finding.otherLine.map { output.words(", line \($0)", "，第 \($0) 行") } ?? ""
                    return output.words(" (with \(id)\(place))", "（与 \(id)\(place)）")
                }
                let place = Collected.place(file, finding.line, output)
                output.line("\(place)\(finding.duty)  \(finding.kind)  \(Self.words(finding.kind, output))\(other ?? "")")
            }
        }
        output.say(
            "\(report.findings.count) findings in \(report.duties.count) rules.",
            "\(report.duties.count) 条规则，\(report.findings.count) 处问题。")
        if !report.findings.isEmpty || faults > 0 { throw ExitCode(1) }
    }

    private static func words(_ kind: String, _ output: Output) -> String {
        switch kind {
        case "matches-nothing": output.words("no category in use begins so: it matches nothing", "没有在用的分类以此开头，规则不起作用")
        case "unknown-area": output.words("no grid or area has this id: it matches nothing", "没有此网格或区域，规则不起作用")
        case "tie": output.words("another rule has the same category, area and role: neither counts", "另一条规则的分类、区域和职责相同，两条均不起作用")
        case "unknown-unit": output.words("there is no such unit, or it is retired", "没有此单位，或已撤销")
        case "no-leader": output.words("nobody answers for the unit", "该单位没有分管领导")
        case "nobody": output.words("neither handler nor leader of the unit is among the people", "该单位的经办人和分管领导都不在人员名单中")
        default: kind
        }
    }
}

/// The rows of a file that is looked at and not taken in.
enum Collected {
    /// Rules of the catalogue, and how many rows could not be read; those are said.
    static func duties(of path: String, _ output: Output) async throws -> (rows: [DutyEntry], faults: Int) {
        let (operations, faults) = try await read(path, .duties, output)
        var rows: [DutyEntry] = []
        for case .putDuties(let some, _) in operations { rows += some }
        return (rows, faults)
    }

    /// Mediators and experts, likewise.
    static func experts(of path: String, _ output: Output) async throws -> (rows: [ExpertEntry], faults: Int) {
        let (operations, faults) = try await read(path, .experts, output)
        var rows: [ExpertEntry] = []
        for case .putExperts(let some, _) in operations { rows += some }
        return (rows, faults)
    }

    /// `duties.csv, line 12: `, or nothing without a file.
    static func place(_ file: String?, _ line: Int?, _ output: Output) -> String {
        guard let file, let line else { return "" }
        return output.words("\(file), line \(line): ", "\(file) 第 \(line) 行：")
    }

    private static func read(_ path: String, _ kind: ImportKind, _ output: Output) async throws -> ([Operation], Int) {
        let collector = Collector()
        let input = try ImportInput(path: path, format: nil)
        let report = try await Importer(runner: collector, source: nil, author: "").run(input, mapping: .identity(kind))
        for fault in report.faults {
            output.line("\(place(path, fault.line, output))\(fault.field ?? "")  \(fault.code.rawValue)  \(fault.reason)")
        }
        return (collector.operations, report.faultCount)
    }
}

/// Keeps what an import would have put.
private final class Collector: OperationRunner {
    private let kept = Mutex<[Operation]>([])
    var operations: [Operation] { kept.withLock { $0 } }

    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        kept.withLock { $0.append(operation) }
        return .imported(ImportReport())
    }
}
