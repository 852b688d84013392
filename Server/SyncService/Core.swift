import CentralStore
import Changeset
import SyncProtocol
import Synchronization
import Tickets

/// What the writer is asked for.
enum Job: Sendable {
    case sync(VerifiedSync)
    case acts([Act], by: String)
    case answer(HeldAnswer)
    case outlook(CommandID, amended: [String: Value])
    case enrol(VerifiedEnrolment)
    case people([Person], by: String)
    case grids([GridRecord], by: String)
    case reference(ReferenceChange, by: String)
    case code(person: String, lifetime: Milliseconds, by: String)
    case revoke(ReplicaID, by: String)

    /// What it costs the writer, about one per command.
    var weight: Int {
        switch self {
        case .sync(let sync): sync.weight
        case .acts(let acts, _): acts.count
        case .people(let people, _): people.count
        case .grids(let grids, _): grids.count
        case .reference(let change, _): change.weight
        case .answer, .enrol, .code, .revoke: 1
        case .outlook: 3
        }
    }
}

/// What the writer answers.
enum JobAnswer: Sendable {
    case sync(SyncOutcome)
    case acts([ActOutcome])
    case answered(HeldOutcome)
    case outlook(HeldOutlook)
    case enrolled(Enrolled)
    case count(Int)
    case reference(ReferenceOutcome)
    case code(OneTimeCode)
    case revoked(Bool)
}

/// The writer's side of the service: one transaction per batch of jobs. Runs on one thread at a time.
final class Core: Sendable {
    let environment: Environment
    private let inFlight: Mutex<InFlight>
    private let latest: Mutex<Milliseconds>

    private let watchers: Watchers
    /// In force now. A profile that is loaded counts from its own transaction on.
    private let rules: Mutex<Rules>

    init(_ environment: Environment, inFlight: any InFlightStore, watchers: Watchers) {
        self.environment = environment
        self.watchers = watchers
        // A machine that comes up with a clock that is behind must not write into the past of its own journal.
        latest = Mutex((try? environment.store.read { try $0.state().headAt }) ?? .min)
        rules = Mutex(environment.rulesInForce())
        self.inFlight = Mutex(InFlight(inFlight))
    }

    /// The rules in force now.
    var rulesNow: Rules { rules.withLock { $0 } }

    /// The centre's time. It never runs backwards, whatever the machine's clock does.
    func now() -> Milliseconds {
        let reading = environment.clock()
        return latest.withLock { latest in
            latest = isPlanted("time-runs-back") ? reading : max(latest, reading)
            return latest
        }
    }

    /// Decides and writes a batch in one transaction.
    ///
    /// A row that does not fit sends the batch down the stepwise path, in the same order. Any other error of the store fails every
    /// job and counts against no command: the devices come again.
    func process(_ jobs: [Job]) -> [Result<JobAnswer, JobFailure>] {
        inFlight.withLock { ledger in
            let ids = commandIDs(of: jobs)
            let suspected = ids.filter(ledger.isSuspect)
            let unsuspected = suspected.isEmpty ? ids : ids.filter { !ledger.isSuspect($0) }
            ledger.begin(unsuspected)
            environment.observer.batchBegan(requests: jobs.count, commands: ids.count)
            do {
                let results = try attempt(jobs, &ledger, unsuspected, isSuspected: !suspected.isEmpty)
                environment.observer.batchEnded(isCommitted: true)
                for case (.answer(let answer), .success) in zip(jobs, results) { ledger.forget(answer.command) }
                ledger.end(decided: suspected.isEmpty ? [] : zip(jobs, results).flatMap { dealtWith($0, $1) })
                return results
            } catch {
                environment.observer.batchEnded(isCommitted: false)
                ledger.end(decided: isPlanted("suspects-forgotten") ? ids : [])
                let failure = (error as? StoreError).map(JobFailure.store) ?? .unexpected(String(describing: type(of: error)))
                return jobs.map { _ in .failure(failure) }
            }
        }
    }

    /// A batch with suspects goes command by command: what takes the process down may be the writing as well as the deciding.
    private func attempt(_ jobs: [Job], _ ledger: inout InFlight, _ unsuspected: [CommandID], isSuspected: Bool) throws
        -> [Result<JobAnswer, JobFailure>]
    {
        guard !isSuspected else { return try run(jobs, &ledger, unsuspected, stepwise: true) }
        do {
            return try run(jobs, &ledger, unsuspected, stepwise: false)
        } catch StoreError.constraint {
            return try run(jobs, &ledger, unsuspected, stepwise: true)
        }
    }

    private func run(_ jobs: [Job], _ ledger: inout InFlight, _ unsuspected: [CommandID], stepwise: Bool) throws
        -> [Result<JobAnswer, JobFailure>]
    {
        let now = now()
        // What an attempt before this one noted last is not what begins now.
        ledger.begin(unsuspected)
        let before = ledger
        let rulesBefore = rules.withLock { $0 }
        let (results, after, touched, head, rulesAfter) = try environment.store.write { transaction in
            var round = try Round(environment, transaction, now: now, inFlight: before, stepwise: stepwise)
            round.rules = rulesBefore
            try round.load(jobs)
            var results: [Result<JobAnswer, JobFailure>] = []
            for job in jobs { results.append(try round.run(job)) }
            try round.flush()
            let numbered = results.map { round.numbered($0) }
            environment.observer.batchWritten()
            return (numbered, round.inFlight, round.touched, round.overlay.head, round.rules)
        }
        ledger = after
        if rulesAfter.profile != rulesBefore.profile || rulesAfter.calendar != rulesBefore.calendar {
            rules.withLock { $0 = rulesAfter }
        }
        // Before anybody is answered: whoever has read an answer finds its sequence with the watchers.
        watchers.notify(touched, head: head)
        for case (.revoke(let replica, _), .success) in zip(jobs, results) { watchers.end(replica) }
        return results
    }

    /// The commands that a job had its word on. What a request carried and nobody looked at, behind a gap or of a second head, stays under
    /// suspicion.
    private func dealtWith(_ job: Job, _ result: Result<JobAnswer, JobFailure>) -> [CommandID] {
        switch (job, result) {
        case (.sync, .success(.sync(let outcome))): outcome.answered.map(\.stored.id)
        case (.sync, _): []
        default: commandIDs(of: [job])
        }
    }

    private func commandIDs(of jobs: [Job]) -> [CommandID] {
        jobs.flatMap { job -> [CommandID] in
            switch job {
            case .sync(let sync): sync.retained.map(\.id) + sync.commands.map(\.id)
            case .acts(let acts, _): acts.map(\.id)
            case .answer(let answer): [answer.command]
            case .outlook(let id, _): [id]
            default: []
            }
        }
    }
}

extension Round {
    /// Runs one job. What concerns this job alone is its result; what concerns the transaction is thrown.
    mutating func run(_ job: Job) throws -> Result<JobAnswer, JobFailure> {
        do {
            return .success(try answer(job))
        } catch let failure as JobFailure {
            return .failure(failure)
        } catch let error as StoreError where stepwise && !error.isInfrastructure {
            return .failure(.store(error))
        }
    }

    private mutating func answer(_ job: Job) throws -> JobAnswer {
        switch job {
        case .sync(let sync): .sync(try self.sync(sync))
        case .acts(let acts, let author): .acts(try perform(acts, by: author))
        case .answer(let held): .answered(try answer(held))
        case .outlook(let id, let amended): .outlook(try outlook(on: id, amended: amended))
        case .enrol(let enrolment): .enrolled(try enrol(enrolment))
        case .people(let people, let author): .count(try put(people: people, by: author))
        case .grids(let grids, let author): .count(try put(grids: grids, by: author))
        case .reference(let change, let author): .reference(try put(change, by: author))
        case .code(let person, let lifetime, let author): .code(try makeCode(for: person, lifetime: lifetime, by: author))
        case .revoke(let replica, let author): .revoked(try revoke(replica, by: author))
        }
    }

    /// Puts in the official numbers, which only the writing gave.
    func numbered(_ result: Result<JobAnswer, JobFailure>) -> Result<JobAnswer, JobFailure> {
        guard case .success(.acts(var outcomes)) = result else { return result }
        for index in outcomes.indices where outcomes[index].number == nil {
            outcomes[index].number = numbers[outcomes[index].ticket]
        }
        return .success(.acts(outcomes))
    }

    /// Loads what the jobs need, in two questions: who and which commands first, then their tickets and people.
    mutating func load(_ jobs: [Job]) throws {
        var first = LoadRequest()
        for job in jobs { job.name(into: &first) }
        overlay.add(try transaction.load(first))
        var second = LoadRequest(withHeld: true)
        for job in jobs { name(job, into: &second) }
        second.persons.subtract(overlay.loaded.persons.keys)
        overlay.add(try transaction.load(second))
    }

    private func name(_ job: Job, into request: inout LoadRequest) {
        switch job {
        case .acts(let acts, _):
            for act in acts where act.kind.makesTicket && overlay.loaded.commands[act.id] != nil {
                request.tickets.insert(Command.madeTicket(by: act.id))
            }
        case .sync(let sync):
            for arrived in [sync.commands, sync.retained].joined() {
                if let ticket = arrived.ticket { request.tickets.insert(ticket) }
            }
            let device = overlay.loaded.devices[sync.request.replica]
            if let person = device?.person ?? sync.certificate?.person { request.persons.insert(person) }
            for case let header? in sync.commands.lazy.map(\.header) where isKnown(header, of: device) {
                request.links.insert(ChainPlace(replica: header.replica, epoch: header.epoch, sequence: header.sequence))
            }
        case .answer(let answer): name(held: answer.command, into: &request)
        case .outlook(let id, _): name(held: id, into: &request)
        default: break
        }
    }

    private func name(held id: CommandID, into request: inout LoadRequest) {
        guard let held = overlay.loaded.commands[id] else { return }
        if let ticket = held.ticket { request.tickets.insert(ticket) }
        request.persons.insert(held.person)
        // An amendment of a centre's own command may name people.
        if let command = held.command { request.persons.formUnion(command.people) }
        if let target = held.command?.retracted { request.commands.insert(target) }
    }

    /// Whether a header may stand in the store already.
    private func isKnown(_ header: Header, of device: DeviceRecord?) -> Bool {
        guard let device else { return false }
        return header.epoch < device.epoch || header.epoch == device.epoch && header.sequence <= device.sequence
    }
}

extension Job {
    /// What can be named before anything is loaded.
    fileprivate func name(into request: inout LoadRequest) {
        switch self {
        case .sync(let sync):
            request.replicas.insert(sync.request.replica)
            for arrived in [sync.commands, sync.retained].joined() {
                request.commands.insert(arrived.id)
                if let target = arrived.command?.retracted { request.commands.insert(target) }
                if let command = arrived.command, command.namesPeople { request.persons.formUnion(command.people) }
            }
        case .acts(let acts, let author):
            request.persons.insert(author)
            for act in acts {
                request.commands.insert(act.id)
                // The ticket that it makes is there only if the act itself is; then it is named in the second question.
                guard !act.kind.makesTicket, let ticket = act.ticket else { continue }
                request.tickets.insert(ticket)
                request.persons.formUnion(Command(id: act.id, kind: act.kind, ticket: ticket, arguments: act.arguments).people)
            }
        case .answer(let answer):
            request.persons.insert(answer.by)
            request.commands.insert(answer.command)
        case .outlook(let id, _): request.commands.insert(id)
        case .enrol(let enrolment): request.replicas.insert(enrolment.request.replica)
        case .people(let people, let author): request.persons.formUnion(people.map(\.id) + [author])
        case .grids(_, let author), .reference(_, let author): request.persons.insert(author)
        case .code(let person, _, let author): request.persons.formUnion([person, author])
        case .revoke(let replica, let author):
            request.persons.insert(author)
            request.replicas.insert(replica)
        }
    }
}

extension Command {
    /// People whom it names are looked up: acts of the centre, and reports that go to somebody above.
    var namesPeople: Bool { kind.isCentral || text("relay") != nil }

    /// Everybody whom the arguments name.
    var people: [String] {
        (helperNames ?? []) + [text("assignee"), text("approved_by"), text("leader"), text("relay")].compactMap { $0 }
    }
}
