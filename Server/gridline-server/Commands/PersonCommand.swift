import ArgumentParser
import Queue

/// People: add, list, import.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "People who hold tickets or work at the centre.",
        subcommands: [Add.self, List.self, ImportPeople.self])

    /// One person comes, or changes.
    struct Add: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "Add a person, or change one.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The id: ASCII letters, digits, '-', '_', '.'.")
        var id: String
        @Option(help: "The name.")
        var name: String
        @Option(help: "worker, leader, guide, volunteer, unit, visitor, dispatcher, supervisor or operator.")
        var role: String
        @Option(help: "The grid.")
        var grid: String?
        @Option(help: "The handling unit.")
        var unit: String?
        @Option(help: "The profession in the grid.")
        var profession: String?

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let entry = PersonEntry(id: id, name: name, role: role, grid: grid, unit: unit, profession: profession)
            _ = try await centre.run(.putPeople([entry], by: try author.author()))
            if output.json { output.data(entry) } else { output.line(id) }
        }
    }

    /// Everybody.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(abstract: "List everybody.")

        @OptionGroup var common: CommonOptions

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .people(let people) = try await centre.run(.listPeople) else { throw OperationProblem.strangeAnswer }
            if output.json {
                output.data(people)
            } else {
                let heading = output.words("ID NAME ROLE GRID UNIT PROFESSION", "标识 姓名 角色 网格 单位 专业")
                output.table(
                    heading.split(separator: " ").map(String.init),
                    people.map { [$0.id, $0.name.clipped(20), $0.role, $0.grid ?? "-", $0.unit ?? "-", $0.profession ?? "-"] })
            }
        }
    }

    /// Many at once.
    struct ImportPeople: CentreCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Add or change the people of a CSV file: id,name,role[,grid,unit,profession].",
            discussion: "All in one transaction: a file with a mistake changes nobody.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The file, UTF-8; - = standard input.")
        var file: String

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let people = try SmallTables.people(try FileChunks(path: file).all(bytesMax: SmallTables.bytesMax))
            _ = try await centre.run(.putPeople(people, by: try author.author()))
            if output.json { output.data(["imported": people.count]) } else { output.line("\(people.count)") }
        }
    }
}
