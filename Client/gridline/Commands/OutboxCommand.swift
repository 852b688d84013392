import ArgumentParser
import ReplicaStore

struct OutboxCommand: Action {
    static let configuration = CommandConfiguration(commandName: "outbox", abstract: Say.outboxHelp.launch)
    @Option(help: Say.exportOption.help) var export: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let records = try replica.outbox()
        let files = try export.map { folder in
            try context.console.working(Say.exporting) { _ in try replica.exportOutbox(to: folder) }
        }
        if context.console.json {
            var members: [(String, JSON)] = [("commands", .array(records.map(\.json)))]
            if let files { members.append(("files", .array(files.map { .text($0) }))) }
            context.console.out(.object(members))
            return .done
        }
        context.console.out(
            commandListing(records, context.console.language, personName: replica.nameOrID), empty: Say.outboxEmpty)
        if let export, let files { context.console.talk(Say.exported("\(files.count)", export)) }
        return .done
    }
}
