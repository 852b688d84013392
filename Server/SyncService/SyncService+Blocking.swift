import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SyncService {
    /// Runs several requests as one batch on the calling thread, past the queue. For tests that prove that the cutting into
    /// batches changes nothing; nothing else may be using the service meanwhile.
    package func syncTogether(bodies: [[UInt8]]) -> [Result<[UInt8], ProtocolError>] {
        var results: [Result<[UInt8], ProtocolError>?] = bodies.map { _ in nil }
        var jobs: [(index: Int, sync: VerifiedSync)] = []
        for (index, body) in bodies.enumerated() {
            do throws(ProtocolError) {
                jobs.append(
                    (index, try environment.verify(decodeBody(body), isPacked: isPackedBody(body), arrivedAt: core.now())))
            } catch {
                results[index] = .failure(error)
            }
        }
        for (job, result) in zip(jobs, core.process(jobs.map { .sync($0.sync) })) {
            results[job.index] = Result { () throws(ProtocolError) -> [UInt8] in
                guard case .sync(let outcome) = try mapped(result) else { throw ProtocolError(.internalError, in: "sync") }
                return try answer(job.sync, outcome)
            }
        }
        return results.compactMap { $0 }
    }

    /// The same as `sync(body:)` for callers without a task; blocks the calling thread.
    package func syncAndWait(body: [UInt8]) throws(ProtocolError) -> [UInt8] {
        let verified = try environment.verify(decodeBody(body), isPacked: isPackedBody(body), arrivedAt: core.now())
        if let outcome = try unwritten(verified) { return try answer(verified, outcome) }
        guard case .sync(let outcome) = try waitForDevice(.sync(verified)) else {
            throw ProtocolError(.internalError, in: "sync")
        }
        return try answer(verified, outcome)
    }

    /// The same as `enrol(body:)` for callers without a task.
    package func enrolAndWait(body: [UInt8]) throws(ProtocolError) -> [UInt8] {
        let enrolment = try verifiedEnrolment(body)
        do throws(ProtocolError) {
            guard case .enrolled(let enrolled) = try waitForDevice(.enrol(enrolment)) else {
                throw ProtocolError(.internalError, in: "enrol")
            }
            return welcome(enrolled)
        } catch {
            noteWrongCode(error)
            throw error
        }
    }

    /// The same as `perform(_:by:)` for callers without a task.
    package func performAndWait(_ acts: [Act], by author: String) throws(ServiceError) -> [ActOutcome] {
        guard case .acts(let outcomes) = try waitForPerson(.acts(acts, by: author)) else { return [] }
        return outcomes
    }

    /// The same as `decideHeld(_:_:reason:arguments:by:)` for callers without a task.
    package func decideHeldAndWait(
        _ command: CommandID, _ decision: HeldDecision, reason: String = "", arguments: [String: Value] = [:], by author: String
    ) throws(ServiceError) -> HeldOutcome {
        let answer = HeldAnswer(command: command, decision: decision, reason: reason, arguments: arguments, by: author)
        guard case .answered(let outcome) = try waitForPerson(.answer(answer)) else { throw .unknownCommand(command) }
        return outcome
    }

    /// The same as `put(people:by:)` and `put(grids:by:)` for callers without a task.
    package func putAndWait(people: [Person] = [], grids: [GridRecord] = [], by author: String) throws(ServiceError) {
        if !grids.isEmpty { _ = try waitForPerson(.grids(grids, by: author)) }
        if !people.isEmpty { _ = try waitForPerson(.people(people, by: author)) }
    }

    /// The same as `put(_:by:)` for callers without a task.
    @discardableResult
    package func putAndWait(_ change: ReferenceChange, by author: String) throws(ServiceError) -> ReferenceOutcome {
        guard case .reference(let outcome) = try waitForPerson(.reference(change, by: author)) else { return ReferenceOutcome() }
        return outcome
    }

    /// The same as `enrolCode(for:lifetime:by:)` for callers without a task.
    package func enrolCodeAndWait(for personID: String, lifetime: Milliseconds? = nil, by author: String) throws(ServiceError)
        -> OneTimeCode
    {
        let lifetime = lifetime ?? environment.configuration.codeLifetimeMax
        guard case .code(let code) = try waitForPerson(.code(person: personID, lifetime: lifetime, by: author)) else {
            throw .unknownPerson(personID)
        }
        return code
    }

    /// The same as `revoke(_:by:)` for callers without a task.
    package func revokeAndWait(_ replica: ReplicaID, by author: String) throws(ServiceError) {
        _ = try waitForPerson(.revoke(replica, by: author))
    }

    private func waitForPerson(_ job: Job) throws(ServiceError) -> JobAnswer {
        let result: Result<JobAnswer, JobFailure>
        do { result = .success(try committer.submitAndWait(job, weight: job.weight, of: job.party, claim: job.claim)) } catch {
            result = .failure(error)
        }
        return try personal(result)
    }

    private func waitForDevice(_ job: Job) throws(ProtocolError) -> JobAnswer {
        let result: Result<JobAnswer, JobFailure>
        do { result = .success(try committer.submitAndWait(job, weight: job.weight, of: job.party, claim: job.claim)) } catch {
            result = .failure(error)
        }
        return try mapped(result)
    }
}
