import ArgumentParser
import Queue
import Tickets

/// The city's profile: check a file, compare two, put one in force.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "The city's rules as data: deadlines, extensions, rates.",
        subcommands: [Verify.self, Compare.self, Apply.self])

    /// A profile's file, read as the centre would.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read a profile's file as the centre would: every key with its value. Needs no store."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "A profile's file, or the name of one that is compiled in.")
        var profile: String

        func run() async throws {
            let output = common.output
            do throws(OperationProblem) {
                let content = try ProfileFile.content(profile)
                if output.json { return output.data(content.whole) }
                let keys = ProfileKey.all.map(\.name).filter { content.whole[$0] != nil }
                output.table(
                    [output.words("KEY", "键"), output.words("VALUE", "值"), output.words("FROM", "来源")],
                    keys.map { key in
                        let place = content.stated[key].map { output.words("line \($0.line)", "第 \($0.line) 行") }
                        return [key, content.whole[key] ?? "", place ?? output.words("default", "默认")]
                    })
            } catch {
                throw output.report(error)
            }
        }
    }

    /// Two profiles side by side.
    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Say in which keys two profiles differ. Needs no store.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The one.")
        var first: String
        @Argument(help: "The other.")
        var second: String

        private struct Difference: Encodable {
            var key: String
            var first: String?
            var second: String?
        }

        func run() async throws {
            let output = common.output
            do throws(OperationProblem) {
                let (one, other) = (try ProfileFile.content(first).whole, try ProfileFile.content(second).whole)
                let differences = ProfileKey.all.map { Difference(key: $0.name, first: one[$0.name], second: other[$0.name]) }
                    .filter { $0.first != $0.second }
                if output.json { return output.data(differences) }
                guard !differences.isEmpty else { return output.say("The two say the same.", "两者内容相同。") }
                output.table(
                    [output.words("KEY", "键"), first, second],
                    differences.map { [$0.key, $0.first ?? "-", $0.second ?? "-"] })
            } catch {
                throw output.report(error)
            }
        }
    }

    /// A profile comes into force.
    struct Apply: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a profile and put it in force, or try it.",
            discussion: """
                Due dates that are set stay: only what is dispatched from then on is counted by it. --dry-run writes nothing and \
                says which tickets under way would be due at another time.
                """, aliases: ["load"])

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "A profile's file, or the name of one that is compiled in.")
        var profile: String
        @Flag(help: "Write nothing; say what would be different.")
        var dryRun = false

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let (_, body) = try ProfileFile.read(try ProfileFile.reference(profile))
            if dryRun { return try show(try await centre.run(.tryProfile(body: body)), output) }
            let outcome = try await centre.run(.putProfile(body: body, by: try author.author()))
            guard case .reference(let report) = outcome else { throw OperationProblem.strangeAnswer }
            if output.json { return output.data(report) }
            let isNews = !(report.added + report.changed).isEmpty
            output.say(
                isNews ? "The profile is in force." : "This very profile is in force already; nothing was written.",
                isNews ? "配置已生效。" : "该配置已在生效，未写入任何内容。")
        }

        private func show(_ outcome: Outcome, _ output: Output) throws {
            guard case .trial(let trial) = outcome else { throw OperationProblem.strangeAnswer }
            if output.json { return output.data(trial) }
            output.table(moved: trial.tickets)
            let name = "\(trial.name) \(trial.version)"
            let before = "\(trial.nameBefore) \(trial.versionBefore)"
            output.say(
                """
                \(name) in place of \(before): of \(trial.looked) tickets under way, \(trial.moved) would be due at another time; \
                of \(trial.unclear) it cannot be told. Nothing was written.
                """,
                "以 \(name) 取代 \(before)：在办 \(trial.looked) 件中，\(trial.moved) 件时限会不同，\(trial.unclear) 件无法判断。未写入任何内容。")
            output.sayCut(trial.tickets, of: trial.moved)
        }
    }
}
