public import CentralStore
import Changeset
public import SyncProtocol
import Synchronization
public import Tickets

/// Everything that devices and people ask of the centre, over one store.
///
///     body ──verify──▶ Committer ──one transaction for many──▶ page, receipts ──▶ body
///            caller's thread          writer thread               caller's thread
///
/// All writing goes through one writer thread, so the order of commands is the order in which they reach it. No HTTP, no SQL.
public final class SyncService: Sendable {
    /// The store that is served.
    public let store: any CentralStore
    let core: Core
    let environment: Environment
    let committer: Committer<Job, JobAnswer, JobFailure>
    let wrongCodes = Mutex<[Milliseconds]>([])
    /// Bounds what is being worked on.
    let gate: WorkGate
    /// Devices that wait to be told of news.
    public let watchers: Watchers

    /// - Parameters:
    ///   - keys: The centre's keys, from their file outside the store.
    ///   - clock: Milliseconds since 1970 UTC. It may step back; the service never does.
    ///   - random: Gives as many unpredictable bytes as asked for.
    ///   - inFlight: Where commands are noted while they are decided.
    ///   - observer: Hears what happens, to count it.
    public init(
        store: any CentralStore, keys: CentreKeys, rules: Rules = .embedded, clock: @escaping @Sendable () -> Milliseconds,
        random: @escaping @Sendable (Int) -> [UInt8], inFlight: any InFlightStore = NoInFlightStore(),
        configuration: ServiceConfiguration = ServiceConfiguration(), observer: any ServiceObserver = NoServiceObserver(),
        decide decider: @escaping Decider = { command, ticket, context in Tickets.decide(command, on: ticket, in: context) }
    ) {
        self.store = store
        environment = Environment(
            store: store, keys: keys, rules: rules, decide: decider, clock: clock, random: random, configuration: configuration,
            observer: observer)
        watchers = Watchers(countMax: configuration.watchersMax)
        gate = WorkGate(limits: .init(requestsMax: configuration.requestsMax, bytesMax: configuration.workingBytesMax))
        let core = Core(environment, inFlight: inFlight, watchers: watchers)
        self.core = core
        let environment = environment
        committer = Committer(
            bounds: .init(
                batchWeightMax: configuration.batchWeightMax, batchCountMax: 64, queueWeightMax: configuration.queueWeightMax),
            edge: .init(now: { core.now() }, spread: { environment.chance(below: $0) }), refusal: { .busy($0) },
            process: { core.process($0) })
    }

    /// Ends the watches, refuses new work and returns when everything that waits is committed and answered.
    public func close() {
        watchers.close()
        committer.close()
    }

    /// The rules in force: what the store's profile says, else as the service was made.
    public var rules: Rules { core.rulesNow }

    /// `POST /v1/sync`.
    ///
    /// - Parameter body: Compressed, as it arrived, within `WireLimits.requestBytesMax`.
    /// - Returns: The compressed answer.
    public func sync(body: [UInt8]) async throws(ProtocolError) -> [UInt8] { try await sync(body: body, account: nil) }

    /// The same; `account` gets the numbers for the request's line in the log.
    public func sync(body: [UInt8], account: RequestAccount?) async throws(ProtocolError) -> [UInt8] {
        let pass = try admit(bytes: body.count)
        defer { pass.leave() }
        let verified = try environment.verify(
            pass.decompress(body), isPacked: isPackedBody(body), arrivedAt: core.now())
        account?.note(verified)
        try take(verified.request.replica, pass)
        if let outcome = try unwritten(verified) { return try answer(verified, outcome) }
        let result: JobAnswer
        do {
            result = try await device(.sync(verified))
        } catch {
            if error.problem == .enrolAgain { alarm([.secondHead], in: account) }
            throw error
        }
        guard case .sync(let outcome) = result else { throw ProtocolError(.internalError, in: "sync") }
        count(outcome.answered, in: account)
        alarm(alarms(of: outcome), in: account)
        return try answer(verified, outcome)
    }

    /// `POST /v1/enrol`.
    public func enrol(body: [UInt8]) async throws(ProtocolError) -> [UInt8] {
        let enrolment = try verifiedEnrolment(body)
        do throws(ProtocolError) {
            guard case .enrolled(let enrolled) = try await device(.enrol(enrolment)) else {
                throw ProtocolError(.internalError, in: "enrol")
            }
            return welcome(enrolled)
        } catch {
            noteWrongCode(error)
            throw error
        }
    }

    /// `POST /v1/token`.
    public func token(body: [UInt8]) async throws(ProtocolError) -> [UInt8] {
        let request = try TokenRequest(decoding: decodeBody(body, limit: 64 << 10))
        let certificate = try request.verify(with: environment.keys)
        let device: DeviceRecord?
        do {
            let replica = certificate.replica
            device = try store.read { try $0.load(LoadRequest(replicas: [replica])).devices[replica] }
        } catch {
            throw environment.problem(of: error)
        }
        if let device, device.publicKey != certificate.publicKey { throw ProtocolError(.badCertificate, in: "certificate") }
        let token = newToken(replica: certificate.replica, person: certificate.person, serial: certificate.serial)
        let response = TokenResponse(
            token: token.issued(by: environment.keys.current), expiresAt: token.expiresAt)
        return encodeBody(response.encoded())
    }

    /// Commands of a person at the centre, each decided by the same rules as a device's; all in one transaction.
    ///
    /// - Returns: One outcome per act, in order. A refused one left no trace.
    /// - Throws: `unknownPerson` of the author, `storeUnavailable`, `busy`.
    public func perform(_ acts: [Act], by author: String) async throws(ServiceError) -> [ActOutcome] {
        guard case .acts(let outcomes) = try await person(.acts(acts, by: author)) else { return [] }
        count(acts, outcomes)
        return outcomes
    }

    /// A dispatcher's answer to a held command; commands that waited for it are decided again in the same transaction.
    ///
    /// - Parameters:
    ///   - reason: Shown to the author.
    ///   - arguments: Of an amendment: in place of what the author gave, by argument name.
    /// - Throws: `unknownCommand`, `notHeld`, `refused`, `notPermitted`, `unknownPerson`, `storeUnavailable`, `busy`.
    public func decideHeld(
        _ command: CommandID, _ decision: HeldDecision, reason: String = "", arguments: [String: Value] = [:], by author: String
    ) async throws(ServiceError) -> HeldOutcome {
        let answer = HeldAnswer(command: command, decision: decision, reason: reason, arguments: arguments, by: author)
        guard case .answered(let outcome) = try await person(.answer(answer)) else { throw .unknownCommand(command) }
        count(decision, outcome)
        return outcome
    }

    /// People come or change. `system` may enter them while a store is being set up.
    ///
    /// - Returns: How many of them were new or different.
    @discardableResult
    public func put(people: [Person], by author: String) async throws(ServiceError) -> Int {
        guard case .count(let count) = try await person(.people(people, by: author)) else { return 0 }
        return count
    }

    /// Grids come or change.
    ///
    /// - Returns: How many of them were new or different.
    @discardableResult
    public func put(grids: [GridRecord], by author: String) async throws(ServiceError) -> Int {
        guard case .count(let count) = try await person(.grids(grids, by: author)) else { return 0 }
        return count
    }

    /// Units, the taxonomy or the profile come or change.
    ///
    /// - Returns: What was new, different or gone; the rest stays as it is and travels nowhere.
    @discardableResult
    public func put(_ change: ReferenceChange, by author: String) async throws(ServiceError) -> ReferenceOutcome {
        guard case .reference(let outcome) = try await person(.reference(change, by: author)) else { return ReferenceOutcome() }
        return outcome
    }

    /// A one-time code with which a person enrols one device.
    ///
    /// - Parameter lifetime: Milliseconds, at most `codeLifetimeMax`.
    public func enrolCode(for personID: String, lifetime: Milliseconds? = nil, by author: String) async throws(ServiceError)
        -> OneTimeCode
    {
        let job = Job.code(
            person: personID, lifetime: lifetime ?? environment.configuration.codeLifetimeMax, by: author)
        guard case .code(let code) = try await person(job) else { throw .unknownPerson(personID) }
        return code
    }

    /// A device may no longer hold tickets.
    ///
    /// - Returns: False if it was revoked before.
    @discardableResult
    public func revoke(_ replica: ReplicaID, by author: String) async throws(ServiceError) -> Bool {
        guard case .revoked(let changed) = try await person(.revoke(replica, by: author)) else { return false }
        return changed
    }
}

extension SyncService {
    func device(_ job: Job) async throws(ProtocolError) -> JobAnswer {
        let result: Result<JobAnswer, JobFailure>
        do {
            result = .success(
                try await committer.submit(job, weight: job.weight, of: job.party, claim: job.claim))
        } catch { result = .failure(error) }
        return try mapped(result)
    }

    func person(_ job: Job) async throws(ServiceError) -> JobAnswer {
        let result: Result<JobAnswer, JobFailure>
        do {
            result = .success(
                try await committer.submit(job, weight: job.weight, of: job.party, claim: job.claim))
        } catch { result = .failure(error) }
        return try personal(result)
    }

    func mapped(_ result: Result<JobAnswer, JobFailure>) throws(ProtocolError) -> JobAnswer {
        switch result {
        case .success(let answer): return answer
        case .failure(.problem(let problem)): throw problem
        case .failure(.busy(let shed)): throw turnedAway(shed, in: "queue")
        case .failure(.store(let error)): throw environment.problem(of: error)
        case .failure(.service), .failure(.unexpected): throw ProtocolError(.internalError, in: "service")
        }
    }

    func personal(_ result: Result<JobAnswer, JobFailure>) throws(ServiceError) -> JobAnswer {
        switch result {
        case .success(let answer): return answer
        case .failure(.service(let error)): throw error
        case .failure(.busy(let shed)):
            environment.observer.shed(shed.reason)
            throw .busy
        case .failure(.store(let error)): throw .storeUnavailable(error.description)
        case .failure(.problem(let problem)): throw .storeUnavailable(problem.description)
        case .failure(.unexpected(let name)): throw .storeUnavailable("unexpected \(name)")
        }
    }

    func verifiedEnrolment(_ body: [UInt8]) throws(ProtocolError) -> VerifiedEnrolment {
        let request = try EnrolRequest(decoding: decodeBody(body, limit: 64 << 10))
        let now = core.now()
        let window = environment.configuration.wrongCodesWindow
        let recent = wrongCodes.withLock { times in
            times.removeAll { $0 <= now - window }
            return times.count
        }
        guard recent < environment.configuration.wrongCodesMax else { throw ProtocolError(.tooManyAttempts, in: "code") }
        return VerifiedEnrolment(request: request, hash: CodeText.hash(request.code), isSigned: request.isSigned)
    }

    func noteWrongCode(_ error: ProtocolError) {
        guard error.problem == .wrongCode else { return }
        let now = core.now()
        wrongCodes.withLock { $0.append(now) }
    }
}
