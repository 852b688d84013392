import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

/// Taking back what the centre has, through the whole of one transaction.
@Suite struct `Taking a sent command back` {
    //  li-na                        | centre
    //                               | assign to wang-lei
    //  resolve, return              | held "moved" with its words; return waits for it
    //  retract resolve              | one transaction: retraction applied, resolve declined "retracted", its words go,
    //                               | return decided again
    @Test func `a held command is ended at once, with its words, and who waited for it is decided again`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.pull(bench)
        try bench.act(.assign, ticket, ["assignee": .text("wang-lei")])
        let resolve = try phone.seal(phone.payload("resolve", ticket, ["body": .text("已修好")]))
        let back = try phone.seal(phone.payload("return", ticket, ["body": .text("不归我管")]))
        let first = try phone.push([resolve, back], to: bench)
        #expect(first.receipts.map(\.reason) == ["moved", "waits-for"])
        #expect(try bench.notes(ticket) == ["已修好"])

        let retraction = try phone.retract(resolve.commandID, on: ticket)
        let answer = try phone.push([retraction], to: bench)
        #expect(answer.receipts.map(\.verdict) == [.applied])
        let ended = try #require(try bench.stored(resolve.commandID))
        #expect(ended.verdict == .held && ended.decision?.decision == .declined)
        #expect(ended.decision?.reason == "retracted" && ended.decision?.by == "li-na")
        let waited = try #require(try bench.stored(back.commandID))
        #expect(waited.decision?.decision == .declined && waited.decision?.reason == "moved")
        #expect(try bench.notes(ticket) == ["不归我管"], "the words of the held one went, those of the other came")
        #expect(answer.page?.entities.contains { $0.key == .verdict(resolve.commandID) } == true, "its author hears of it")
        #expect(throws: ServiceError.notHeld(resolve.commandID)) { try bench.decide(resolve.commandID, .accepted) }
        #expect(try bench.held() == [])
        #expect(try bench.faults() == [])
    }

    @Test func `a note goes by a dispatcher's word, as a deleted row, and stays in the history`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na", helpers: "wang-lei")
        var phone = try Phone("li-na", at: bench)
        var other = try Phone("wang-lei", at: bench)
        let note = try phone.note(ticket, "写错了工单")
        try phone.push([note], to: bench)
        try other.pull(bench)
        let asked = try phone.push([try phone.retract(note.commandID, on: ticket, "应写在另一张工单")], to: bench)
        #expect(asked.receipts.map(\.reason) == ["retract-asked"])
        #expect(try bench.notes(ticket) == ["写错了工单"], "until then it stands")
        let version = try bench.version(ticket)
        let outcome = try bench.decide(asked.receipts[0].commandID, .accepted, "同意")
        #expect(try bench.notes(ticket) == [])
        #expect(try bench.version(ticket) == outcome.sequence && outcome.sequence > version)
        #expect(try bench.stored(note.commandID)?.verdict == .applied, "a verdict is never changed")
        let page = try #require(try other.push([], to: bench).page)
        let rows = page.entities.filter { $0.key == .ticket(ticket) }.flatMap(\.rows)
        #expect(rows.contains { $0.table == .note && $0.deleted }, "every device hears that it is gone")
        let history = try bench.store.read { try $0.history(of: ticket) }
        #expect(history.flatMap { $0.body?.changeset.changes ?? [] }.contains { $0.old.contains(.text("写错了工单")) }, "I6")
        #expect(try bench.faults() == [])
    }

    //  li-na                        | centre
    //  edit location 东门, finding 缺角 | applied
    //  retract                      | held
    //                               | edit location 西门
    //                               | accepts: finding goes back, location stays, a conflict says so
    @Test func `of an edit goes back what nobody changed since`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        try bench.act(.edit, ticket, ["location": .text("老街")])
        var phone = try Phone("li-na", at: bench)
        try phone.pull(bench)
        let edit = try phone.seal(
            phone.payload(
                "edit", ticket, ["location": .text("东门"), "finding": .text("缺角")],
                changeset: edited(ticket, [.location: (.text("老街"), .text("东门")), .finding: (.null, .text("缺角"))])))
        let answer = try phone.push([edit, try phone.retract(edit.commandID, on: ticket)], to: bench)
        #expect(answer.receipts.map(\.reason) == ["ok", "retract-asked"], "in one request, in order")
        let other = try bench.act(.edit, ticket, ["location": .text("西门")])
        let retraction = answer.receipts[1].commandID
        try bench.decide(retraction, .accepted)
        #expect(try bench.column(ticket, .finding) == .null)
        #expect(try bench.column(ticket, .location) == .text("西门"))
        #expect(
            try bench.store.read { try $0.conflicts(of: retraction) } == [
                Conflict(
                    field: "location", trunk: .text("东门"), theirs: .text("西门"), ours: .text("老街"), rule: "retract",
                    outcome: .theirs, against: other.command)
            ])
        #expect(try bench.faults() == [])
    }

    @Test func `a transition goes back along its own edge; once others went on it can only be declined`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na", helpers: "wang-lei")
        var phone = try Phone("li-na", at: bench)
        let accept = try phone.seal(phone.payload("accept", ticket))
        var answer = try phone.push([accept, try phone.retract(accept.commandID, on: ticket)], to: bench)
        try bench.decide(answer.receipts[1].commandID, .accepted)
        #expect(try bench.column(ticket, .state) == .text("dispatched"))
        #expect(try bench.column(ticket, .acceptedAt) == .null)
        let entry = try #require(try bench.store.read { try $0.history(of: ticket) }.last)
        #expect(entry.kind == .decision && entry.body?.facts["retracts"] == accept.commandID.value)

        let again = try phone.seal(phone.payload("accept", ticket))
        let done = try phone.seal(phone.payload("resolve", ticket, ["body": .text("修好")]))
        let late = try phone.retract(again.commandID, on: ticket)
        answer = try phone.push([again, done, late], to: bench)
        #expect(answer.receipts.map(\.reason) == ["ok", "ok", "retract-too-late"])
        #expect(throws: ServiceError.refused(.retractTooLate)) { try bench.decide(late.commandID, .accepted) }
        try bench.decide(late.commandID, .declined, "已办结，请走回访")
        #expect(try bench.stored(late.commandID)?.decision?.reason == "已办结，请走回访")
        #expect(try bench.column(ticket, .state) == .text("handled"))
        #expect(try bench.faults() == [])
    }

    @Test func `a held report goes with its ticket, unless somebody took that in`() throws {
        let bench = try Bench()
        for isTakenIn in [false, true] {
            var phone = try Phone("li-na", at: bench)
            let id = bench.sources.id()
            let made = Command.madeTicket(by: id)
            let report = try phone.seal(
                phone.payload("report", made, ["title": .text("别处的路灯"), "grid": .text("g9")], id: id))
            #expect(try phone.push([report], to: bench).receipts.map(\.reason) == ["outside-area"])
            if isTakenIn { try bench.act(.dispatch, made, ["assignee": .text("wang-lei")]) }
            #expect(try phone.push([try phone.retract(id, on: made)], to: bench).receipts.map(\.verdict) == [.applied])
            #expect(try bench.column(made, .state) == .text(isTakenIn ? "dispatched" : "withdrawn"))
            #expect(try bench.stored(id)?.decision?.reason == "retracted")
        }
        #expect(try bench.faults() == [])
    }

    //  phone (first)                | centre                        | second phone of the same person
    //  note, its request is lost    |                               |
    //                               | held "waits-for-target"       | retract note
    //  note again                   | note applied; the retraction  |
    //                               | is held for the dispatcher    |
    @Test func `a retraction that comes before its target waits for it`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        var second = try Phone("li-na", at: bench)
        let note = try phone.note(ticket, "晚到的话")
        let retraction = try second.retract(note.commandID, on: ticket)
        let early = try second.push([retraction], to: bench)
        #expect(early.receipts.map(\.reason) == ["waits-for-target"])
        #expect(early.receipts[0].waitsFor == note.commandID)
        #expect(throws: ServiceError.refused(.waitsForTarget)) { try bench.decide(retraction.commandID, .accepted) }
        #expect(try phone.push([note], to: bench).receipts.map(\.verdict) == [.applied])
        let asked = try #require(try bench.stored(retraction.commandID))
        #expect(asked.isUndecided && asked.reason == "retract-asked" && asked.waitsFor == nil)
        let news = try #require(try second.push([], to: bench).page)
        let receipt = try #require(news.entities.first { $0.key == .verdict(retraction.commandID) }?.receipt)
        #expect(receipt.reason == "retract-asked" && receipt.sequence == asked.sequence)
        #expect(receipt.sequence > early.receipts[0].sequence)
        try bench.decide(retraction.commandID, .accepted)
        #expect(try bench.notes(ticket) == [])
        #expect(try bench.faults() == [])
    }

    @Test func `a retraction that waited ends a target that comes to be held, and gives up on one that has no effect`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        var second = try Phone("li-na", at: bench)
        try phone.pull(bench)
        try bench.act(.assign, ticket, ["assignee": .text("wang-lei")])
        let resolve = try phone.seal(phone.payload("resolve", ticket, ["body": .text("已修好")]))
        let start = try phone.seal(phone.payload("accept", ticket))
        let ending = try second.retract(resolve.commandID, on: ticket)
        let vain = try second.retract(start.commandID, on: ticket)
        #expect(try second.push([ending, vain], to: bench).receipts.map(\.reason) == ["waits-for-target", "waits-for-target"])
        #expect(try phone.push([start, resolve], to: bench).receipts.map(\.verdict) == [.superseded, .held])
        #expect(try bench.stored(ending.commandID)?.decision?.decision == .accepted)
        #expect(try bench.stored(resolve.commandID)?.decision?.reason == "retracted")
        #expect(
            try bench.stored(vain.commandID)?.decision.map { [$0.decision.rawValue, $0.reason] } == [
                "declined", "nothing-to-retract",
            ])
        #expect(try bench.notes(ticket) == [])
        #expect(try bench.held() == [])
        #expect(try bench.faults() == [])
    }

    @Test func `somebody else's command is answered like one that does not exist`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na", helpers: "wang-lei")
        var phone = try Phone("li-na", at: bench)
        var stranger = try Phone("wang-lei", at: bench)
        let note = try phone.note(ticket)
        try phone.push([note], to: bench)
        let tries = [try stranger.retract(note.commandID, on: ticket), try stranger.retract(bench.sources.id(), on: ticket)]
        let receipts = try stranger.push(tries, to: bench).receipts
        #expect(receipts.map(\.verdict) == [.held, .held])
        #expect(receipts.map(\.reason) == ["waits-for-target", "waits-for-target"])
        for one in tries {
            #expect(throws: ServiceError.refused(.waitsForTarget)) { try bench.decide(one.commandID, .accepted) }
        }
        #expect(try bench.notes(ticket) == ["到场"])
        #expect(try bench.faults() == [])
    }

    @Test func `repeats: the same retraction, another one, one from another device, one after the answer`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        var second = try Phone("li-na", at: bench)
        let note = try phone.note(ticket)
        let first = try phone.retract(note.commandID, on: ticket)
        let answer = try phone.push([note, first], to: bench)
        let repeated = try phone.send(phone.request([first]), to: bench)
        #expect(repeated.receipts.map(\.sequence) == [answer.receipts[1].sequence])
        let others = [try second.retract(note.commandID, on: ticket)]
        #expect(try second.push(others, to: bench).receipts.map(\.reason) == ["already-asked"])
        try bench.decide(first.commandID, .declined, "留着")
        phone.acknowledged = 3
        phone = try Phone("li-na", at: bench)
        let once = try phone.retract(note.commandID, on: ticket)
        #expect(try phone.push([once], to: bench).receipts.map(\.reason) == ["retract-asked"], "one may ask again")
        try bench.decide(once.commandID, .accepted)
        let after = try phone.retract(note.commandID, on: ticket)
        let pointless = try phone.retract(once.commandID, on: ticket)
        #expect(
            try phone.push([after, pointless], to: bench).receipts.map(\.reason) == ["nothing-to-retract", "retract-of-retract"])
        #expect(try bench.faults() == [])
    }

    //  order 1:  dispatcher accepts the held edit  | retract: it took effect, so it is asked for
    //  order 2:  dispatcher declines it            | retract: nothing to take back
    //  order 3:  retract ends it                   | the dispatcher hears that it is decided
    @Test(arguments: [HeldDecision.accepted, .declined, nil])
    func `a retraction and a dispatcher's decision on the same command`(decision: HeldDecision?) throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone(Bench.dispatcher, at: bench)
        try phone.pull(bench)
        try bench.act(.edit, ticket, ["title": .text("西门")])
        let edit = try phone.seal(
            phone.payload(
                "edit", ticket, ["title": .text("东门")],
                changeset: edited(ticket, [.title: (.text("路灯不亮"), .text("东门"))])))
        #expect(try phone.push([edit], to: bench).receipts.map(\.reason) == ["both-changed"])
        if let decision { try bench.decide(edit.commandID, decision) }
        let retraction = try phone.retract(edit.commandID, on: ticket)
        let reason = try phone.push([retraction], to: bench).receipts[0].reason
        switch decision {
        case .accepted:
            #expect(reason == "retract-asked")
            try bench.decide(retraction.commandID, .accepted)
            #expect(try bench.column(ticket, .title) == .text("西门"), "back to what stood before, not to what the author saw")
        case .declined: #expect(reason == "nothing-to-retract")
        default:
            #expect(reason == "ok")
            #expect(throws: ServiceError.notHeld(edit.commandID)) { try bench.decide(edit.commandID, .accepted) }
        }
        #expect(try bench.faults() == [])
    }

    @Test func `nothing waits for a retraction, and an amendment names no other target`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let (one, two) = (try phone.note(ticket, "一"), try phone.note(ticket, "二"))
        let retraction = try phone.retract(one.commandID, on: ticket)
        let accept = try phone.seal(phone.payload("accept", ticket))
        let answer = try phone.push([one, two, retraction, accept], to: bench)
        #expect(answer.receipts.map(\.verdict) == [.applied, .applied, .held, .applied])
        #expect(throws: ServiceError.refused(.badArguments)) {
            try bench.service.decideHeldAndWait(
                retraction.commandID, .amended, reason: "x", arguments: ["target": .text(two.commandID.description)],
                by: Bench.dispatcher)
        }
        #expect(try bench.notes(ticket) == ["一", "二"])
    }

    @Test func `the outcome does not depend on how commands and retractions are cut`() throws {
        let whole = try outcome(requestSize: 100, together: true, poison: false)
        for size in [1, 2, 5] {
            for together in [true, false] {
                #expect(try outcome(requestSize: size, together: together, poison: false) == whole, "\(size) \(together)")
            }
        }
        let stepwise = try outcome(requestSize: 100, together: true, poison: true)
        #expect(stepwise == (try outcome(requestSize: 1, together: false, poison: true)))
        #expect(stepwise.contains { $0.hasPrefix("held poisoned") })
    }

    /// Commands of one device, each followed by its retraction, one of them with a row that no store takes if `poison` is set.
    private func outcome(requestSize: Int, together: Bool, poison: Bool) throws -> [String] {
        let bench = try Bench(decide: { command, ticket, context in
            var decision = Tickets.decide(command, on: ticket, in: context)
            if command.text("body") == "坏" { decision.changes.append(.update(.note, key: [.integer(1)], [4: .text("x")])) }
            return decision
        })
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        var sealed: [SealedCommand] = []
        let kinds: [(String, [String: Value])] = [
            ("note", ["body": .text("一")]), ("accept", [:]), ("edit", ["finding": .text("二")]),
            ("note", ["body": .text(poison ? "坏" : "三")]), ("visit", ["body": .text("四")]), ("resolve", ["body": .text("五")]),
            ("start", [:]),
        ]
        for (kind, arguments) in kinds {
            let command = try phone.seal(phone.payload(kind, ticket, arguments))
            sealed += [command, try phone.retract(command.commandID, on: ticket)]
        }
        var bodies: [[UInt8]] = []
        for start in stride(from: 0, to: sealed.count, by: requestSize) {
            let part = Array(sealed[start..<min(start + requestSize, sealed.count)])
            bodies.append(phone.body(phone.request(part)))
            phone.head =
                Chain.headers(
                    for: part, replica: phone.replica, epoch: 1, first: phone.acknowledged + 1, previous: phone.head
                ).head
            phone.acknowledged += UInt64(part.count)
        }
        for batch in together ? [bodies] : bodies.map({ [$0] }) {
            for result in bench.service.syncTogether(bodies: batch) { _ = try result.get() }
        }
        #expect(try bench.faults() == [])
        return try sealed.map {
            let stored = try #require(try bench.stored($0.commandID))
            return "\(stored.verdict?.rawValue ?? "-") \(stored.reason) \(stored.sequence) \(stored.decision?.reason ?? "-")"
        } + (try bench.notes(ticket))
    }
}
