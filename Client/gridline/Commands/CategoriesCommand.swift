import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct CategoriesCommand: Action {
    static let configuration = CommandConfiguration(commandName: "categories", abstract: Say.categoriesHelp.launch)
    @Argument(help: Say.categoriesArgument.help) var search: [String] = []
    @Flag(help: Say.retiredOption.help) var retired = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let all = try context.replicaToRead().categories()
        let words = search.joined(separator: " ")
        let found =
            words.isEmpty
            ? all.filter { retired || !$0.retired } : CategorySearch(all, withRetired: retired).hits(words)
        let console = context.console
        if console.json {
            console.out(.array(found.map(\.json)))
        } else {
            console.out(
                Self.listing(found, console.language), empty: all.isEmpty ? Say.noCategories : Say.noCategoryFound)
        }
        return .done
    }

    /// The table: the code is what one types, so it stands first and whole.
    static func listing(_ categories: [Category], _ language: Language) -> Listing {
        var listing = Listing(columns: [
            .init(title: Say.code.text(language)), .init(title: Say.initials.text(language), least: 8),
            .init(title: Say.categoryPath.text(language), least: 20),
        ])
        for category in categories {
            let mark = category.retired ? Say.retired.text(language) + (category.replacedBy.map { " → \($0)" } ?? "") : nil
            listing.rows.append([
                .init(category.code), .init(category.initials[2]),
                .init(mark.map { "\(category.path) (\($0))" } ?? category.path, category.retired ? .faint : nil),
            ])
        }
        return listing
    }
}

extension Category {
    var json: JSON {
        [
            "code": .text(code), "path": .text(path), "levels": .array(levels.map(JSON.text)),
            "initials": .array(initials.map(JSON.text)), "retired": .bool(retired), "replaced_by": .optional(replacedBy),
        ]
    }
}
