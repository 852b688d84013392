import CentralStore
import SyncService
import Tickets

extension Operations {
    func decide(
        _ command: String, _ answer: HeldAnswer, reason: String?, values: [String: String], by author: String
    ) async throws -> Outcome {
        guard let id = CommandID(text: command) else {
            throw OperationProblem(.unknownCommand, "\(command.printable) is no command id; held shows them")
        }
        guard answer == .accept || reason?.isEmpty == false else {
            throw OperationProblem(.badArguments, "--reason is missing: the author reads why it was not accepted as it was given")
        }
        guard (answer == .amend) == !values.isEmpty else {
            throw OperationProblem(.badArguments, "--set gives an amended command its values; only amend takes it")
        }
        let outcome = try await service.decideHeld(
            id, answer.decision, reason: reason ?? "", arguments: try editArguments(values.mapValues { $0 }), by: author)
        return .decided(
            DecisionReport(
                command: outcome.command.description, decision: answer.decision.rawValue, sequence: outcome.sequence,
                followed: outcome.followed.map {
                    DecisionReport.Follower(
                        command: $0.command.description, decision: $0.decision?.rawValue, reason: $0.reason)
                }))
    }
}

extension HeldAnswer {
    var decision: HeldDecision {
        switch self {
        case .accept: .accepted
        case .decline: .declined
        case .amend: .amended
        }
    }
}
