import ArgumentParser
import Queue

/// Dispatch by the rules of the catalogue.
extension Dispatch {
    /// One ticket, or page by page all that wait.
    func byRule(_ centre: any OperationRunner, _ output: Output) async throws {
        var whole = RoutingReport()
        var question = RoutingQuestion(ticket: ticket)
        let person = try author.author()
        while true {
            guard case .routed(let page) = try await centre.run(.dispatchByRule(question, by: person)) else {
                throw OperationProblem.strangeAnswer
            }
            whole.acts += page.acts
            whole.routes += page.routes
            whole.left += page.left
            whole.looked += page.looked
            guard ticket == nil, page.looked == question.limit else { break }
            // What was dispatched waits no more: the next page begins behind what stays.
            question.offset = whole.left.count + whole.acts.filter { !$0.isApplied }.count
        }
        try show(whole, output)
    }

    private func show(_ report: RoutingReport, _ output: Output) throws {
        if output.json { output.data(report) }
        let refused = report.acts.filter { !$0.isApplied }
        if !output.json {
            for (act, route) in zip(report.acts, report.routes) where act.isApplied {
                output.line(
                    "\(route.ticket)  \(route.unit)  \(route.person)  "
                        + (route.rule.isEmpty
                            ? output.words("the desk: no rule fits", "兜底窗口：没有适用的规则")
                            : output.words(
                                "rule \(route.rule), version \(route.revision)", "规则 \(route.rule) 第 \(route.revision) 版"))
                        + (route.supervisor.map { output.words(", supervised by \($0)", "，由 \($0) 督导") } ?? ""))
            }
        }
        for act in refused.prefix(50) { output.say(refused: act) }
        for one in report.left.prefix(50) {
            let rules = one.rules.isEmpty ? "" : " (\(one.rules.joined(separator: ", ")))"
            let words = Self.words(one.reason)
            output.say("\(one.ticket): \(one.reason), \(words.0)\(rules)", "\(one.ticket)：\(one.reason)，\(words.1)\(rules)")
        }
        let count = report.acts.count - refused.count
        output.say("\(count) of \(report.looked) dispatched by rule.", "共 \(report.looked) 件，按规则派遣 \(count) 件。")
        if count < report.looked { throw ExitCode(1) }
    }

    private static func words(_ reason: String) -> (String, String) {
        switch reason {
        case "no-category": ("it has no category", "没有分类")
        case "no-rule": ("no rule fits", "没有适用的规则")
        case "no-desk": ("the desk's unit is not there, or has nobody who could get it", "兜底单位不存在，或无人可接")
        case "tie": ("the rules contradict each other", "规则相互矛盾")
        case "nobody": ("the rule's unit has nobody who could get it", "规则所指单位无人可接")
        case "dispatched-before": ("it was dispatched before: a person decides", "曾派遣过，须由人决定")
        default: (reason, reason)
        }
    }

    /// The counts, what they give, and the tickets behind them.
    func show(_ outcome: Outcome, _ output: Output) throws {
        guard case .accuracy(let report) = outcome else { throw OperationProblem.strangeAnswer }
        if output.json { return output.data(report) }
        let wrong = report.returned + report.dispatchedAnew
        let percent = report.percent.map { "\($0) %" } ?? "-"
        let sum = "(\(report.dispatched) - \(wrong)) / \(report.dispatched) = \(percent)"
        output.line(output.words("accuracy", "准确率") + "  " + sum)
        output.line(output.words("dispatched by rule", "按规则派遣") + "  \(report.dispatched)")
        output.line(output.words("sent back", "退回") + "  \(report.returned)")
        output.line(output.words("dispatched anew", "改派") + "  \(report.dispatchedAnew)")
        guard explain, !report.cases.isEmpty else { return }
        output.line("")
        let heading = output.words("TICKET RULE VERSION AT OUTCOME", "工单 规则 版本 时间 结果")
        output.table(heading.split(separator: " ").map(String.init), report.cases.map { Self.row($0, output) })
    }

    private static func row(_ one: AccuracyReport.Case, _ output: Output) -> [String] {
        [one.ticket, one.rule, "\(one.revision)", Moment.shown(one.at), outcome(one.outcome, output)]
    }

    private static func outcome(_ word: String, _ output: Output) -> String {
        switch word {
        case "stands": output.words("stands", "有效")
        case "returned": output.words("sent back", "退回")
        case "dispatched-anew": output.words("dispatched anew", "改派")
        default: word
        }
    }
}
