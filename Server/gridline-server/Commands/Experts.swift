import ArgumentParser
import Queue

/// Mediators and experts: find them, or say what is wrong with the directory.
struct Experts: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "List mediators and experts by skill and grid, the nearest first.",
        discussion: """
            With --lint the exit code is 1 if anything is wrong: a person, area or unit that is not there, a line that stands there twice. With a file its lines \
            are looked at, not the store's, and each finding names its line; nothing is written.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "A file as import experts takes it; - = standard input. Left out = the store's own lines.")
    var file: String?
    @Option(help: "What they are to know.")
    var skill: String?
    @Option(help: "Where they are needed.")
    var grid: String?
    @Flag(help: "Only what is wrong.")
    var lint = false

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        var read: (rows: [ExpertEntry], faults: Int)?
        if let file { read = try await Collected.experts(of: file, output) }
        let question = ExpertQuestion(skill: skill, grid: grid, instead: read?.rows)
        guard case .experts(let report) = try await centre.run(.listExperts(question)) else {
            throw OperationProblem.strangeAnswer
        }
        if lint { return try show(report, faults: read?.faults ?? 0, output) }
        if output.json {
            output.data(report.experts)
        } else {
            let heading = output.words("ID PERSON SKILL AREA UNIT", "标识 人员 专长 区域 单位")
            output.table(heading.split(separator: " ").map(String.init), report.experts.map(Self.row))
        }
        guard report.experts.isEmpty, skill != nil || grid != nil else { return }
        output.say("Nobody with this skill can be called there.", "没有可在该处调用的此类专家或调解员。")
        throw ExitCode(1)
    }

    private static func row(_ one: ExpertEntry) -> [String] {
        [one.id, one.person, one.skill.clipped(40), one.area ?? "*", one.unit ?? "-"]
    }

    private func show(_ report: ExpertsReport, faults: Int, _ output: Output) throws {
        if output.json {
            output.data(report.findings)
        } else {
            for finding in report.findings {
                let place = Collected.place(file, finding.line, output)
                output.line("\(place)\(finding.expert)  \(finding.kind)  \(Self.words(finding.kind, output))")
            }
        }
        output.say("\(report.findings.count) findings.", "\(report.findings.count) 处问题。")
        if !report.findings.isEmpty || faults > 0 { throw ExitCode(1) }
    }

    private static func words(_ kind: String, _ output: Output) -> String {
        switch kind {
        case "unknown-person": output.words("the person is not among the people", "不在人员名单中")
        case "unknown-area": output.words("no grid or area has this id: nobody finds them", "没有此网格或区域，无从调用")
        case "unknown-unit": output.words("there is no such unit, or it is retired", "没有此单位，或已撤销")
        case "twice": output.words("the same person, skill and area stand there already", "同一人员、专长和区域已有一行")
        default: kind
        }
    }
}
