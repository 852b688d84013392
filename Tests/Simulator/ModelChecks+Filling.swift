import Changeset
import Model
import SyncProtocol
import Tickets

extension ModelChecks {
    /// What a command's own rows say that its author saw of the items that it fills in.
    func witness(_ command: inout RuleModel.Command, _ told: Told) {
        guard told.kindOfCommand == CommandKind.fill.rawValue, let payload = told.payload,
            let changeset = try? Changeset(parsing: payload.changeset)
        else { return }
        for change in changeset.changes where change.table == Table.answer.name && change.operation == .insert {
            guard let answer = Answer(row: change.new.map { $0 ?? .null }) else { continue }
            answerKeys[.blob(answer.id)] = "\(command.id) \(answer.item)"
            command.over[answer.item] = Set(answer.replaces.map { answerKeys[.blob($0)] ?? hexText($0) })
        }
    }

    func play(answer change: Change, on ticket: inout RuleModel.Ticket) {
        guard let row = change.key.first else { return }
        if change.operation == .delete {
            if let key = answerKeys[row] { ticket.answers[key] = nil }
        } else if let answer = Answer(row: change.new.map { $0 ?? .null }) {
            answerKeys[row] = "\(answer.command) \(answer.item)"
            ticket.answers[answerKeys[row]!] = filled(answer)
        }
    }

    func filled(_ answer: Answer) -> RuleModel.Filled {
        RuleModel.Filled(
            answer.item, answer.value, over: Set(answer.replaces.map { answerKeys[.blob($0)] ?? hexText($0) }),
            author: answer.author)
    }
}
