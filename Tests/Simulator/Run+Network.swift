import Fixture
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

/// Requests and answers, and what becomes of them on their way.
extension Run {
    func network(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        switch event.kind {
        case .crowd: try crowd(event, &dice, &step)
        case .replay: try arrive(sent.isEmpty ? nil : sent[Int(event.who) % sent.count], .replayed, &step)
        case .arrive:
            let late = inTransit.isEmpty ? nil : inTransit.remove(at: Int(event.who) % inTransit.count)
            try arrive(late, .delayed, &step)
        case .partition:
            let device = device(event)
            // Half of the time the signal comes back.
            device.partition = event.what % 2 == 0 ? .none : SimDevice.Partition(rawValue: Int(event.what / 2) % 4)!
            tell("partition \(device.index) \(device.partition)")
        default:
            let device = device(event)
            // Half of the syncs stop after some requests, and go on later.
            let exchanges = event.what % 2 == 0 ? 40 : 1 + Int(event.what / 2) % 4
            try sync(device, exchangesMax: exchanges, &dice, &step)
        }
    }

    /// Lets a device ask, at most so many requests long.
    func sync(_ device: SimDevice, exchangesMax: Int, _ dice: inout SplitMix64, _ step: inout Step) throws {
        step.devices.append(device)
        step.touchesCentre = true
        try settleDoubts(device)
        guard !device.mustEnrol || isHealing else { return mark("must enrol again") }
        try exchange(device, exchangesMax, &dice, &step)
        if centre.service == nil, !isHealing, dice.chance(0.5) {
            // Whoever gets no answer asks again; and an accident seldom comes alone.
            try wake(centre)
            if has(.centreError) {
                disk.arm(SimCentre.file, .error, calls: 15, nth: 1 + Int(dice.next() % 12), seed: script.seed)
            }
            try exchange(device, exchangesMax, &dice, &step)
        }
        // An answer that has come is absorbed before the event ends, even if no other request follows.
        if device.isSyncing { try absorb(device, &dice) }
        tell("synced \(device.index) \(device.isSyncing ? "half" : "\(ending(device))")")
    }

    private func exchange(_ device: SimDevice, _ exchangesMax: Int, _ dice: inout SplitMix64, _ step: inout Step) throws {
        for _ in 0..<exchangesMax {
            guard let request = try nextRequest(device, &dice) else { break }
            device.take(transmit(request, device, &dice))
            step.synced.append(device)
        }
    }

    private func ending(_ device: SimDevice) -> String {
        switch device.lastEnding {
        case .done: "done"
        case .wiped: "wiped"
        case .failed(.refused(let details), _): "refused \(details.code)"
        case .failed(.transport, _): "transport"
        case .failed: "failed"
        case nil: "nothing"
        }
    }

    private func nextRequest(_ device: SimDevice, _ dice: inout SplitMix64) throws -> HTTPRequest? {
        let isSmall = has(.smallRequests) && dice.chance(0.5)
        let limits = isSmall ? OutgoingLimits(countMax: 1 + Int(dice.next() % 3)) : OutgoingLimits()
        let fork = dice.fork()
        switch try attempt(device, "sync", { try device.nextRequest(limits: limits, dice: fork) }) {
        case .done(let request):
            if isSmall, request != nil { hit(.smallRequests) }
            if has(.smallPages), try device.peek().int("SELECT count(*) FROM pull WHERE complete = 0") > 0 { hit(.smallPages) }
            return request
        case .refused(let error): throw violation("I9", "a sync of \(device.file) was refused: \(error)")
        case .inDoubt:
            device.abandon()
            return nil
        }
    }

    private func absorb(_ device: SimDevice, _ dice: inout SplitMix64) throws {
        // The request that this makes is sent with the next sync: its commands are offered, and nothing has left.
        _ = try nextRequest(device, &dice)
    }

    /// One exchange as the device sees it.
    private func transmit(_ request: HTTPRequest, _ device: SimDevice, _ dice: inout SplitMix64) -> SyncSession.Event {
        do throws(TransportError) { return .answered(try carry(request, device, &dice)) } catch { return .failed(error) }
    }

    private func chance(_ fault: Fault, _ dice: inout SplitMix64) -> Bool {
        let isHit = dice.next() % 100 < UInt64(script.networkPercent)
        return isHit && has(fault)
    }

    private func carry(_ request: HTTPRequest, _ device: SimDevice, _ dice: inout SplitMix64) throws(TransportError)
        -> HTTPResponse
    {
        // A slow link: minutes to hours pass on the way, and acts of others fall between a question and its answer.
        if chance(.slow, &dice) {
            clock.advance(Int64(dice.next() % 14_400_000))
            hit(.slow)
        }
        if device.partition == .both {
            hit(.partitioned)
            throw .offline("no signal")
        }
        if device.partition == .out || chance(.requestLost, &dice) {
            hit(device.partition == .out ? .partitioned : .requestLost)
            throw .timedOut
        }
        if chance(.delayed, &dice) {
            inTransit.append(request)
            tell("delayed")
            throw .timedOut
        }
        if has(.replayed) {
            sent.append(request)
            if sent.count > 24 { sent.removeFirst() }
        }
        let isDoubled = chance(.duplicated, &dice)
        guard case .answer(var answer) = reply(to: request) else { throw .offline("the centre is down") }
        if isDoubled, case .answer(let second) = reply(to: request) {
            hit(.duplicated)
            answer = second
        }
        if device.partition == .in || chance(.answerLost, &dice) {
            hit(device.partition == .in ? .partitioned : .answerLost)
            throw .timedOut
        }
        if chance(.answerCut, &dice) {
            hit(.answerCut)
            throw .interrupted(bytes: Int(dice.next() % UInt64(max(1, answer.body.count))))
        }
        return answer
    }

    /// What the centre says, with what it must not say.
    private func reply(to request: HTTPRequest) -> SimCentre.Reply {
        let reply = centre.answer(request)
        note(reply)
        return reply
    }

    private func note(_ reply: SimCentre.Reply) {
        guard case .answer(let answer) = reply else { return mark("no answer") }
        if answer.status != 200 { mark("status \(answer.status)") }
        if answer.status >= 500 {
            if hasDiskTrouble { hit(has(.centreFull) ? .centreFull : .centreError) } else { wrongStatuses.append(answer.status) }
        }
    }

    /// A request that comes late, or once more. Nobody waits for its answer.
    private func arrive(_ request: HTTPRequest?, _ fault: Fault, _ step: inout Step) throws {
        guard let request, centre.service != nil else { return mark("nothing under way") }
        step.touchesCentre = true
        let before = try head()
        _ = reply(to: request)
        if try fault == .delayed || head() == before { hit(fault) }
    }

    private func head() throws -> Int64 { centre.service == nil ? 0 : try centre.peek().int("SELECT head FROM store") }

    /// Several devices at once: what they send is one batch, one transaction.
    private func crowd(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        guard centre.service != nil else { return mark("centre is down") }
        step.touchesCentre = true
        var asking: [(device: SimDevice, request: HTTPRequest)] = []
        for device in devices where !device.mustEnrol && device.partition == .none && dice.chance(0.8) {
            step.devices.append(device)
            try settleDoubts(device)
            if let request = try nextRequest(device, &dice) { asking.append((device, request)) }
        }
        let replies = centre.answerTogether(asking.map(\.request))
        for ((device, _), reply) in zip(asking, replies) {
            note(reply)
            if case .answer(let answer) = reply, !chance(.answerLost, &dice) {
                device.take(.answered(answer))
            } else {
                device.take(.failed(.timedOut))
            }
            try absorb(device, &dice)
            step.synced.append(device)
        }
        mark("crowd of \(asking.count)")
    }
}
