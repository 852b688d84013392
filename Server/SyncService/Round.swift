import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// Why one job of a round failed; the others go on.
enum JobFailure: Error, Hashable, Sendable {
    /// What a device hears.
    case problem(ProtocolError)
    /// What a person at the centre hears.
    case service(ServiceError)
    /// The store failed and nothing was written; nobody's command is to blame.
    case store(StoreError)
    /// Something failed inside the service; nothing was written.
    case unexpected(String)
    /// Too much waits already, or the service is closing.
    case busy(Shed)
}

/// One transaction over many jobs: what was loaded, what was decided on top, and what is to be written.
///
///     load ──▶ for each job, in order: decide in memory over one overlay ──▶ write everything in one go
///
/// If the write finds a row that does not fit, the round is run again `stepwise`: each command is written under a savepoint
/// before the next one is decided, in the same order, so that the outcome does not depend on the cutting.
struct Round {
    let environment: Environment
    let transaction: any StoreTransaction
    /// The centre's time, the same for the whole round.
    let now: Milliseconds
    let stepwise: Bool
    var overlay: Overlay
    var inFlight: InFlight
    /// Official numbers that the store gave.
    var numbers: [TicketID: String] = [:]
    /// Scopes in which something is written: who watches one of them is told after the commit.
    var touched: Set<String> = []
    /// The rules in force: a profile that the round loads counts for what comes after it.
    var rules: Rules

    init(_ environment: Environment, _ transaction: any StoreTransaction, now: Milliseconds, inFlight: InFlight, stepwise: Bool)
        throws
    {
        self.environment = environment
        self.transaction = transaction
        self.now = now
        self.inFlight = inFlight
        self.stepwise = stepwise
        rules = environment.rules
        overlay = Overlay(Snapshot(state: try transaction.state()))
    }

    /// A journal entry of now.
    func draft(_ kind: JournalKind, by author: String, ticket: TicketID? = nil) -> JournalDraft {
        JournalDraft(at: now, author: author, kind: kind, salt: environment.random(16), ticket: ticket)
    }

    /// Runs one unit of work: in a stepwise round its writes are done at once, and taken back if they do not fit.
    ///
    /// - Throws: `StoreError.constraint` from a stepwise round; what was decided in the unit is then undone in memory too.
    mutating func step<T>(_ body: (inout Round) throws -> T) throws -> T {
        guard stepwise else { return try body(&self) }
        let before = self
        do {
            let result = try body(&self)
            try flush(underSavepoint: true)
            return result
        } catch {
            self = before
            throw error
        }
    }

    /// Writes what is pending.
    mutating func flush(underSavepoint: Bool = false) throws {
        let head = overlay.head
        let batch = overlay.takeBatch()
        guard !batch.entries.isEmpty || !batch.links.isEmpty || !batch.contacts.isEmpty || !batch.failedCodes.isEmpty else {
            return
        }
        let transaction = transaction
        let appended =
            underSavepoint
            ? try transaction.savepoint { try transaction.append(batch) } : try transaction.append(batch)
        guard appended.sequences.isEmpty || appended.sequences.last == head else {
            throw StoreError.damaged(detail: "entry \(head) was written as \(appended.sequences.last ?? 0)")
        }
        if numbers.isEmpty { numbers = appended.numbers } else { numbers.merge(appended.numbers) { _, new in new } }
        touched.formUnion(appended.scopes)
    }

    /// Decides with the decision code; once more alone if it fails, then not at all.
    ///
    /// - Returns: nil if it failed twice, or twice took the process down: the command is held as poisoned.
    mutating func decide(_ command: Command, on ticket: Ticket?, in context: DecisionContext) -> Decision? {
        if inFlight.isPoison(command.id) { return nil }
        if let decision = try? environment.decide(command, ticket, context) { return decision }
        return try? environment.decide(command, ticket, context)
    }

    /// Runs one unit of work with this command alone noted as in flight, if it was in flight at an unclean stop.
    ///
    ///     now A B C    suspect C      decide A, B ──▶ now C: decide and write C ──▶ now A B
    mutating func step<T>(_ id: CommandID, _ body: (inout Round) throws -> T) throws -> T {
        guard inFlight.isSuspect(id), !inFlight.isPoison(id) else { return try step(body) }
        let others = inFlight.now
        inFlight.begin([id])
        defer { inFlight.begin(others) }
        return try step(body)
    }

    /// What `decide` is told, beside command and ticket.
    func context(
        author: Author, occurredAt: Milliseconds, wall: Milliseconds, flagged: Bool, trunk: Trunk?, override: Bool = false,
        for command: Command
    ) throws -> DecisionContext {
        var context = DecisionContext(
            author: author, occurredAt: occurredAt, wall: wall, clockFlagged: flagged, trunk: trunk, override: override,
            side: .centre, rules: rules,
            directory: command.namesPeople ? overlay.directory : nil)
        context.takenInAt = now
        if command.kind == .retract { context.target = try target(of: command) }
        if command.kind == .choose { context.choice = try choiceTarget(of: command) }
        return context
    }
}

/// What a command comes to, and what is written for it.
struct Ruling {
    var verdict: Verdict
    var reason: String
    var changes: [RowChange] = []
    var conflicts: [Conflict] = []
    var waitsFor: CommandID?
    /// Of a choice: what it settles.
    var settles: SettledConflict?
    /// With conflicts: what the author had seen of this store; nil = nobody looks for who wrote theirs.
    var seenBase: UInt64?

    init(_ decision: Decision) {
        verdict = decision.verdict
        reason = decision.reason.rawValue
        changes = decision.changes
        conflicts = decision.conflicts
        settles = decision.settles
    }

    /// Says which command is waited for, if that is why the command is held.
    mutating func name(targetOf command: Command) {
        if reason == Reason.waitsForTarget.rawValue { waitsFor = command.retracted ?? command.chosen }
    }

    /// Stored, no effect, for a person to look at.
    static func held(_ reason: Reason, waitsFor: CommandID? = nil) -> Ruling {
        var ruling = Ruling(Decision(.held, reason))
        ruling.waitsFor = waitsFor
        return ruling
    }
}
