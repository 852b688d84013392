import ArgumentParser
import Queue

/// Grids: add, list.
struct GridCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid", abstract: "Grids, the smallest areas of the city.", subcommands: [Add.self, List.self])

    /// One grid comes, or changes.
    struct Add: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "Add a grid, or change one.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The id: ASCII letters, digits, '-', '_', '.'.")
        var id: String
        @Option(help: "The name.")
        var name: String
        @Option(help: "The grid or area above it.")
        var parent: String?

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let entry = GridEntry(id: id, name: name, parent: parent)
            _ = try await centre.run(.putGrids([entry], by: try author.author()))
            if output.json { output.data(entry) } else { output.line(id) }
        }
    }

    /// All grids.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "List all grids.")

        @OptionGroup var common: CommonOptions

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .grids(let grids) = try await centre.run(.listGrids) else { throw OperationProblem.strangeAnswer }
            if output.json {
                output.data(grids)
            } else {
                let heading = output.words("ID NAME PARENT", "标识 名称 上级")
                output.table(
                    heading.split(separator: " ").map(String.init), grids.map { [$0.id, $0.name.clipped(40), $0.parent ?? "-"] })
            }
        }
    }
}
