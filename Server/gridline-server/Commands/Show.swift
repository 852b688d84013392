import ArgumentParser
import Queue
import Tickets

/// Shows one ticket with everything that happened to it.
struct Show: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Show a ticket with its history, conflicts and held commands.")

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("Who reads it; else nobody in particular.", valueName: "person"))
    var reader: String?
    @Argument(help: "Official number or UUID.")
    var ticket: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .ticket(let report) = try await centre.run(.show(ticket: ticket, for: reader)) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(report) }
        for (name, value) in report.columns.sorted(by: { $0.key < $1.key }) where name != "id" {
            let isTime = name.hasSuffix("_at")
            output.line(
                "\(name): \(isTime ? Moment.shown(Int64(value)) : name == "state" ? StateName.shown(value, output) : value)")
        }
        output.line("id: \(report.id)")
        if !report.helpers.isEmpty { output.line("helpers: \(report.helpers.joined(separator: ", "))") }
        if let id = TicketID(text: report.id) {
            let now = Edge.clock()
            let clocks = report.clocks.compactMap { $0.clock(of: id) }.map { clock in
                let (title, line) = (clock.title, clock.line(at: now))
                return output.words("\(title.english)  \(line.english)", "\(title.chinese)  \(line.chinese)")
            }
            section(output.words("clocks", "时限"), clocks, output)
        }
        let count = report.transferCount
        let often = report.isTransferredTooOften ? output.words(", more often than the city bears", "，超过本市上限") : ""
        section(
            output.words("transfers (\(count)\(often))", "转办（\(count) 次\(often)）"), report.transfers.map(Self.transfer), output)
        section(output.words("units that take part", "参与单位"), report.parts.map { Self.part($0, output) }, output)
        section(
            output.words("rulings", "认定"),
            report.rulings.map {
                "\(Moment.shown(Int64($0["at"] ?? ""))) \($0["level"] ?? "") (\($0["members"] ?? "")): \($0["owner"] ?? "-"). "
                    + ($0["words"] ?? "").clipped(200)
            }, output)
        section(
            output.words("supervision", "督办"),
            report.steps.map { "\(Moment.shown($0.at)) \(output.words($0.english, $0.chinese).clipped(300))" }, output)
        section(output.words("incident", "并案"), report.incidents.map { Self.incident($0, output) }, output)
        section(output.words("merged into this ticket", "并入本单"), report.merged, output)
        if report.urgedCount > 0 { output.line(output.words("urged: \(report.urgedCount)", "催办：\(report.urgedCount) 次")) }
        section(output.words("notes", "记录"), report.notes.map { Self.note($0, output) }, output)
        section(output.words("history", "留痕"), report.history.map(Self.entry), output)
        section(output.words("conflicts", "冲突"), report.conflicts.map { $0.shown(output) }, output)
        section(output.words("held", "待裁定"), report.held.map { "\($0.command) \($0.kind) \($0.person) \($0.reason)" }, output)
    }

    private func section(_ title: String, _ lines: [String], _ output: Output) {
        guard !lines.isEmpty else { return }
        output.line("")
        output.line("\(title):")
        for line in lines { output.line("  \(line)") }
    }

    private static func incident(_ row: [String: String], _ output: Output) -> String {
        let name = row["number"] ?? row["parent"] ?? "-"
        let ended =
            row["ended_at"].map { output.words(" until \(Moment.shown(Int64($0)))", "，至 \(Moment.shown(Int64($0)))") } ?? ""
        return "\(Moment.shown(Int64(row["at"] ?? ""))) → \(name)\(ended)"
    }

    private static func part(_ row: [String: String], _ output: Output) -> String {
        let stages = [
            ("ended_at", "not needed any more", "不再需要"), ("done_at", "done", "已完成"), ("reported_at", "reported in", "已报到"),
        ]
        let stage = stages.first { row[$0.0] != nil }.map { output.words($0.1, $0.2) } ?? output.words("called", "已通知")
        return "\(Moment.shown(Int64(row["asked_at"] ?? ""))) \(row["unit"] ?? "") \(row["role"] ?? ""): \(stage)"
    }

    private static func transfer(_ row: [String: String]) -> String {
        let approval = row["approved_by"].map { " (\($0))" } ?? ""
        return
            "\(Moment.shown(Int64(row["at"] ?? ""))) \(row["kind"] ?? ""): \(row["giver"] ?? "-") → \(row["taker"] ?? "-")\(approval)"
    }

    private static func note(_ note: [String: String], _ output: Output) -> String {
        let text = noteText(kind: note["kind"] ?? "", body: note["body"] ?? "")
        let late = note["late"] == "1" ? " (late)" : ""
        let time = Moment.shown(Int64(note["occurred_at"] ?? ""))
        return
            "\(time) \(note["author"] ?? "") \(note["kind"] ?? "")\(late): \(output.words(text.english, text.chinese).clipped(200))"
    }

    private static func entry(_ entry: HistoryLine) -> String {
        let command = entry.commandKind.map { " \($0) → \(entry.verdict ?? "-") (\(entry.reason ?? "-"))" } ?? ""
        return "\(entry.sequence) \(Moment.shown(entry.at)) \(entry.author) \(entry.kind)\(command)"
    }
}

extension ConflictReport {
    /// On one line.
    func shown(_ output: Output) -> String {
        let values = Values(output: output)
        return "\(values.short(command)) \(field): trunk \(trunk ?? "-"), theirs \(theirs ?? "-"), ours \(ours ?? "-") [\(rule)] "
            + values.outcome(outcome)
    }
}
