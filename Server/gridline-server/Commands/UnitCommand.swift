import ArgumentParser
import Queue

/// Handling units: add, list.
struct UnitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unit", abstract: "Handling units: departments, townships, companies, airports.",
        subcommands: [Add.self, List.self])

    /// One unit comes, or changes.
    struct Add: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "Add a unit, or change one.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The id: ASCII letters, digits, '-', '_', '.'.")
        var id: String
        @Option(help: "The name.")
        var name: String
        @Option(help: "department, township, community, party, court, public-service, facility, enterprise or other.")
        var kind: String
        @Option(help: "region, city, county, township or village.")
        var level: String
        @Option(help: "The unit above it.")
        var parent: String?
        @Option(help: ArgumentHelp("Who answers for it.", valueName: "person"))
        var leader: String?
        @Option(help: ArgumentHelp("Who works on its tickets.", valueName: "person"))
        var handler: String?
        @Flag(help: "Dissolved or merged: tickets keep it, nothing new goes there.")
        var retired = false

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let entry = UnitEntry(
                id: id, name: name, kind: kind, level: level, parent: parent, leader: leader, handler: handler, retired: retired)
            _ = try await centre.run(.putUnits([entry], by: try author.author()))
            if output.json { output.data(entry) } else { output.line(id) }
        }
    }

    /// All units.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all units, or what is missing at them.",
            discussion: "With --lint the exit code is 1 if anything is missing: every unit needs a leader and a named handler.")

        @OptionGroup var common: CommonOptions
        @Flag(help: "Only what is missing: leaders, handlers, units above.")
        var lint = false

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .units(let report) = try await centre.run(.listUnits) else { throw OperationProblem.strangeAnswer }
            if lint { return try show(report, output) }
            if output.json { return output.data(report.units) }
            let heading = output.words("ID NAME KIND LEVEL PARENT LEADER HANDLER", "标识 名称 类别 层级 上级 分管领导 经办人")
            output.table(
                heading.split(separator: " ").map(String.init),
                report.units.map {
                    [
                        $0.id, $0.name.clipped(40), $0.kind + ($0.retired ? output.words(", retired", "，已撤销") : ""), $0.level,
                        $0.parent ?? "-", $0.leader ?? "-", $0.handler ?? "-",
                    ]
                })
        }

        private func show(_ report: UnitsReport, _ output: Output) throws {
            if output.json {
                output.data(report.findings)
            } else {
                for finding in report.findings {
                    output.line("\(finding.unit)  \(finding.kind)  \(Self.words(finding.kind, output))")
                }
            }
            let units = Set(report.findings.map(\.unit)).count
            output.say(
                "\(units) of \(report.units.count) units lack something.", "\(report.units.count) 个单位中，\(units) 个有缺项。")
            if !report.findings.isEmpty { throw ExitCode(1) }
        }

        private static func words(_ kind: String, _ output: Output) -> String {
            switch kind {
            case "no-leader": output.words("nobody answers for it", "没有分管领导")
            case "no-handler": output.words("nobody works on its tickets", "没有经办人")
            case "unknown-leader": output.words("its leader is not among the people", "分管领导不在人员名单中")
            case "unknown-handler": output.words("its handler is not among the people", "经办人不在人员名单中")
            case "unknown-parent": output.words("the unit above it is not there", "上级单位不存在")
            case "circle": output.words("the units above it lead back to it", "上级关系成环")
            default: kind
            }
        }
    }
}
