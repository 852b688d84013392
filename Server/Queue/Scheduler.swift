import CentralStore
import Tickets

/// Looks at the time and raises what nobody may overlook: what is due soon, overdue, undecided for too long. Each once: what was
/// raised stands in the store, so that a restart raises nothing twice, and goes when its reason is gone.
///
/// It writes nothing else: a clock is late by its own row and the time, and no ticket changes because time passes.
public struct Scheduler: Sendable {
    private let store: any CentralStore
    private let rules: @Sendable () -> Rules
    private let clock: @Sendable () -> Milliseconds

    /// - Parameters:
    ///   - rules: The rules in force.
    ///   - clock: Milliseconds since 1970 UTC.
    public init(
        _ store: any CentralStore, rules: @escaping @Sendable () -> Rules, clock: @escaping @Sendable () -> Milliseconds
    ) {
        self.store = store
        self.rules = rules
        self.clock = clock
    }

    /// One look.
    ///
    /// - Returns: How many alarms of each kind it raised; none where there was nothing new.
    /// - Throws: `StoreError`; the next look does it.
    public func pass() throws -> [AlarmKind: Int] {
        let (limits, now) = (AlarmRules(rules().profile), clock())
        return try store.write { try $0.raiseAlarms(limits, now: now) }
    }
}

/// One alarm.
public struct AlarmReport: Codable, Hashable, Sendable {
    /// due-soon, overdue, undecided or unanswered.
    public var kind: String
    /// UUID of the ticket; nil where a command could not be read.
    public var ticket: String?
    /// Official number.
    public var number: String?
    /// Responsible person.
    public var assignee: String?
    /// Handling unit.
    public var unit: String?
    /// Of a clock: dispatch, resolution, contact, answer.
    public var clock: String?
    /// Of a clock: when it is due, milliseconds since 1970 UTC.
    public var dueAt: Int64?
    /// The open step of the ladder at which the ticket stands: its code.
    public var step: String?
    /// The step's name.
    public var stepName: String?
    /// Of a held command: its UUID.
    public var command: String?
    /// When it was raised, milliseconds since 1970 UTC.
    public var raisedAt: Int64

    init(_ line: AlarmLine, on ladder: [LadderStep]) {
        kind = line.kind.rawValue
        ticket = line.ticket?.description
        number = line.number
        assignee = line.assignee
        unit = line.unit
        clock = line.clock?.rawValue
        dueAt = line.dueAt
        step = line.step
        stepName = line.step.map { code in ladder.first { $0.code == code }?.chinese ?? code }
        command = line.command?.description
        raisedAt = line.raisedAt
    }
}

extension Operations {
    /// What stands, after a look at the time: a centre that nobody serves raises it now.
    func alarms(now: Int64, limit: Int) async throws -> Outcome {
        let scheduler = Scheduler(store, rules: { [service] in service.rules }, clock: { now })
        let ladder = service.rules.profile.ladder
        return .alarms(
            try await blocking { [store] in
                _ = try scheduler.pass()
                return try store.read { try $0.alarms(limit: min(limit, 100_000)).map { AlarmReport($0, on: ladder) } }
            })
    }
}
