import ArgumentParser
import Changeset
import ReplicaStore
import Screen
import SyncProtocol
import Tickets

/// What two people wrote into one field, and which of it stands.
struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: Say.conflictsHelp.launch, discussion: Say.conflictsDiscussion.launch,
        subcommands: [List.self, Show.self, Choose.self], defaultSubcommand: List.self)

    /// The words behind `conflicts`.
    static let words: Set<String> = ["list", "show", "choose"]
}

extension ConflictsCommand {
    struct List: Action {
        static let configuration = CommandConfiguration(commandName: "list", abstract: Say.conflictsListHelp.launch)
        @Flag(help: Say.settledOption.help) var all = false
        @OptionGroup var common: CommonOptions

        func run(in context: Context) throws -> ExitStatus {
            let replica = try context.replicaToRead()
            let views = try replica.conflicts(withSettled: all)
            let person = try replica.identity().person
            if context.console.json {
                context.console.out(.array(views.map { $0.json(for: person) }))
            } else {
                let listing = conflictListing(views, for: person, context.console.language, personName: replica.nameOrID)
                context.console.out(listing, empty: all ? Say.noConflicts : Say.noOpenConflicts)
                if !views.isEmpty { context.console.talk(Say.bothValues) }
            }
            return .done
        }
    }

    struct Show: Action {
        static let configuration = CommandConfiguration(commandName: "show", abstract: Say.conflictsShowHelp.launch)
        @Argument(help: Say.conflictArgument.help, completion: .conflicts) var number: Int64
        @OptionGroup var common: CommonOptions

        func run(in context: Context) throws -> ExitStatus {
            let replica = try context.replicaToRead()
            let view = try replica.conflictOrFail(number)
            let person = try replica.identity().person
            if context.console.json {
                context.console.out(view.json(for: person))
            } else {
                let page = ConflictPage(
                    view: view, person: person, language: context.console.language, personName: replica.nameOrID)
                context.console.out(page.fields)
                if let advice = page.advice { context.console.talk(advice) }
            }
            return .done
        }
    }

    struct Choose: Action {
        static let configuration = CommandConfiguration(
            commandName: "choose", abstract: Say.conflictsChooseHelp.launch, discussion: Say.chooseDiscussion.launch)
        @Argument(help: Say.conflictArgument.help, completion: .conflicts) var number: Int64
        @Flag(help: Say.oursOption.help) var ours = false
        @Flag(help: Say.theirsOption.help) var theirs = false
        @Option(help: Say.textOption.help) var text: String?
        @OptionGroup var common: CommonOptions

        func run(in context: Context) throws -> ExitStatus {
            guard [ours, theirs, text != nil].filter({ $0 }).count == 1 else { throw Failure.oneSide }
            let replica = try context.replica()
            let view = try replica.conflictOrFail(number)
            let arguments = try arguments(view, for: replica.identity().person, context)
            return try context.give(.choose, on: view.record.ticket, arguments, in: replica)
        }

        /// The side as the conflict has it: what is “ours” to its command's author is theirs to the other.
        func arguments(_ view: ConflictView, for person: String, _ context: Context) throws -> [String: Value] {
            let record = view.record
            var arguments: [String: Value] = [
                "target": .text(record.command.description), "field": .text(record.conflict.field),
            ]
            if let text = try context.text(text) {
                arguments["side"] = .text(Choice.text.rawValue)
                arguments["value"] = value(text, of: record.conflict.field)
                return arguments
            }
            let isOfAuthor = ours == view.isAuthor(person)
            arguments["side"] = .text((isOfAuthor ? Choice.ours : .theirs).rawValue)
            // A place is two fields, and the other half stands in another conflict: the side alone says both.
            let typed = record.conflict.typed
            let chosen = isOfAuthor ? typed.ours : typed.theirs
            if !["latitude", "longitude"].contains(record.conflict.field) { arguments["value"] = chosen }
            return arguments
        }

        /// A text as its column wants it.
        private func value(_ text: String, of field: String) -> Value {
            field == "due_at" ? Int64(text).map(Value.integer) ?? .text(text) : .text(text)
        }
    }
}

extension Replica {
    /// - Throws: `unknownConflict`.
    fileprivate func conflictOrFail(_ number: Int64) throws -> ConflictView {
        guard let view = try conflict(number: number) else { throw Failure.unknownConflict("\(number)") }
        return view
    }
}
