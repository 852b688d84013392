import ArgumentParser
import Queue
import Screen
import Tickets

/// What two people wrote into one field, and which of it stands.
struct ConflictsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "What two people wrote into the same field, and which value stands.",
        discussion:
            "Both values are kept, whichever stands. ours is what the named command's author wrote, theirs what stood at the centre. A choice is a command with an author, and both sides read of it.",
        subcommands: [List.self, Show.self, Choose.self], defaultSubcommand: List.self)
}

extension ConflictsCommand {
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List conflicts that nobody has decided or chosen about, newest first.")

        @OptionGroup var common: CommonOptions
        @Flag(help: "Also what is settled, and what transitions disagreed with.")
        var all = false
        @Option(help: "Only this ticket: official number or UUID.")
        var ticket: String?
        @Option(help: "Only those in which this person is one of the sides.")
        var person: String?
        @Option(help: "Only this field.")
        var field: String?
        @Option(help: "Rows at most.")
        var limit: Int = 1000

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let question = ConflictQuestion(withSettled: all, ticket: ticket, person: person, field: field, limit: limit)
            guard case .conflicts(let reports) = try await centre.run(.conflicts(question)) else {
                throw OperationProblem.strangeAnswer
            }
            guard !output.json else { return output.data(reports) }
            let names = try await Names(of: reports.flatMap(\.ids), from: centre, output)
            for report in reports { ConflictPage(report: report, values: Values(output: output, names: names)).line() }
            output.say(
                "\(reports.count) \(reports.count == 1 ? "conflict" : "conflicts"). Whole: gridline-server conflicts show ID",
                "共 \(reports.count) 处冲突。查看全部内容：gridline-server conflicts show 标识")
        }
    }

    struct Show: CentreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show both values whole, who wrote them and when, and what stands.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The command's id, as conflicts shows it, or its beginning.")
        var command: String
        @Option(help: "Only this field.")
        var field: String?

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let question = ConflictQuestion(withSettled: true, command: command, field: field)
            guard case .conflicts(let reports) = try await centre.run(.conflicts(question)) else {
                throw OperationProblem.strangeAnswer
            }
            guard !output.json else { return output.data(reports) }
            let names = try await Names(of: reports.flatMap(\.ids), from: centre, output)
            for (index, report) in reports.enumerated() {
                if index > 0 { output.line("") }
                ConflictPage(report: report, values: Values(output: output, names: names)).show()
            }
        }
    }

    struct Choose: CentreCommand {
        static let configuration = CommandConfiguration(commandName: "choose", abstract: "Choose what is to stand.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The command's id, as conflicts shows it, or its beginning.")
        var command: String
        @Option(help: "Which field, if the command has several conflicts.")
        var field: String?
        @Flag(help: "The value of the command's author.")
        var ours = false
        @Flag(help: "The value that stood at the centre.")
        var theirs = false
        @Option(help: "Another value; a place as LATITUDE,LONGITUDE.")
        var text: String?

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard [ours, theirs, text != nil].filter({ $0 }).count == 1 else {
                throw ValidationError("Say what is to stand: one of --ours, --theirs and --text.")
            }
            let side: ChosenSide = ours ? .ours : theirs ? .theirs : .text
            try await centre.act(
                .choose(command: command, field: field, side: side, value: text, by: try author.author()), output)
        }
    }
}

/// One conflict for a person at the centre.
struct ConflictPage {
    let report: ConflictReport
    let values: Values

    private var output: Output { values.output }

    /// In a list.
    func line() {
        output.wrapped(
            [
                values.short(report.command), report.number ?? report.ticket, values.field(report.field),
                values.outcome(report.outcome),
            ]
            .joined(separator: "  "), indent: 0)
        var sheet = Sheet()
        sheet.add("ours", side(report.ours?.clipped(120), report.oursBy, report.oursAt, nil))
        sheet.add("theirs", theirs(report.theirs?.clipped(120), nil))
        sheet.show(output, indent: 4)
    }

    func show() {
        var sheet = Sheet()
        sheet.add(
            output.words("Command", "命令"),
            [report.kind.map { values.command($0) }, report.command].compactMap { $0 }.joined(separator: "  "))
        sheet.add(
            output.words("Ticket", "工单"),
            [report.number ?? report.ticket, report.title].compactMap { $0 }.joined(separator: "  "))
        sheet.add(output.words("Field", "字段"), values.field(report.field))
        sheet.add(output.words("Before", "原值"), values.shown(report.trunk, in: report.field))
        sheet.add("Theirs", theirs(report.theirs, report.theirsReceivedAt))
        sheet.add("Ours", side(report.ours, report.oursBy, report.oursAt, report.oursReceivedAt))
        sheet.add(output.words("Rule", "规则"), values.word(report.rule, ColumnRule(rawValue: report.rule)?.words.chinese))
        sheet.add(output.words("Outcome", "结果"), values.outcome(report.outcome))
        if let by = report.chosenBy, let at = report.settledAt {
            sheet.add(output.words("Settled by", "选定人"), values.who(by, at, at))
        }
        if TicketColumn(rawValue: report.field) != nil {
            sheet.add(output.words("On the ticket", "工单现值"), values.shown(report.now, in: report.field))
        }
        sheet.add(
            output.words("May choose", "可选定"),
            report.may == "holder"
                ? output.words("handlers of the ticket and the centre", "工单处置人和中心") : output.words("the centre", "中心"))
        sheet.show(output)
        let id = values.short(report.command)
        if report.outcome == "open" {
            output.say("Its command is held: gridline-server decide \(id)", "该命令待裁定：gridline-server decide \(id)")
        }
    }

    private func side(_ value: String?, _ person: String?, _ at: Int64?, _ receivedAt: Int64?) -> String {
        values.shown(value, in: report.field) + by(person, at, receivedAt)
    }

    private func theirs(_ value: String?, _ receivedAt: Int64?) -> String {
        values.theirs(value, in: report.field) + by(report.theirsBy, report.theirsAt, receivedAt)
    }

    private func by(_ person: String?, _ at: Int64?, _ receivedAt: Int64?) -> String {
        values.who(person, at, receivedAt).map { output.words(" (\($0))", "（\($0)）") } ?? ""
    }
}

extension ConflictReport {
    /// Everything that may be an id to be shown by name.
    var ids: [String?] { [oursBy, theirsBy, chosenBy] + [trunk, ours, theirs, now].flatMap(Values.ids(in:)) }

    /// On one line.
    func shown(_ values: Values) -> String {
        func side(_ value: String?) -> String { values.shown(value, in: field) }
        let sides = values.output.words(
            "before \(side(trunk)), theirs \(values.theirs(theirs, in: field)), ours \(side(ours))",
            "原值 \(side(trunk))，theirs \(values.theirs(theirs, in: field))，ours \(side(ours))")
        return "\(values.short(command)) \(values.field(field)): \(sides) [\(rule)] \(values.outcome(outcome))"
    }
}
