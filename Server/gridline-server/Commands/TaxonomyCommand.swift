import ArgumentParser
import Foundation
import Queue

/// The taxonomy: load a new version, list.
struct TaxonomyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taxonomy", abstract: "The categories of tickets.", subcommands: [Load.self, List.self])

    /// A new version.
    struct Load: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a taxonomy: code,level1,level2,level3[,initials1,initials2,initials3][,replaced_by].",
            discussion: """
                Only leaves that differ are written, and only they travel to devices. A leaf that is not in the file any more is \
                retired: tickets keep its code. A line with replaced_by is a retired leaf and the code to use in its place.
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The file, UTF-8; - = standard input.")
        var file: String

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let bytes = try FileChunks(path: file).all(bytesMax: 8 << 20)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw OperationProblem(.unreadableFile, "\(file) is not UTF-8")
            }
            let lines = text.replacingOccurrences(of: "\r\n", with: "\n")
            let plain = lines.hasPrefix("\u{feff}") ? String(lines.dropFirst()) : lines
            let outcome = try await centre.run(.putTaxonomy(csv: plain, by: try author.author()))
            guard case .reference(let report) = outcome else { throw OperationProblem.strangeAnswer }
            if output.json { return output.data(report) }
            for leaf in report.retired {
                let target = leaf.replacedBy.map { output.words("use \($0)", "改用 \($0)") } ?? output.words("no successor", "无替代")
                output.line("\(leaf.code)  \(output.words("retired", "停用"))  \(target)")
            }
            output.say(
                "\(report.added.count) new, \(report.changed.count) changed, \(report.retired.count) retired.",
                "新增 \(report.added.count)，变更 \(report.changed.count)，停用 \(report.retired.count)。")
        }
    }

    /// The leaves.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "List the categories, or search them.")

        @OptionGroup var common: CommonOptions
        @Option(help: "The beginning of a code, any text of the path, or pinyin initials.")
        var search: String?
        @Flag(help: "Also those that are not in use any more.")
        var retired = false

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let outcome = try await centre.run(.listCategories(search: search, withRetired: retired))
            guard case .categories(let leaves) = outcome else { throw OperationProblem.strangeAnswer }
            if output.json { return output.data(leaves) }
            output.table(
                output.words("CODE INITIALS PATH", "编码 拼音 路径").split(separator: " ").map(String.init),
                leaves.map { leaf in
                    let end =
                        leaf.retired ? output.words(" (retired", "（停用") + (leaf.replacedBy.map { " → \($0)" } ?? "") + ")" : ""
                    return [leaf.code, leaf.initials, leaf.levels.joined(separator: " / ") + end]
                })
        }
    }
}
