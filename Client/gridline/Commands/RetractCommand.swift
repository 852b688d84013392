import ArgumentParser
import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

struct RetractCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "retract", abstract: Say.retractHelp.launch, discussion: Say.retractDiscussion.launch)
    @Argument(help: Say.commandArgument.help) var command: String
    @Option(help: Say.whyOption.help) var note: String?
    @Option(help: Say.retractTicketOption.help, completion: .tickets) var ticket: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let named = try ticket.map { try context.ticket($0, in: replica) }
        let target = try replica.commandToRetract(reference: command, ticket: named)
        if let record = target.record, record.offeredAt == nil, record.takenBackAt == nil {
            return try undo(record, in: replica, context)
        }
        let id = context.commandID()
        let asked = Command(
            id: id, kind: .retract, ticket: target.ticket, arguments: try arguments(target.id, context))
        if let fault = asked.argumentFault() { throw Failure.fault(fault) }
        _ = try replica.give(
            .retract, ticket: asked.ticket, arguments: asked.arguments, id: id, salt: context.device.random(16),
            clock: context.device.clock())
        if context.console.json {
            if let given = try replica.command(id) { context.console.out(given.json) }
        } else {
            context.console.out(Say.retractRecorded(Self.name(target.id, target.record)))
        }
        return .done
    }

    /// The target, and the reason if one is given.
    func arguments(_ target: CommandID, _ context: Context) throws -> [String: Value] {
        var arguments: [String: Value] = ["target": .text(target.description)]
        if let note = try context.text(note) { arguments["body"] = .text(note) }
        return arguments
    }

    /// Nobody else has it: it is taken back here, as `undo` does it, which begins with the newest on the ticket.
    private func undo(_ record: CommandRecord, in replica: Replica, _ context: Context) throws -> ExitStatus {
        let newest = try replica.commands(ticket: record.ticket).last { $0.takenBackAt == nil }
        guard newest?.id == record.id else { throw ReplicaError.refused(.undoInstead) }
        let undone = try replica.undo(ticket: record.ticket, at: context.device.now())
        guard !context.console.json else {
            context.console.out(undone.json)
            return .done
        }
        context.console.out(Say.takenBack(commandWords(undone.kind), Words(same: undone.ticketName)))
        context.console.talk(Say.neverSent)
        return .done
    }

    /// The target as its author knows it.
    private static func name(_ id: CommandID, _ record: CommandRecord?) -> Words {
        guard let record else { return Words(same: String(id.description.prefix(8))) }
        return Say.numbered(
            Words(same: "\(record.ordinal)"), commandWords(record.kind), Words(same: record.ticketName))
    }
}
