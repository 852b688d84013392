import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct StatusCommand: Action {
    static let configuration = CommandConfiguration(commandName: "status", abstract: Say.statusHelp.launch)
    @Flag(help: Say.exitCodeOption.help) var exitCode = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let status = try context.replicaToRead().status()
        let now = context.device.now() &+ (status.clockOffset ?? 0)
        if context.console.json {
            context.console.out(status.json(now: now))
        } else {
            context.console.out(status.fields(now: now, context.console.language))
        }
        guard exitCode else { return .done }
        return status.outboxCount > 0 ? .unsent : status.held.isEmpty ? .done : .conflict
    }
}

extension ReplicaStatus {
    /// - Parameter now: The device's clock, corrected.
    func fields(now: Milliseconds, _ language: Language) -> Fields {
        func age(_ time: Milliseconds) -> String { span(max(0, now &- time), language) }
        func counted(_ count: CountAndAge) -> String {
            count.since.map { Say.countSince("\(count.count)", age($0)).text(language) } ?? Say.none.text(language)
        }
        var fields = Fields()
        fields.add(
            Say.device.text(language), "\(identity.personName) (\(identity.person))  \(identity.replica.description.prefix(8))")
        fields.add(Say.centre.text(language), identity.server)
        if let revokedAt = identity.revokedAt { fields.add("", Say.revoked(ShanghaiTime(revokedAt).full).text(language), .bad) }
        if enrolAgainSince != nil { fields.add("", Say.enrolAgain.text(language), .bad) }
        fields.add(Say.onDevice.text(language), counted(unsent), unsent.count > 0 ? .attention : .good)
        fields.add(Say.unanswered.text(language), counted(unanswered), unanswered.count > 0 ? .attention : .good)
        fields.add(
            Say.confirmed.text(language),
            confirmedAt.map { Say.asOf(ShanghaiTime($0).full, age($0), "\(base)").text(language) }
                ?? Say.neverSynced.text(language),
            confirmedAt == nil ? .attention : nil)
        if stagedPageCount > 0 { fields.add("", Say.pullUnderWay("\(stagedPageCount)").text(language)) }
        let title = Say.held.text(language)
        for (index, record) in held.enumerated() {
            let why = reasonWords(record.reason ?? "").text(language)
            let line = Say.heldFor(record.ticketName, commandWords(record.kind).text(language), age(record.givenAt), why)
            fields.add(index == 0 ? "\(title) \(held.count)" : "", line.text(language), .bad)
        }
        if held.isEmpty { fields.add(title, Say.none.text(language), .good) }
        for (index, record) in needsCentre.enumerated() {
            let line = Words(same: "\(record.ticketName) ") + commandWords(record.kind)
            let why = record.explanation { $0 }?.text(language) ?? ""
            fields.add(
                index == 0 ? Say.needsCentre.text(language) : "", line.text(language) + Say.colon.text(language) + why, .attention
            )
        }
        if !openConflicts.isEmpty {
            fields.add(Say.conflictsTitle.text(language), Say.openConflicts("\(openConflicts.count)").text(language), .attention)
        }
        fields.add(Say.tickets.text(language), "\(ticketCount)")
        for (index, summary) in leaving.enumerated() {
            let line =
                ticketLabel(summary.localNumber, summary.number) + Say.colon.text(language)
                + leaveWords(summary.leaving ?? "").text(language)
            fields.add(index == 0 ? Say.leaving.text(language) : "", line)
        }
        if newsCount > 0 { fields.add(Say.news.text(language), Say.unlooked("\(newsCount)").text(language)) }
        if let clockOffset, clockOffset.magnitude > 300_000 {
            let words = clockOffset > 0 ? Say.clockBehind : Say.clockAhead
            fields.add(Say.clock.text(language), words(span(clockOffset, language)).text(language), .attention)
        }
        fields.add(
            Say.totals.text(language),
            Say.total("\(givenCount)", "\(judgedCount)", "\(outboxCount)", "\(takenBackCount)").text(language))
        return fields
    }

    func json(now: Milliseconds) -> JSON {
        func counted(_ count: CountAndAge) -> JSON { ["count": .count(count.count), "since": .time(count.since)] }
        return [
            "person": .text(identity.person), "person_name": .text(identity.personName),
            "replica": .text(identity.replica.description), "server": .text(identity.server),
            "epoch": .count(identity.epoch), "revoked_at": .time(identity.revokedAt),
            "enrol_again_since": .time(enrolAgainSince), "now": .time(now),
            "confirmed_at": .time(confirmedAt), "base": .count(base),
            "clock_offset_ms": clockOffset.map { .int($0) } ?? .null,
            "tickets": .count(ticketCount), "only_here": counted(unsent), "unanswered": counted(unanswered),
            "needs_centre": .array(needsCentre.map(\.json)), "held": .array(held.map(\.json)),
            "leaving": .array(leaving.map(\.json)), "staged_pages": .count(stagedPageCount), "news": .count(newsCount),
            "open_conflicts": .array(openConflicts.map { $0.json(for: identity.person) }),
            "given": .count(givenCount), "judged": .count(judgedCount), "outbox": .count(outboxCount),
            "taken_back": .count(takenBackCount),
        ]
    }
}
