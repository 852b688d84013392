import ArgumentParser
import Queue

/// Who owns this?
struct Who: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say who owns a matter: by category or words, and grid.",
        discussion:
            "Of the catalogue's rules that fit, the one with the longest category counts, then the one with the smallest area.")

    @OptionGroup var common: CommonOptions
    @Argument(help: "The beginning of a code, any text of the path, pinyin initials, or words of a rule.")
    var words: [String]
    @Option(help: "Where it is; without it only rules that hold everywhere fit.")
    var grid: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .owners(let owners) = try await centre.run(.who(text: words.joined(separator: " "), grid: grid)) else {
            throw OperationProblem.strangeAnswer
        }
        if output.json { return output.data(owners) }
        guard !owners.isEmpty else {
            output.say(
                "No category and no rule has this. Look with: gridline-server taxonomy list",
                "没有符合的分类或规则。可用 gridline-server taxonomy list 查看。")
            throw ExitCode(1)
        }
        for owner in owners { for line in owner.lines(output) { output.line(line) } }
        if owners.contains(where: { $0.owners.count != 1 }) { throw ExitCode(1) }
    }
}

extension OwnerReport {
    /// The category, then who owns it.
    fileprivate func lines(_ output: Output) -> [String] {
        var lines = ["\(category)  \(path)"]
        if owners.isEmpty {
            lines.append("  " + output.words("nobody owns it", "无承办单位"))
            if limitedCount > 0 {
                lines.append(
                    "  "
                        + output.words(
                            "\(limitedCount) rules hold in some areas only: name one with --grid",
                            "另有 \(limitedCount) 条规则仅在部分区域适用：请用 --grid 指明"))
            }
        }
        if owners.count > 1 {
            lines.append("  " + output.words("the rules contradict each other: nothing is dispatched by them", "规则相互矛盾，不按其派遣"))
        }
        for one in owners { lines.append("  " + output.words("owner", "承办") + "  " + one.line(output)) }
        for one in supervisors { lines.append("  " + output.words("supervisor", "督导") + "  " + one.line(output)) }
        return lines
    }
}

extension OwnerReport.Named {
    fileprivate func line(_ output: Output) -> String {
        let place = area.map { output.words(", area \($0)", "，区域 \($0)") } ?? ""
        let rule = output.words("rule \(rule), version \(revision)\(place)", "规则 \(rule) 第 \(revision) 版\(place)")
        return "\(name) (\(unit))  \(rule)" + (words.map { "  \($0.clipped(120))" } ?? "")
    }
}
