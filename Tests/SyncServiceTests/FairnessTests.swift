import SyncProtocol
import Testing
import Tickets

@testable import SyncService

/// Numbers in the order of a seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// One job: who sent it, as which of theirs, how heavy, and before which batch it came.
private struct Sent: Hashable {
    var party: Int
    var number: Int
    var weight: Int
    var cameBefore: Int
}

@Suite struct `Turns at the writer` {
    @Test func `one who brings 500 commands again and again does not hold up fifty who bring one each`() {
        var queue = FairQueue<Int, Sent>(quantum: 75)
        var number = 0
        func heavy() -> Sent {
            number += 1
            return Sent(party: 0, number: number, weight: 501, cameBefore: 0)
        }
        for _ in 0..<20 { queue.push(heavy(), of: 0, weight: 501) }
        for party in 1...50 { queue.push(Sent(party: party, number: 0, weight: 2, cameBefore: 0), of: party, weight: 2) }
        var servedIn: [Int: Int] = [:]
        var heavyBatches = 0
        for batch in 1...25 {
            let items = queue.takeBatch(weightMax: 600, countMax: 64)
            #expect(items.count == 1 || items.reduce(0) { $0 + $1.weight } <= 600)
            for item in items where item.party > 0 { servedIn[item.party] = batch }
            if items.contains(where: { $0.party == 0 }) { heavyBatches += 1 }
        }
        #expect(servedIn.count == 50)
        #expect(servedIn.values.max()! <= 2, "a light one waited \(servedIn.values.max()!) batches")
        #expect(heavyBatches == 20, "the heavy one was starved")
        #expect(queue.count == 0 && queue.weight == 0 && queue.partyCount == 0)
    }

    @Test func `those who always have more share the writer by weight, not by the size of what they send`() {
        var queue = FairQueue<Int, Int>(quantum: 75)
        let weights = [501, 100, 20, 3]
        var served = [0, 0, 0, 0]
        for _ in 0..<400 {
            for party in 0..<4 where queue.weight(of: party) < 1_000 {
                for _ in 0..<(1_000 / weights[party]) { queue.push(party, of: party, weight: weights[party]) }
            }
            for party in queue.takeBatch(weightMax: 600, countMax: 64) { served[party] += weights[party] }
        }
        let total = served.reduce(0, +)
        for party in 0..<4 { #expect(abs(served[party] * 4 - total) * 100 <= total * 8, "\(served)") }
    }

    /// Arrivals and batches in an order of chance. The bound is the one at the head of `FairQueue`, in batches: two batches in a
    /// row are heavier than one may be, or full by count.
    @Test(arguments: 1...60)
    func `nobody waits longer than the bound, order is kept, no batch is too heavy, nothing is lost`(seed: UInt64) {
        var random = Seeded(state: seed)
        let weightMax = Int.random(in: 5...200, using: &random)
        let countMax = Int.random(in: 1...20, using: &random)
        let quantum = Int.random(in: 1...max(1, weightMax / 2), using: &random)
        let heaviest = Int.random(in: 1...(2 * weightMax), using: &random)
        let partyMax = Int.random(in: 1...12, using: &random)
        var queue = FairQueue<Int, Sent>(quantum: quantum)
        var waiting: [Int: [Sent]] = [:]
        var ahead: [Sent: Int] = [:]
        var nextNumber = 0
        var batch = 0
        func check(_ item: Sent) {
            let turns = (ahead[item]! + quantum - 1) / quantum
            let before = (partyMax - 1) * (turns * quantum + heaviest) + ahead[item]!
            let bound = 2 * before / weightMax + before / countMax + 3
            #expect(batch - item.cameBefore <= bound, "seed \(seed): \(item) was taken in batch \(batch), bound \(bound)")
        }
        for step in 0..<600 {
            let arrivals = step < 500 ? Int.random(in: 0...4, using: &random) : 0
            for _ in 0..<arrivals {
                // Half of everything comes from party 0.
                let party = Bool.random(using: &random) ? 0 : Int.random(in: 0..<partyMax, using: &random)
                let weight = Int.random(in: 1...heaviest, using: &random)
                nextNumber += 1
                let item = Sent(party: party, number: nextNumber, weight: weight, cameBefore: batch)
                queue.push(item, of: party, weight: weight)
                waiting[party, default: []].append(item)
                ahead[item] = waiting[party]!.reduce(0) { $0 + $1.weight }
            }
            guard Int.random(in: 0..<3, using: &random) > 0 || step >= 500 else { continue }
            let items = queue.takeBatch(weightMax: weightMax, countMax: countMax)
            #expect(items.isEmpty == waiting.values.allSatisfy(\.isEmpty), "seed \(seed): an empty batch while somebody waits")
            #expect(items.count <= countMax && (items.count <= 1 || items.reduce(0) { $0 + $1.weight } <= weightMax))
            batch += 1
            for item in items {
                #expect(waiting[item.party]?.first == item, "seed \(seed): out of order")
                waiting[item.party]?.removeFirst()
                check(item)
            }
        }
        while !queue.takeBatch(weightMax: weightMax, countMax: countMax).isEmpty {}
        #expect(queue.count == 0 && queue.weight == 0 && queue.partyCount == 0, "seed \(seed)")
    }
}

@Suite struct `Who is turned away` {
    private func device(_ number: Int) -> Party { .device(ReplicaID(bytes: [UInt8](repeating: UInt8(number), count: 16))!) }

    private func room() -> WaitingRoom<Int> {
        WaitingRoom(bounds: CommitBounds(batchWeightMax: 10, batchCountMax: 5, queueWeightMax: 100))
    }

    @Test func `the fuller the queue, the more one must have to be let in`() {
        var room = room()
        var letIn: [Bool] = []
        func ask(_ party: Party, _ claim: Claim) {
            letIn.append(room.admit(0, of: party, weight: 10, claim: claim, now: 0, spread: { _ in 0 }) == nil)
        }
        for number in 1...5 { ask(device(number), .reading) }
        ask(device(20), .reading)
        #expect(letIn == [true, true, true, true, true, false], "half is for those who only ask")
        letIn = []
        for number in 6...7 { ask(device(number), .writing) }
        ask(device(21), .writing)
        #expect(letIn == [true, true, false], "a quarter is kept from those who bring something")
        letIn = []
        // Both were turned away before, and have come back; then even that does not help.
        ask(device(21), .writing)
        ask(device(20), .reading)
        ask(device(22), .writing)
        ask(device(22), .writing)
        #expect(letIn == [true, true, false, false])
        letIn = []
        ask(.person("zhao-min"), .centre)
        ask(.person("zhao-min"), .centre)
        #expect(letIn == [true, false], "the centre's own acts get through")
        #expect(room.weight == 100, "the bound is never exceeded")
        #expect(room.returningCount == 2)
    }

    @Test func `one that is heavier than the whole queue is let in when nobody waits`() {
        var room = room()
        #expect(room.admit(1, of: device(1), weight: 5_000, claim: .reading, now: 0, spread: { _ in 0 }) == nil)
        #expect(room.takeBatch() == ([1], 5_000))
    }

    @Test func `everybody is told a time of their own, by how fast the writer works, and keeps it`() {
        var room = room()
        for _ in 0..<50 { room.note(weight: 10, milliseconds: 1_000) }  // ten a second
        for number in 1...7 {
            _ = room.admit(0, of: device(number), weight: 10, claim: .writing, now: 0, spread: { _ in 0 })
        }
        // 70 wait; each one turned away adds its own 10.
        let told = (20...24).map { number in
            room.admit(0, of: device(number), weight: 10, claim: .writing, now: 0, spread: { _ in 0 })
        }
        #expect(told == [8, 9, 10, 11, 12])
        // Asking too early changes nothing: the queue is full still.
        for number in 30...31 {
            _ = room.admit(0, of: .person("p\(number)"), weight: 10, claim: .centre, now: 0, spread: { _ in 0 })
        }
        #expect(room.admit(0, of: device(22), weight: 10, claim: .writing, now: 4_000, spread: { _ in 0 }) == 6)
    }

    @Test func `the time is bounded, and spread`() {
        var line = ReturnLine<Int>(countMax: 10)
        #expect(line.turnAway(1, weight: 1, waiting: 1_000_000, rate: 1, now: 0, spread: { _ in 0 }) == 300)
        #expect(line.turnAway(2, weight: 1, waiting: 0, rate: 1e9, now: 0, spread: { _ in 0 }) == 1)
        #expect(line.turnAway(3, weight: 1, waiting: 99, rate: 1, now: 0, spread: { $0 - 1 }) == 127)
    }

    @Test func `who never comes back loses the place, and the line stays bounded`() {
        var line = ReturnLine<Int>(countMax: 100)
        for party in 0..<1_000 { _ = line.turnAway(party, weight: 1, waiting: 10, rate: 10, now: 0, spread: { _ in 0 }) }
        #expect(line.count == 100 && line.weight == 100)
        for party in 1_000..<2_000 {
            _ = line.turnAway(party, weight: 1, waiting: 10, rate: 10, now: 3_600_000, spread: { _ in 0 })
        }
        #expect(line.count == 100 && line.weight == 100)
        #expect(!line.holds(0))
    }

    @Test func `rates follow what the writer does, and a clock that stands still does no harm`() {
        var rate = DrainRate()
        #expect(rate.perSecond == 5_000)
        for _ in 0..<60 { rate.note(weight: 600, milliseconds: 50) }
        #expect((11_500...12_500).contains(rate.perSecond))
        for _ in 0..<60 { rate.note(weight: 1, milliseconds: 60_000) }
        #expect(rate.perSecond == 1)
        for _ in 0..<600 { rate.note(weight: 5, milliseconds: 0) }
        #expect(rate.perSecond > 1_000 && rate.perSecond.isFinite)
    }

    /// Eight o'clock: 2,000 devices at once, each with one request of 20 commands, and they come back when they were told to. Time is
    /// counted in the writer's own work.
    @Test func `at eight everybody gets through, nobody is turned away more than a few times`() {
        var room = WaitingRoom<Int>(bounds: CommitBounds(batchWeightMax: 600, batchCountMax: 64, queueWeightMax: 6_000))
        var random = Seeded(state: 8)
        var due: [Int: [Int]] = [0: Array(0..<2_000)]
        var turnedAway = [Int](repeating: 0, count: 2_000)
        var doneAt: [Int: Int] = [:]
        let batchMilliseconds = 100
        for tick in 0..<1_200 {
            for number in (due.removeValue(forKey: tick) ?? []).shuffled(using: &random) {
                let id = withUnsafeBytes(of: UInt64(number)) { Array($0) + Array($0) }
                let seconds = room.admit(
                    number, of: .device(ReplicaID(bytes: id)!), weight: 21, claim: .writing,
                    now: Milliseconds(tick * batchMilliseconds), spread: { Int.random(in: 0..<$0, using: &random) })
                guard let seconds else { continue }
                turnedAway[number] += 1
                due[tick + seconds * 1_000 / batchMilliseconds, default: []].append(number)
            }
            #expect(room.weight <= 6_000)
            let (items, weight) = room.takeBatch()
            if weight > 0 { room.note(weight: weight, milliseconds: Milliseconds(batchMilliseconds)) }
            for number in items { doneAt[number] = tick }
        }
        #expect(doneAt.count == 2_000)
        #expect(turnedAway.max()! <= 3, "\(turnedAway.max()!) times")
        // 2,000 × 21 at 588 a batch are 72 batches; the spread and the whole seconds cost some more.
        #expect(doneAt.values.max()! <= 160, "the last one was done after \(doneAt.values.max()!) batches")
        #expect(room.returningCount == 0)
    }
}

@Suite struct `The gate before the work` {
    private let replica = ReplicaID(bytes: [UInt8](repeating: 1, count: 16))!

    @Test func `requests, bytes and one device's share are bounded, and what leaves makes room`() throws {
        let gate = WorkGate(limits: .init(requestsMax: 3, bytesMax: 100, perDeviceMax: 2))
        let passes = try (0..<3).map { _ in try #require(gate.enter(bytes: 20)) }
        #expect(gate.enter(bytes: 0) == nil)
        passes[0].leave()
        #expect(gate.enter(bytes: 61) == nil)
        #expect(!passes[1].hold(bytes: 81) && passes[1].hold(bytes: 80))
        #expect(passes[1].take(replica) && passes[2].take(replica))
        passes[1].leave()
        passes[1].leave()
        let third = try #require(gate.enter(bytes: 0))
        #expect(third.take(replica))
        let fourth = try #require(gate.enter(bytes: 0))
        #expect(!fourth.take(replica))
        #expect(gate.load == (3, 20))
        for pass in [passes[2], third, fourth] { pass.leave() }
        #expect(gate.load == (0, 0) && gate.deviceCount == 0)
    }

    @Test func `who finds nobody inside is let in whatever it holds; who is forgotten leaves by itself`() {
        let gate = WorkGate(limits: .init(requestsMax: 3, bytesMax: 100, perDeviceMax: 2))
        do {
            let pass = gate.enter(bytes: 1_000)
            #expect(pass?.hold(bytes: 5_000) == true)
        }
        #expect(gate.load == (0, 0))
    }

    @Test func `a body is decompressed within the room that there is, and holds what it became`() throws {
        let gate = WorkGate(limits: .init(requestsMax: 9, bytesMax: 8 << 20, perDeviceMax: 2))
        let other = try #require(gate.enter(bytes: 1))
        let plain = [UInt8](repeating: 0, count: 2 << 20)
        let bomb = encodeBody(plain)
        #expect(bomb.count < 2_000, "it grows a thousand times")
        let pass = try #require(gate.enter(bytes: bomb.count))
        #expect(throws: ProtocolError(.overloaded, in: "memory")) { try pass.decompress(bomb) }
        other.leave()
        // Alone it is let through, and what was made of it is counted.
        #expect(try pass.decompress(bomb) == plain)
        #expect(gate.load.bytes == bomb.count + 3 * plain.count)
        #expect(gate.enter(bytes: 3 << 20) == nil)
        let small = try #require(gate.enter(bytes: 0))
        pass.leave()
        #expect(try small.decompress(encodeBody([1, 2, 3])) == [1, 2, 3])
        small.leave()
        #expect(gate.load == (0, 0))
    }
}

@Suite struct `Shedding at the centre` {
    private func problem(_ body: () async throws(ProtocolError) -> [UInt8]) async -> ProtocolError? {
        do throws(ProtocolError) {
            _ = try await body()
            return nil
        } catch { return error }
    }

    @Test func `no room: overloaded with a time to come back; what was sent is with the device, and goes the next time`()
        async throws
    {
        var configuration = ServiceConfiguration()
        configuration.requestsMax = 1
        let bench = try Bench(configuration: configuration)
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let note = try phone.note(ticket)
        let body = phone.body(phone.request([note]))
        let pass = try #require(bench.service.gate.enter(bytes: 0))
        let shed = await problem { () throws(ProtocolError) in try await bench.service.sync(body: body) }
        #expect(shed?.problem == .overloaded && (1...300).contains(shed?.retryAfterSeconds ?? 0))
        #expect(try bench.stored(note.commandID) == nil)
        pass.leave()
        #expect(await problem { () throws(ProtocolError) in try await bench.service.sync(body: body) } == nil)
        #expect(try bench.stored(note.commandID) != nil)
        #expect(bench.service.gate.load == (0, 0))
    }

    @Test func `a third request of one device at once is turned away, another device's is not`() async throws {
        let bench = try Bench()
        let (phone, other) = (try Phone("li-na", at: bench), try Phone("wang-lei", at: bench))
        let passes = try (0..<2).map { _ in try #require(bench.service.gate.enter(bytes: 0)) }
        for pass in passes { #expect(pass.take(phone.replica)) }
        let body = phone.body(phone.request([]))
        let shed = await problem { () throws(ProtocolError) in try await bench.service.sync(body: body) }
        #expect(shed?.problem == .overloaded && shed?.part == "replica")
        let others = other.body(other.request([]))
        #expect(await problem { () throws(ProtocolError) in try await bench.service.sync(body: others) } == nil)
        for pass in passes { pass.leave() }
        #expect(await problem { () throws(ProtocolError) in try await bench.service.sync(body: body) } == nil)
    }

    @Test func `a centre that closes says that it is restarting`() async throws {
        let bench = try Bench()
        let phone = try Phone("li-na", at: bench)
        let body = phone.body(phone.request([]))
        bench.service.close()
        let shed = await problem { () throws(ProtocolError) in try await bench.service.sync(body: body) }
        #expect(shed?.problem == .stopping && (5...10).contains(shed?.retryAfterSeconds ?? 0))
    }
}
