import Queue
import Screen
import Tickets

/// One ticket as people at the centre read it. What a citizen is called and where they live is not on it: that is for who has the ticket.
struct TicketPage {
    let report: TicketReport
    let values: Values

    private var output: Output { values.output }
    private var names: Names { values.names }

    func show() {
        head.show(output)
        section(output.words("Clocks", "时限"), clocks)
        let often = report.isTransferredTooOften ? output.words(", more often than the city bears", "，超过本市上限") : ""
        let count = output.words("Transfers (\(report.transferCount)\(often))", "转办（\(report.transferCount) 次\(often)）")
        section(count, report.transfers.map(transfer))
        section(output.words("Units that take part", "参与单位"), report.parts.map(part))
        section(output.words("Checklist", "现场清单"), report.checklist.map(item))
        section(output.words("Rulings", "认定"), report.rulings.map(ruling))
        let leaders = report.leaders.map { one in
            "\(Moment.shown(one.at))  \(values.word(one.level, LeaderLevel(rawValue: one.level)?.chinese))  \(names.person(one.leader))"
        }
        section(output.words("Leaders who answer for it", "包保领导"), leaders)
        let steps = report.steps.map { "\(Moment.shown($0.at))  \(output.words($0.english, $0.chinese).clipped(300))" }
        section(output.words("Supervision", "督办"), steps)
        section(output.words("Incident", "并案"), report.incidents.map(incident))
        section(output.words("Merged into this ticket", "并入本单"), report.merged)
        section(output.words("Notes", "记录"), report.notes.map(note))
        section(output.words("History", "留痕"), report.history.map(entry))
        section(output.words("Conflicts", "冲突"), report.conflicts.map { $0.shown(values) })
        section(output.words("Held: decide", "待裁定"), report.held.map(held))
    }

    private func section(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        output.line("")
        output.line("== \(title)")
        for line in lines { output.wrapped(line, indent: 2, hanging: 4) }
    }

    private var head: Sheet {
        var sheet = Sheet()
        let ticket = output.words("ticket", "工单")
        sheet.add(ticket, report.columns["number"].map { "\($0)  \(report.id)" } ?? report.id)
        // The subject and the state are what is looked for; then the columns as they are.
        let first: [TicketColumn] = [.title, .state]
        let shown = first + TicketColumn.allCases.filter { !first.contains($0) && $0 != .id && $0 != .number }
        for column in shown {
            guard let value = report.columns[column.rawValue], !value.isEmpty else { continue }
            if column == .confidential, value == "0" { continue }
            sheet.add(values.column(column.rawValue), values.shown(value, in: column.rawValue))
            if column == .assignee, !report.helpers.isEmpty {
                let helpers = report.helpers.map { names.person($0) }
                sheet.add(values.column("helpers"), helpers.joined(separator: output.words(", ", "、")))
            }
        }
        if report.urgedCount > 0 {
            sheet.add(output.words("urged", "催办"), output.words("\(report.urgedCount)", "\(report.urgedCount) 次"))
        }
        return sheet
    }

    private var clocks: [String] {
        guard let id = TicketID(text: report.id) else { return [] }
        let now = Edge.clock()
        return report.clocks.compactMap { one in one.clock(of: id).map { (one.unit, $0) } }.map { unit, clock in
            let (title, line) = (clock.title, clock.line(at: now))
            let whose = unit.map { "  " + names.unit($0) } ?? ""
            return output.words("\(title.english)\(whose)  \(line.english)", "\(title.chinese)\(whose)  \(line.chinese)")
        }
    }

    private func time(_ row: [String: String], _ column: String = "at") -> String {
        Moment.shown(row[column].flatMap(Int64.init))
    }

    private func transfer(_ row: [String: String]) -> String {
        let line = Transfer.line(
            kind: row["kind"] ?? "", from: row["giver"], to: row["taker"], approvedBy: row["approved_by"],
            names: { names.anybody($0) })
        return "\(time(row))  \(output.words(line.english, line.chinese))"
    }

    private func part(_ row: [String: String]) -> String {
        let stages = [
            ("ended_at", "not needed any more", "不再需要"), ("done_at", "done", "已完成"), ("reported_at", "reported in", "已报到"),
        ]
        let stage = stages.first { row[$0.0] != nil }.map { output.words($0.1, $0.2) } ?? output.words("called", "已通知")
        let role = row["role"].map { values.word($0, PartRole(rawValue: $0)?.chinese) } ?? ""
        return "\(time(row, "asked_at"))  \(names.unit(row["unit"]))  \(role)  \(stage)"
    }

    private func item(_ line: ChecklistLine) -> String {
        let title = output.words(line.english ?? line.chinese, line.chinese)
        let filled = line.answers.map { answer in
            "\(value(answer.value, line))  \(names.person(answer.author))  \(Moment.shown(answer.filledAt))"
        }
        let missing = line.missing ? output.words("missing", "必填，未填写") : nil
        let differ = line.differ ? output.words("they differ", "各填不一") : nil
        let said = filled + [missing, differ].compactMap { $0 }
        return "\(line.code)  \(title)\n" + (said.isEmpty ? "-" : said.joined(separator: "\n"))
    }

    private func value(_ value: String?, _ line: ChecklistLine) -> String {
        guard let value else { return output.words("cleared", "已清除") }
        switch (line.kind, value) {
        case (ChecklistItem.Kind.yesNo.rawValue, "yes"): return output.words("yes", "是")
        case (ChecklistItem.Kind.yesNo.rawValue, "no"): return output.words("no", "否")
        default: return value
        }
    }

    private func ruling(_ row: [String: String]) -> String {
        let level = row["level"].map { values.word($0, RungLevel(rawValue: $0)?.chinese) } ?? ""
        let owner = names.person(row["owner"])
        return output.words(
            "\(time(row))  \(level) (\(row["members"] ?? "")): it is \(owner)'s. \(row["words"] ?? "")",
            "\(time(row))  \(level)（\(row["members"] ?? "")）：由 \(owner) 办理。\(row["words"] ?? "")")
    }

    private func incident(_ row: [String: String]) -> String {
        let ended =
            row["ended_at"].map { _ in output.words(" until \(time(row, "ended_at"))", "，至 \(time(row, "ended_at"))") } ?? ""
        return "\(time(row)) → \(row["number"] ?? row["parent"] ?? "-")\(ended)"
    }

    private func note(_ row: [String: String]) -> String {
        let kind = noteWords(kind: row["kind"] ?? "")
        let text = noteText(kind: row["kind"] ?? "", body: row["body"] ?? "")
        let late = row["late"] == "1" ? output.words(" (late)", "（迟到）") : ""
        return "\(time(row, "occurred_at"))  \(names.person(row["author"]))  \(output.words(kind.english, kind.chinese))\(late)\n"
            + output.words(text.english, text.chinese)
    }

    private func entry(_ entry: HistoryLine) -> String {
        let head = "\(entry.sequence)  \(Moment.shown(entry.at))  \(names.person(entry.author))  "
        guard let kind = entry.commandKind else { return head + entry.kind }
        let line = head + "\(values.command(kind)) → \(values.verdict(entry.verdict))"
        // Of what was done as it was asked there is nothing to explain.
        guard let reason = entry.reason, reason != Reason.ok.rawValue else { return line }
        let why = Explained(reason)
        return line + "\n" + output.words(why.english, why.chinese)
    }

    private func held(_ held: HeldReport) -> String {
        let why = Explained(held.reason)
        return "\(values.short(held.command))  \(values.command(held.kind))  \(names.person(held.person))\n"
            + output.words(why.english, why.chinese)
    }
}

extension TicketReport {
    /// Everything that may be an id to be shown by name.
    var ids: [String?] {
        let rows = transfers + parts + rulings + notes
        let authors = checklist.flatMap { $0.answers.map(\.author) as [String?] }
        let named = rows.flatMap { row in ["giver", "taker", "approved_by", "unit", "owner", "author"].map { row[$0] } }
        return columns.values.map { $0 } + leaders.map(\.leader) + clocks.map(\.unit) + helpers + named + history.map(\.author)
            + held.map(\.person)
            + conflicts.flatMap(\.ids) + authors
    }
}
