import Changeset

/// Clocks follow what a decision does to its ticket, whatever command does it: one place keeps the promises and the columns alike.
///
///     a ticket is made ────────────▶ dispatch clock runs
///     dispatched_at ───────────────▶ dispatch clock met; resolution clock runs, contact clock if the class has one
///     due_at ──────────────────────▶ resolution clock due
///     resolved_at set | cleared ───▶ resolution clock met | runs again; contact clock met
///     a visit that met somebody ───▶ contact clock met; an explanation likewise
///     withdrawn, closed ───────────▶ what runs falls away
///     part of an incident ─────────▶ the same but for the resolution, which is due with the incident; alone again: dispatch clock runs
///     a unit is called in ─────────▶ its report-in clock runs; met when it reports in
///     a unit is set over it ───────▶ its supervise clock runs; met by its first word; so does that of each that supervises with others
///     a request is made | answered ▶ answer clock runs, anew | is met
///     long-term is granted ────────▶ review clock runs, anew
/// - Source: DESIGN.md section 8; decision 0032.
extension Command {
    /// What the decision does to the ticket's clocks, as changes to be written behind its own.
    func clockChanges(with decision: Decision, on ticket: Ticket?, in context: DecisionContext) -> [RowChange] {
        guard !decision.changes.isEmpty else { return [] }
        if kind == .edit, ticket?.keepsClocks(through: decision.changes) == true { return [] }
        let before = ticket?.clocks ?? []
        guard var book = ClockBook(self, decision.changes, on: ticket, in: context) else { return [] }
        book.follow(decision)
        return book.clocks.compactMap { clock in
            guard let old = before.first(where: { $0.id == clock.id }) else {
                return .insert(.clock, clock.row(of: self.ticket))
            }
            return .update(.clock, key: [.blob(clock.id)], from: old.row(of: self.ticket), to: clock.row(of: self.ticket))
        }
    }
}

extension Ticket {
    /// Whether none of these changes is one that a clock follows, and the resolution clock is due with the ticket already.
    ///
    /// True of nearly every edit: a copy of the ticket with the changes, and a book over it, would show that its clocks stay.
    fileprivate func keepsClocks(through changes: [RowChange]) -> Bool {
        let followed: [TicketColumn] = [.state, .dispatchedAt, .dueAt, .resolvedAt]
        for change in changes {
            switch change {
            case .insert(.note, _): continue
            case .update(.ticket, _, let columns) where !followed.contains(where: { columns[$0.index] != nil }): continue
            default: return false
            }
        }
        guard let due = self[.dueAt].int, let resolution = clock(.resolution) else { return true }
        return resolution.due == due
    }
}

/// The clocks of one ticket while a decision goes over them.
private struct ClockBook {
    private(set) var clocks: [Clock]
    private let command: Command
    private let changes: [RowChange]
    private let context: DecisionContext
    /// The ticket before the decision; nil if it makes it.
    private let before: Ticket?
    /// The ticket as the decision leaves it.
    private let after: Ticket

    /// Nil if the decision neither makes a ticket nor is about one that is there.
    init?(_ command: Command, _ changes: [RowChange], on ticket: Ticket?, in context: DecisionContext) {
        self.command = command
        self.changes = changes
        self.context = context
        before = ticket
        clocks = ticket?.clocks ?? []
        if let ticket {
            var after = ticket
            for change in changes { if case .update(.ticket, _, _) = change { after.apply(change) } }
            self.after = after
        } else {
            let made = changes.lazy.compactMap { if case .insert(.ticket, let row) = $0 { Ticket(row: row) } else { nil } }.first
            guard let made else { return nil }
            after = made
        }
    }

    mutating func follow(_ decision: Decision) {
        guard let before else { return after.isDiary ? () : startDispatch() }
        if before.row != after.row {
            followColumns(before, isDispatch: decision.verdict.takesEffect && command.kind == .dispatch)
        }
        let hasMet = command.kind == .visit && command.text("outcome") != VisitOutcome.absent.rawValue
        if hasMet || command.kind == .explain, decision.verdict.takesEffect {
            meet(.contact)
        }
        if command.kind == .retract { takeBack() }
        for change in changes {
            follow(request: change)
            follow(part: change)
        }
        if command.kind == .urge || command.kind == .note, decision.verdict.takesEffect { meetSupervision() }
    }

    /// One clock for the answer, whichever request it is to: only one waits at a time.
    private mutating func follow(request change: RowChange) {
        switch change {
        case .insert(.request, let row):
            guard let request = TicketRequest(row: row) else { return }
            let profile = context.rules.profile
            let hours = Milliseconds(request.kind == .dispute ? profile.disputeAnswerHours : profile.answerHours)
            clocks.removeAll { $0.kind == .answer }
            clocks.append(
                Clock(
                    .answer, of: command.ticket, source: source, start: request.givenAt, due: request.givenAt + hours * 3_600_000)
            )
        case .update(.request, let key, let columns):
            let state = columns[RequestColumn.state.index]?.string.flatMap(RequestState.init(rawValue:))
            switch state {
            case .granted, .refused:
                meet(.answer)
                if let request = before?.requests.first(where: { key == [$0.id.value] }), request.kind == .longTerm {
                    review(until: state == .granted ? columns[RequestColumn.dueAt.index]?.int ?? request.dueAt : nil)
                }
            case .withdrawn: self.change(.answer) { [context] in if $0.isRunning { $0.endedAt = context.occurredAt } }
            case .pending, nil: break
            }
        default: break
        }
    }

    /// Each part has a clock of its own, with its identifier.
    private mutating func follow(part change: RowChange) {
        switch change {
        case .insert(.part, let row):
            guard let part = Part(row: row), !isRemoved("BJ2") else { return }
            let profile = context.rules.profile
            let hours = Milliseconds(part.role == .joint ? profile.reportInHours : profile.superviseHours)
            var clock = Clock(
                part.role == .joint ? .reportIn : .supervise, of: command.ticket, source: source, start: part.askedAt,
                due: part.askedAt + hours * 3_600_000)
            clock.id = part.id
            clocks.append(clock)
        case .update(.part, let key, let columns):
            guard let index = clocks.firstIndex(where: { key == [.blob($0.id)] }) else { return }
            func now(_ column: PartColumn) -> Value? { PartColumn.allCases.firstIndex(of: column).flatMap { columns[$0] } }
            if let reported = now(.reportedAt) {
                if clocks[index].kind == .reportIn {
                    clocks[index].metAt = reported.int
                    clocks[index].metBy = reported == .null ? nil : command.id
                } else if let moment = reported.int {
                    meet(at: index, moment)
                }
            }
            if let ended = now(.endedAt)?.int, clocks[index].isRunning { clocks[index].endedAt = ended }
        default: break
        }
    }

    /// The first word of the unit that was set over the ticket.
    private mutating func meetSupervision() {
        for part in before?.parts ?? [] where part.role != .joint && part.unit == context.author.unit {
            if let index = clocks.firstIndex(where: { $0.id == part.id }) { meet(at: index, context.occurredAt) }
        }
    }

    /// By what came first, whatever arrived first.
    private mutating func meet(at index: Int, _ moment: Milliseconds) {
        guard clocks[index].endedAt == nil, clocks[index].metAt.map({ moment < $0 }) ?? true else { return }
        (clocks[index].metAt, clocks[index].metBy) = (moment, command.id)
    }

    /// A long-term ticket is looked at again: on another day from now on, or it was looked at now.
    private mutating func review(until due: Milliseconds?) {
        guard let due else { return meet(.review) }
        if isRemoved("WF6") { return }
        clocks.removeAll { $0.kind == .review }
        clocks.append(Clock(.review, of: command.ticket, source: source, start: context.occurredAt, due: due))
    }

    private mutating func startDispatch() {
        // What a worker reports is known to the centre when it comes in: until then nobody owes a dispatch.
        guard let start = command.kind == .create ? context.occurredAt : context.takenInAt, Rules.moments.contains(start),
            !isRemoved("HK1")
        else { return }
        let minutes = Milliseconds(context.rules.profile.dispatchMinutes)
        clocks.append(Clock(.dispatch, of: command.ticket, source: source, start: start, due: start + minutes * 60_000))
    }

    private mutating func followColumns(_ before: Ticket, isDispatch: Bool) {
        if before[.dispatchedAt] == .null, after[.dispatchedAt] != .null { meet(.dispatch) }
        if isDispatch { dispatch() }
        if let due = after[.dueAt].int { change(.resolution) { $0.due = due } }
        let (resolved, command) = (after[.resolvedAt].int, command.id)
        if resolved != before[.resolvedAt].int {
            change(.resolution) {
                $0.metAt = resolved
                $0.metBy = resolved == nil ? nil : command
            }
            if resolved != nil {
                meet(.contact)
                meet(.review)
            }
        }
        if after.state == .merged, before.state != .merged {
            for index in clocks.indices where clocks[index].isRunning && clocks[index].kind != .resolution {
                clocks[index].endedAt = context.occurredAt
            }
        }
        if before.state == .merged, !after.state.isFinal, after.state != .merged { change(.dispatch) { $0.endedAt = nil } }
        if after.state.isFinal, !before.state.isFinal {
            for index in clocks.indices where clocks[index].isRunning { clocks[index].endedAt = context.occurredAt }
        }
    }

    /// A ticket that was dispatched before keeps its clocks unless the dispatcher names another class or date.
    private mutating func dispatch() {
        guard let start = after[.dispatchedAt].int, let due = after[.dueAt].int else { return }
        let isKept = before?[.dueAt] != .null && !command.isGiven("class") || command.isGiven("due_at")
        let deadline = isKept ? nil : self.deadline(from: start)
        if !clocks.contains(where: { $0.kind == .resolution }) {
            // A ticket of a store that knew no clocks gets them with its next dispatch.
            clocks.append(Clock(.resolution, of: command.ticket, source: source, start: start, due: due))
        }
        guard let deadline else {
            if command.isGiven("due_at") { change(.resolution) { ($0.deadlineClass, $0.days) = (nil, nil) } }
            return
        }
        change(.resolution) { [source] in
            ($0.deadlineClass, $0.days, $0.source) = (deadline.deadlineClass, deadline.countedDays.count, source)
        }
        guard let contact = deadline.contactDue, !isRemoved("WF5") else {
            return change(.contact) { [context] in if $0.isRunning { $0.endedAt = context.occurredAt } }
        }
        if !clocks.contains(where: { $0.kind == .contact }) {
            clocks.append(
                Clock(
                    .contact, of: command.ticket, deadlineClass: deadline.deadlineClass, source: source, start: start,
                    due: contact))
        }
        change(.contact) { ($0.due, $0.endedAt) = (contact, nil) }
    }

    private func deadline(from start: Milliseconds) -> Deadline? {
        let chosen = command.text("class").flatMap(DeadlineClass.init(rawValue:))
        return context.rules.deadline(
            dispatchedAt: start, class: chosen ?? context.rules.profile.deadlineClass(of: after),
            days: command.arguments["days"]?.int.map { Int(clamping: $0) })
    }

    /// What came first counts, not what arrived first: two people offline may both have seen the caller.
    private mutating func meet(_ kind: ClockKind) {
        let (moment, command) = (context.occurredAt, command.id)
        change(kind) { clock in
            guard clock.endedAt == nil, clock.metAt.map({ moment < $0 }) ?? true else { return }
            (clock.metAt, clock.metBy) = (moment, command)
        }
    }

    /// What the target met is as it was before, unless something else met it since.
    private mutating func takeBack() {
        guard let target = command.retracted else { return }
        for change in context.target?.changes ?? [] where change.table == Table.clock.name && change.operation == .update {
            guard let index = clocks.firstIndex(where: { change.key == [.blob($0.id)] }), clocks[index].metBy == target else {
                continue
            }
            func old(_ column: ClockColumn) -> Value {
                (change.old.indices.contains(column.index) ? change.old[column.index] : nil) ?? .null
            }
            (clocks[index].metAt, clocks[index].metBy) = (old(.metAt).int, CommandID(old(.metBy)))
        }
    }

    private mutating func change(_ kind: ClockKind, _ body: (inout Clock) -> Void) {
        if let index = clocks.firstIndex(where: { $0.kind == kind }) { body(&clocks[index]) }
    }

    private var source: String { "\(context.rules.profile.name) \(context.rules.profile.version)" }
}
