import ArgumentParser
import Queue

/// Lists commands that wait for a dispatcher.
struct Held: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "List commands that wait for a dispatcher's decision, oldest first.")

    @OptionGroup var common: CommonOptions
    @Option(help: "Rows at most.")
    var limit: Int = 1000

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .held(let lines) = try await centre.run(.held(limit: limit)) else { throw OperationProblem.strangeAnswer }
        guard !output.json else { return output.data(lines) }
        let values = Values(output: output, names: try await Names(of: lines.flatMap(\.ids), from: centre, output))
        for line in lines {
            let head = [
                values.short(line.command), line.number ?? line.ticket ?? "-", values.names.person(line.person),
                values.command(line.kind),
                Age.shown(since: line.receivedAt, now: Edge.clock(), output),
            ]
            output.wrapped(head.joined(separator: "  "), indent: 0, hanging: 4)
            let words = Explained(line.reason)
            output.wrapped(output.words(words.english, words.chinese), indent: 4)
            for (name, value) in line.arguments.sorted(by: { $0.key < $1.key }) {
                output.wrapped("\(values.column(name)): \(values.shown(value, in: name).clipped(120))", indent: 4)
            }
            if let target = line.target { Self.show(target, values) }
            for conflict in line.conflicts { output.wrapped(conflict.shown(values), indent: 4, hanging: 4) }
        }
        output.say(
            lines.isEmpty ? "0 held" : "\(lines.count) held. What follows from each answer: gridline-server decide ID",
            lines.isEmpty ? "共 0 条待裁定" : "共 \(lines.count) 条待裁定。查看各种答复的后果：gridline-server decide 标识")
    }

    /// What a retraction is to take back, with the words that would go.
    private static func show(_ target: RetractedReport, _ values: Values) {
        let output = values.output
        guard let kind = target.kind, let person = target.person else {
            return output.line("    \(output.words("takes back a command that is not here", "要收回的命令不在中心"))")
        }
        let standing = target.decision.map(values.decision) ?? values.verdict(target.verdict)
        let told = [values.command(kind), values.names.person(person), standing].joined(separator: "  ")
        output.wrapped("\(output.words("takes back", "收回")): \(told)", indent: 4)
        for (name, value) in target.arguments.sorted(by: { $0.key < $1.key }) {
            output.wrapped("\(values.column(name)): \(values.shown(value, in: name).clipped(120))", indent: 8)
        }
    }
}

extension HeldReport {
    /// Everything that may be an id to be shown by name.
    fileprivate var ids: [String?] {
        let values = Array(arguments.values) + Array(target?.arguments.values ?? [:].values)
        return [person, target?.person] + values.flatMap(Values.ids(in:)) + conflicts.flatMap(\.ids)
    }
}
