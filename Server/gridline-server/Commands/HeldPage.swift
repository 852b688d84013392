import Queue
import Screen
import Tickets

/// One held command as a dispatcher reads it before answering.
struct HeldPage {
    let report: WeighedReport
    let values: Values

    private var output: Output { values.output }

    func show() {
        head.show(output)
        sides()
        section(output.words("Meanwhile:", "其间："), report.meanwhile.map(meanwhile))
        section(
            output.words("Waits for it:", "等它的命令："),
            report.waiting.map { "\(values.short($0.command)) \(values.command($0.kind))" })
        output.line("")
        output.line(output.words("What follows:", "各种答复的后果："))
        outlooks.show(output, indent: 2)
        let id = values.short(report.held.command)
        output.say(
            "To answer: gridline-server decide \(id) accept | decline --reason … | amend --set name=value --reason …",
            "答复：gridline-server decide \(id) accept｜decline --reason …｜amend --set 名称=值 --reason …")
    }

    private func section(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        output.line("")
        output.line(title)
        for line in lines { output.wrapped(line, indent: 2) }
    }

    private var head: Sheet {
        let held = report.held
        var sheet = Sheet()
        sheet.add(output.words("Command", "命令"), "\(values.command(held.kind))  \(held.command)")
        sheet.add(
            output.words("Ticket", "工单"),
            [held.number ?? held.ticket, report.now["state"].map { StateName.shown($0, output) }, report.now["title"]]
                .compactMap { $0 }.joined(separator: "  "))
        sheet.add(
            output.words("Given by", "命令作者"),
            "\(values.names.person(held.person))  \(values.word(report.role, Role(rawValue: report.role)?.words.chinese))")
        sheet.add(
            output.words("Ticket was theirs", "工单归属"),
            output.words(
                "when given: \(report.heldAtSeen ? "yes" : "no"); now: \(report.holdsNow ? "yes" : "no")",
                "给出时\(report.heldAtSeen ? "持有" : "未持有")，现在\(report.holdsNow ? "持有" : "未持有")"))
        let flag = report.clockFlagged ? output.words(" (clock corrected)", "（时钟已校正）") : ""
        sheet.add(output.words("Occurred", "发生"), Moment.shown(held.occurredAt) + flag)
        sheet.add(
            output.words("Received", "收到"),
            output.words(
                "\(Moment.shown(held.receivedAt)) (\(Age.shown(since: held.receivedAt, now: Edge.clock(), output)) ago)",
                "\(Moment.shown(held.receivedAt))（\(Age.shown(since: held.receivedAt, now: Edge.clock(), output))前）"))
        let why = Explained(held.reason)
        sheet.add(output.words("Why held", "搁置原因"), output.words(why.english, why.chinese))
        for (name, value) in held.arguments.sorted(by: { $0.key < $1.key }) where !isSide(name) {
            sheet.add(values.column(name), values.shown(value, in: name))
        }
        return sheet
    }

    /// A column that stands among the sides is not shown twice.
    private func isSide(_ name: String) -> Bool {
        report.sides.contains { $0.column == name } || report.held.conflicts.contains { $0.field == name }
    }

    private func sides() {
        // Stamps that follow from a new state say nothing of their own.
        let sides = report.sides.filter { !$0.column.hasSuffix("_at") || $0.column == "due_at" }
        for side in sides {
            let conflict = report.held.conflicts.first { $0.field == side.column }
            show(side.column, side.trunk, (side.now, whoWrote(side.column, conflict)), (side.ours, author))
        }
        guard sides.isEmpty else { return }
        // Nothing is left of what the device recorded, or it cannot be read: what was noted at the verdict.
        for conflict in report.held.conflicts {
            let theirs = values.who(conflict.theirsBy, conflict.theirsAt, conflict.theirsReceivedAt)
            show(conflict.field, conflict.trunk, (conflict.theirs, theirs), (conflict.ours, author))
        }
    }

    private var author: String? { values.who(report.held.person, report.held.occurredAt, report.held.receivedAt) }

    private func show(_ field: String, _ trunk: String?, _ now: (String?, String?), _ ours: (String?, String?)) {
        output.line("")
        output.line(values.field(field))
        var sheet = Sheet()
        func by(_ who: String?) -> String { who.map { output.words("\n(\($0))", "\n（\($0)）") } ?? "" }
        sheet.add(output.words("before", "原值"), values.shown(trunk, in: field))
        sheet.add(output.words("theirs, now", "现值 theirs"), values.theirs(now.0, in: field) + by(now.1))
        sheet.add(output.words("ours, held", "搁置 ours"), values.shown(ours.0, in: field) + by(ours.1))
        sheet.show(output, indent: 2)
    }

    /// Who wrote what stands now: as the conflict says, else the last one who changed the column meanwhile.
    private func whoWrote(_ column: String, _ conflict: ConflictReport?) -> String? {
        if let conflict, conflict.theirsBy != nil {
            return values.who(conflict.theirsBy, conflict.theirsAt, conflict.theirsReceivedAt)
        }
        guard let line = report.meanwhile.last(where: { $0.changed.keys.contains(column) }) else { return nil }
        return values.who(line.author, line.occurredAt, line.at)
    }

    private func meanwhile(_ line: MeanwhileLine) -> String {
        [
            Moment.shown(line.at), values.names.person(line.author), values.command(line.kind),
            line.verdict.map { "→ \(values.verdict($0))" },
            line.changed.isEmpty ? nil : values.changes(line.changed),
        ]
        .compactMap { $0 }.joined(separator: "  ")
    }

    private var outlooks: Sheet {
        var sheet = Sheet()
        for outlook in report.outlooks {
            var parts: [String] = []
            if let refusal = outlook.refusal {
                let why = Explained(refusal)
                parts.append(output.words("not possible: \(why.english)", "不可行：\(why.chinese)"))
            } else {
                parts.append(
                    outlook.changed.isEmpty
                        ? output.words("the ticket stays as it is; what was written stays kept", "工单不变，所写内容仍保留")
                        : values.changes(outlook.changed))
            }
            parts += outlook.followed.map { output.words("set free: \($0.line(output))", "随之裁定：\($0.line(output))") }
            sheet.add(values.decision(outlook.decision), parts.joined(separator: "\n"))
        }
        return sheet
    }
}

extension WeighedReport {
    /// Everything that may be an id to be shown by name.
    var ids: [String?] {
        let columns = sides.flatMap { [$0.trunk, $0.now, $0.ours] } + held.conflicts.flatMap { [$0.trunk, $0.theirs, $0.ours] }
        let changes = meanwhile.map(\.changed) + outlooks.map(\.changed)
        let told = changes.flatMap { $0.values.flatMap(Values.ids(in:)) } + held.arguments.values.flatMap(Values.ids(in:))
        return columns + told + [held.person] + held.conflicts.map(\.theirsBy) + meanwhile.map(\.author)
    }
}
