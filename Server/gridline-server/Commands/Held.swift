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
        for line in lines {
            output.line(
                "\(line.command)  \(line.number ?? line.ticket ?? "-")  \(line.person)  \(line.kind)  \(Self.age(line.receivedAt, output))"
            )
            let words = Explained(line.reason)
            output.wrapped(output.words(words.english, words.chinese), indent: 4)
            for (name, value) in line.arguments.sorted(by: { $0.key < $1.key }) {
                output.line("    \(name): \(value.clipped(120))")
            }
            if let target = line.target { Self.show(target, output) }
            for conflict in line.conflicts { output.wrapped(conflict.shown(output), indent: 4) }
        }
        output.say(
            lines.isEmpty ? "0 held" : "\(lines.count) held. What follows from each answer: gridline-server decide ID",
            lines.isEmpty ? "共 0 条待裁定" : "共 \(lines.count) 条待裁定。查看各种答复的后果：gridline-server decide 标识")
    }

    /// What a retraction is to take back, with the words that would go.
    private static func show(_ target: RetractedReport, _ output: Output) {
        guard let kind = target.kind, let person = target.person else {
            return output.line("    \(output.words("takes back a command that is not here", "要收回的命令不在中心"))")
        }
        let standing = target.decision ?? target.verdict ?? "-"
        output.line("    \(output.words("takes back", "收回")): \(kind)  \(person)  \(standing)")
        for (name, value) in target.arguments.sorted(by: { $0.key < $1.key }) {
            output.line("        \(name): \(value.clipped(120))")
        }
    }

    private static func age(_ since: Int64, _ output: Output) -> String {
        let minutes = max(0, (Edge.clock() - since) / 60_000)
        switch minutes {
        case ..<60: return output.words("\(minutes) min", "\(minutes) 分钟")
        case ..<2880: return output.words("\(minutes / 60) h", "\(minutes / 60) 小时")
        default: return output.words("\(minutes / 1440) d", "\(minutes / 1440) 天")
        }
    }
}
