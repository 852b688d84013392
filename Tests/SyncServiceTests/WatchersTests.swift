import Dispatch
import Synchronization
import SyncProtocol
import Testing
import Tickets

@testable import SyncService

private func replica(_ number: Int) -> ReplicaID {
    ReplicaID(bytes: withUnsafeBytes(of: UInt64(number)) { Array($0) + Array($0) })!
}

extension Watchers {
    /// A watch that must begin to wait.
    fileprivate func begun(_ number: Int, _ scopes: [String], base: UInt64 = 0) throws -> Watch {
        guard case .waiting(let watch) = register(replica(number), scopes: scopes, base: base) else { throw NotBegun() }
        return watch
    }
}

private struct NotBegun: Error {}

@Suite struct `Devices that wait for news` {
    @Test func `a commit wakes those of its scopes, and nobody else`() async throws {
        let watchers = Watchers(countMax: 10)
        let first = try watchers.begun(1, ["p:li-na", "ref"])
        let second = try watchers.begun(2, ["p:wang-lei", "g:g1", "ref"])
        let third = try watchers.begun(3, ["u:housing", "ref"])
        watchers.notify(["p:li-na", "g:g1"], head: 7)
        #expect(await first.ending() == .news(spreadSeconds: 0))
        #expect(await second.ending() == .news(spreadSeconds: 0))
        #expect(watchers.count == 1 && watchers.watchedScopeCount == 2)
        watchers.notify(["g:g2"], head: 8)
        #expect(watchers.count == 1)
        watchers.notify(["ref"], head: 9)
        #expect(await third.ending() == .news(spreadSeconds: 0))
        #expect(watchers.count == 0 && watchers.watchedScopeCount == 0)
    }

    /// A commit that falls between the store's answer and the registration:
    ///
    ///     device's request                     writer
    ///     the store says: nothing beyond 40
    ///                                          commits 41 in p:li-na, and nobody is there to be told
    ///     registers with base 40
    ///     hears of 41 at once
    @Test func `a commit between looking and registering is not missed`() throws {
        let watchers = Watchers(countMax: 10)
        watchers.notify(["p:li-na", "g:g1"], head: 41)
        guard case .news = watchers.register(replica(1), scopes: ["p:li-na", "ref"], base: 40) else { throw NotBegun() }
        _ = try watchers.begun(2, ["p:li-na", "ref"], base: 41)
        _ = try watchers.begun(3, ["p:wang-lei", "ref"], base: 40)
        #expect(watchers.count == 2)
    }

    /// Its own commit's news is no news to a device:
    ///
    ///     device                               writer
    ///     pushes; is answered with base 41  ◀──  commits 41, notifies, answers
    ///     registers with base 41: waits
    @Test func `who has read a commit's answer is not woken by it, though a late word of it comes`() throws {
        let watchers = Watchers(countMax: 10)
        let watch = try watchers.begun(1, ["p:li-na"], base: 41)
        watchers.notify(["p:li-na"], head: 41)
        #expect(watchers.count == 1)
        watch.end(.quiet)
    }

    @Test func `a device has one watch: the newer ends the older`() async throws {
        let watchers = Watchers(countMax: 1)
        let first = try watchers.begun(1, ["p:li-na"])
        let second = try watchers.begun(1, ["p:li-na"])
        #expect(await first.ending() == .quiet)
        guard case .full = watchers.register(replica(2), scopes: ["p:b"], base: 0) else { throw NotBegun() }
        first.end(.news(spreadSeconds: 0))
        #expect(watchers.count == 1, "the end of the older one takes nothing from the newer")
        second.end(.quiet)
        #expect(await second.ending() == .quiet)
        #expect(watchers.count == 0 && watchers.watchedScopeCount == 0)
    }

    @Test func `revoked, stopped: the watch ends with that, and none begins any more`() async throws {
        let watchers = Watchers(countMax: 10)
        let first = try watchers.begun(1, ["p:a"])
        let second = try watchers.begun(2, ["p:b"])
        watchers.end(replica(1))
        #expect(await first.ending() == .refused)
        watchers.close()
        #expect(await second.ending() == .stopping)
        guard case .closed = watchers.register(replica(3), scopes: ["p:a"], base: 0) else { throw NotBegun() }
    }

    @Test func `many who hear of the same are spread, within bounds`() async throws {
        let watchers = Watchers(countMax: 10_000)
        let watches = try (0..<500).map { try watchers.begun($0, ["ref"]) }
        let more = try (500..<9_000).map { try watchers.begun($0, ["all"]) }
        watchers.notify(["ref"], head: 1)
        #expect(await watches[0].ending() == .news(spreadSeconds: 5))
        watchers.notify(["all"], head: 2)
        #expect(await more[0].ending() == .news(spreadSeconds: 60))
    }

    /// Commits, registrations and hang-ups on many threads; whatever the order, whoever has news beyond the base was told.
    @Test func `in a flood of commits nobody who waits is behind`() {
        let watchers = Watchers(countMax: 100_000)
        let head = Mutex<UInt64>(0)
        let waiting = Mutex<[Watch]>([])
        let scopes = (0..<16).map { "s\($0)" }
        DispatchQueue.concurrentPerform(iterations: 8) { lane in
            for round in 0..<500 {
                switch (lane + round) % 4 {
                case 0:
                    // One writer: sequences are told in order, as the writer thread does it.
                    head.withLock { head in
                        head += 1
                        watchers.notify([scopes[Int(head) % 16], scopes[Int(head) * 7 % 16]], head: head)
                    }
                case 1 where round % 8 == 1: waiting.withLock { $0.popLast() }?.end(.quiet)
                default:
                    let base = head.withLock { $0 }
                    let mine = [scopes[round % 16], scopes[lane]]
                    if case .waiting(let watch) = watchers.register(replica(lane * 1_000 + round), scopes: mine, base: base) {
                        waiting.withLock { $0.append(watch) }
                    }
                }
            }
        }
        var newest: [String: UInt64] = [:]
        for sequence in 1...head.withLock({ $0 }) {
            newest[scopes[Int(sequence) % 16]] = sequence
            newest[scopes[Int(sequence) * 7 % 16]] = sequence
        }
        for watch in waiting.withLock({ $0 }) where watchers.isWaiting(watch) {
            for scope in watch.scopes { #expect(newest[scope, default: 0] <= watch.base) }
        }
        watchers.close()
        #expect(watchers.count == 0 && watchers.watchedScopeCount == 0)
    }
}

@Suite struct `A watch at the centre` {
    /// A device that has read everything.
    private func phone(_ person: String, at bench: Bench) throws -> Phone {
        var phone = try Phone(person, at: bench)
        let response = try phone.push([], to: bench)
        phone.base = try #require(response.page?.base)
        return phone
    }

    private func begin(_ phone: Phone, at bench: Bench) throws -> Watch {
        guard case .waiting(let watch) = try bench.service.watch(token: try #require(phone.token), base: phone.base) else {
            throw NotBegun()
        }
        return watch
    }

    @Test func `a dispatch tells its worker's device, and not the neighbour's`() async throws {
        let bench = try Bench()
        let (lina, wanglei) = (try phone("li-na", at: bench), try phone("wang-lei", at: bench))
        let (first, second) = (try begin(lina, at: bench), try begin(wanglei, at: bench))
        _ = try bench.ticket(to: "li-na")
        #expect(await first.ending() == .news(spreadSeconds: 0))
        #expect(bench.service.watchers.count == 1)
        guard case .news = try bench.service.watch(token: try #require(lina.token), base: lina.base) else { throw NotBegun() }
        second.end(.quiet)
        // A new grid or person is news to everybody.
        let third = try begin(wanglei, at: bench)
        try bench.service.putAndWait(people: [Person(id: "new", name: "新", role: .worker, grid: "g1")], by: systemAuthor)
        #expect(await third.ending() == .news(spreadSeconds: 0))
    }

    @Test func `a device's own push is no news to it, and news to the person's other device`() async throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let other = try phone("li-na", at: bench)
        var mine = try phone("li-na", at: bench)
        let waiting = try begin(other, at: bench)
        try mine.push([try mine.note(ticket)], to: bench)
        #expect(await waiting.ending() == .news(spreadSeconds: 0))
        let quiet = try begin(mine, at: bench)
        #expect(bench.service.watchers.count == 1)
        quiet.end(.quiet)
    }

    @Test func `a token that is none, has run out or is of a revoked device is refused`() async throws {
        let bench = try Bench()
        let phone = try phone("li-na", at: bench)
        let token = try #require(phone.token)
        func problem(_ token: [UInt8]) -> Problem? {
            do throws(ProtocolError) {
                _ = try bench.service.watch(token: token, base: phone.base)
                return nil
            } catch { return error.problem }
        }
        var damaged = token
        damaged[damaged.count - 1] ^= 1
        #expect(problem([]) == .tokenExpired && problem(damaged) == .tokenExpired)
        let watch = try begin(phone, at: bench)
        let device = try #require(try bench.device(phone.replica))
        try bench.service.revokeAndWait(device.replica, by: Bench.dispatcher)
        #expect(await watch.ending() == .refused)
        #expect(problem(token) == .tokenExpired)
        bench.advance(25 * 3_600_000)
        let late = try Phone("wang-lei", at: bench)
        bench.advance(25 * 3_600_000)
        #expect(problem(try #require(late.token)) == .tokenExpired)
    }

    @Test func `a base from before a restore is news`() throws {
        let bench = try Bench()
        let phone = try phone("li-na", at: bench)
        guard case .news = try bench.service.watch(token: try #require(phone.token), base: phone.base + 1_000) else {
            throw NotBegun()
        }
    }

    @Test func `too many watches are told when to come back, and closing ends them`() async throws {
        var configuration = ServiceConfiguration()
        configuration.watchersMax = 1
        let bench = try Bench(configuration: configuration)
        let watch = try begin(try phone("li-na", at: bench), at: bench)
        let second = try phone("wang-lei", at: bench)
        let token = try #require(second.token)
        do throws(ProtocolError) {
            _ = try bench.service.watch(token: token, base: second.base)
            Issue.record("one too many")
        } catch {
            #expect(error.problem == .overloaded && (60...120).contains(error.retryAfterSeconds ?? 0))
        }
        bench.service.close()
        #expect(await watch.ending() == .stopping)
    }
}
