import Model
import Tickets

extension ModelChecks {
    /// I5: what the centre refuses to somebody who acts there leaves no entry. The model has to refuse it too, with the same reason.
    func refusals(_ run: Run) throws {
        for one in run.refusals {
            let id = one.act.id.description
            guard model.record(id) == nil else {
                throw run.violation("I2", "\(one.act.kind.rawValue) was refused and stands in the journal")
            }
            var command = RuleModel.Command(
                id, one.act.kind.rawValue, by: one.author, on: one.act.ticket?.description ?? "", one.act.arguments.asTexts,
                seen: .max, wall: Int(run.clock.now))
            if one.reason == .badArguments { command.fault = one.reason.rawValue }
            var afterwards = model
            let answer = afterwards.judge(command, occurredAt: Int(run.clock.now), at: model.head + 1)[0].answer
            guard answer.verdict == one.verdict.rawValue, answer.reason == one.reason.rawValue else {
                throw run.violation(
                    "I5",
                    "\(one.act.kind.rawValue) by \(one.author) is refused, \(one.verdict.rawValue) \(one.reason.rawValue), should be \(answer)"
                )
            }
        }
    }

    /// I5: what the centre does not decide even with a dispatcher's word, the model must not decide either.
    func refusedDecisions(_ run: Run) throws {
        for one in run.refusedDecisions {
            // Whoever was given up is not decided again by this process: that is no rule. Nor is it one of tickets that a command without words
            // cannot be amended with words.
            if one.reason == .poisoned || one.decision == .amended && one.reason == .unknownCommand { continue }
            let amendments: [String: String?] = one.decision == .amended ? ["body": Run.amendment] : [:]
            var afterwards = model
            let refusal = afterwards.decide(
                one.id.description, one.decision.rawValue, amendments, at: model.head + 1
            ).refusal
            guard refusal == one.reason.rawValue else {
                let kind = model.record(one.id.description)?.command.kind ?? "command"
                throw run.violation(
                    "I5",
                    "\(kind) \(one.decision.rawValue) is refused, \(one.reason.rawValue), should be \(refusal ?? "decided")")
            }
        }
    }
}
