import CentralStore
import CentralStoreSQLite
import Changeset
import Foundation
import GRDB
import Synchronization
import Testing
import Tickets

/// What the scheduler raises: each once, gone with its reason, found by an index.
@Suite struct AlarmTests {
    private let hour: Milliseconds = 3_600_000
    private let rules = AlarmRules(.hotan)

    private func clocked(_ world: inout World, _ id: TicketID, _ clock: Clock) -> JournalDraft {
        var draft = world.ticket(id, assignee: "li-na")
        draft.changes.append(.insert(.clock, clock.row(of: id)))
        return draft
    }

    private func changed(_ world: inout World, _ id: TicketID, _ clock: Clock, _ columns: [ClockColumn: Value]) -> JournalDraft {
        var draft = world.draft(JournalKind(rawValue: "act"), ticket: id)
        draft.changes = [
            .update(.clock, key: [.blob(clock.id)], Dictionary(uniqueKeysWithValues: columns.map { ($0.key.index, $0.value) }))
        ]
        return draft
    }

    private func look(_ store: any CentralStore, at now: Milliseconds) throws -> [AlarmKind: Int] {
        try store.write { try $0.raiseAlarms(rules, now: now) }
    }

    private func standing(_ store: any CentralStore) throws -> [AlarmKind] {
        try store.read { try $0.alarms(limit: 9) }.map(\.kind)
    }

    @Test(arguments: StoreKind.allCases)
    func `a clock is due soon a quarter before its end, then overdue, each raised once, and met it is silent`(kind: StoreKind)
        throws
    {
        try kind.with { store in
            var world = World(seed: 61)
            let id: TicketID = world.id()
            let clock = Clock(.resolution, of: id, source: "hotan 1", start: World.noon, due: World.noon + 40 * hour)
            try store.append(world.person("li-na"), clocked(&world, id, clock))
            let head = try store.head
            #expect(try look(store, at: World.noon + 29 * hour) == [:])
            #expect(try look(store, at: World.noon + 30 * hour) == [.dueSoon: 1])
            #expect(try look(store, at: World.noon + 31 * hour) == [:], "once")
            #expect(try look(store, at: World.noon + 40 * hour) == [:], "the last moment is in time")
            #expect(try look(store, at: World.noon + 40 * hour + 1) == [.overdue: 1])
            #expect(try standing(store) == [.overdue], "what is overdue is not due soon any more")
            let line = try #require(try store.read { try $0.alarms(limit: 9) }.first)
            #expect((line.ticket, line.clock, line.dueAt, line.assignee) == (id, .resolution, clock.due, "li-na"))
            #expect(line.raisedAt == World.noon + 40 * hour + 1 && line.number != nil)
            #expect(try store.read { try $0.figures(now: World.noon) }.alarmCounts == [.overdue: 1])
            // Moved, it is another alarm; met, none.
            try store.append(changed(&world, id, clock, [.dueAt: .integer(World.noon + 50 * hour)]))
            #expect(try look(store, at: World.noon + 49 * hour) == [.dueSoon: 1])
            #expect(try look(store, at: World.noon + 51 * hour) == [.overdue: 1])
            let meeting = commandValue(&world)
            try store.append(changed(&world, id, clock, [.metAt: .integer(World.noon + 52 * hour), .metBy: meeting]))
            #expect(try look(store, at: World.noon + 53 * hour) == [:])
            #expect(try standing(store) == [])
            #expect(try store.head == head + 2, "time writes no entry")
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    private func commandValue(_ world: inout World) -> Value { world.id(CommandID.self).value }

    @Test(arguments: StoreKind.allCases)
    func `what is held too long is raised until it is decided, and an answer that is owed by its own name`(kind: StoreKind) throws
    {
        try kind.with { store in
            var world = World(seed: 62)
            let id: TicketID = world.id()
            let answer = Clock(.answer, of: id, source: "hotan 1", start: World.noon, due: World.noon + 24 * hour)
            try store.append(world.person("li-na"), clocked(&world, id, answer))
            let held = world.held(id, by: "li-na")
            try store.append(held)
            let received = world.time
            #expect(try look(store, at: received + 23 * hour)[.undecided] == nil)
            #expect(try look(store, at: received + 24 * hour) == [.undecided: 1, .unanswered: 1])
            #expect(try standing(store) == [.unanswered, .undecided])
            #expect(try store.read { try $0.alarms(limit: 9) }.last?.command == held.command?.id)
            try store.append(world.decide(held.command!.id, of: "li-na", on: id))
            #expect(try look(store, at: received + 25 * hour) == [:])
            #expect(try standing(store) == [.unanswered])
        }
    }

    @Test func `a restart raises nothing twice, and each look searches by the index of what runs`() throws {
        try withFolder { folder in
            let path = folder + "/central.sqlite"
            var world = World(seed: 63)
            let tickets: [TicketID] = (0..<20).map { _ in world.id() }
            let made = try makeSQLiteStore(at: path)
            try made.append(
                tickets.map { id in
                    clocked(&world, id, Clock(.dispatch, of: id, source: "", start: World.noon, due: World.noon + hour / 2))
                })
            #expect(try look(made, at: World.noon + hour) == [.overdue: 20])
            try made.close()
            let seen = Mutex<Set<String>>([])
            let store = try SQLiteCentralStore.open(at: path) { sql in _ = seen.withLock { $0.insert(sql) } }
            #expect(try look(store, at: World.noon + 2 * hour) == [:])
            #expect(try store.read { try $0.alarms(limit: 99) }.map(\.raisedAt) == Array(repeating: World.noon + hour, count: 20))
            try store.close()
            let queue = try DatabaseQueue(path: path)
            for sql in seen.withLock({ $0 }) where sql.contains("INSERT OR IGNORE INTO alarm") && sql.contains("FROM clock") {
                let details = try queue.read { db in
                    let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
                    statement.setUncheckedArguments([])
                    return try Row.fetchAll(statement).map { $0["detail"] as String }
                }
                #expect(details.contains { $0.hasPrefix("SEARCH clock USING INDEX clock_running") }, "\(details)")
            }
            try queue.close()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `requests that wait are listed in the order of asking, with their words`(kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 64)
            let (first, second): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(
                world.person("li-na"), world.ticket(first, assignee: "li-na"), world.ticket(second, assignee: "li-na"))
            var asked: [CommandID] = []
            for (ticket, at) in [(first, 9), (second, 5)] as [(TicketID, Int64)] {
                var draft = world.note(ticket, by: "li-na", body: "配件未到 \(at)")
                let id = draft.command!.id
                asked.append(id)
                draft.changes.append(
                    .insert(.request, TicketRequest(.extension_, id: id, author: "li-na", givenAt: at, days: 3).row(of: ticket)))
                try store.append(draft)
            }
            let waiting = try store.read { try $0.requests(withAnswered: false, limit: 9) }
            #expect(waiting.map(\.request.id) == asked.reversed() && waiting.map(\.words) == ["配件未到 5", "配件未到 9"])
            #expect(waiting.map(\.ticket) == [second, first] && waiting.allSatisfy { $0.number != nil })
            var answered = world.draft(JournalKind(rawValue: "act"), ticket: second)
            answered.changes = [.update(.request, key: [asked[1].value], [RequestColumn.state.index: .text("refused")])]
            try store.append(answered)
            #expect(try store.read { try $0.requests(withAnswered: false, limit: 9) }.map(\.request.id) == [asked[0]])
            #expect(try store.read { try $0.requests(withAnswered: true, limit: 9) }.count == 2)
            // They belong to their tickets: whoever holds those has them, row for row.
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            try model.expectEqual(to: store)
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }
}
