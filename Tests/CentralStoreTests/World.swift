import CentralStore
import Changeset
import Foundation
import SyncProtocol
import Tickets

/// A small generator that prints its seed where it is used.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }
}

/// Makes journal drafts with plausible rows, without going through `decide`: what a store must do with them is its own affair.
struct World {
    static let noon: Milliseconds = 1_795_233_600_000  // 2026-11-21 04:00 UTC, noon in Shanghai
    var random: SeededRandom
    var time = World.noon

    init(seed: UInt64) { random = SeededRandom(seed) }

    mutating func id<ID: Identifier16>(_ type: ID.Type = ID.self) -> ID { ID(bytes: random.bytes(16))! }

    mutating func draft(_ kind: JournalKind, ticket: TicketID? = nil, by author: String = "chen-jing") -> JournalDraft {
        time += 1000
        return JournalDraft(at: time, author: author, kind: kind, salt: random.bytes(16), ticket: ticket)
    }

    mutating func person(
        _ id: String, _ role: Role = .worker, grid: String? = nil, unit: String? = nil, profession: String? = nil,
        name: String? = nil
    ) -> JournalDraft {
        var draft = draft(.person)
        let person = Person(id: id, name: name ?? id, role: role, grid: grid, unit: unit, profession: profession)
        draft.changes = [.insert(.person, person.row)]
        return draft
    }

    mutating func grid(_ id: String, name: String? = nil) -> JournalDraft {
        var draft = draft(.grid)
        draft.changes = [.insert(.grid, GridRecord(id: id, name: name ?? id).row)]
        return draft
    }

    mutating func ticket(
        _ id: TicketID, title: String = "路灯不亮", assignee: String? = nil, grid: String? = nil, unit: String? = nil,
        citizen: Bool = false
    ) -> JournalDraft {
        var draft = draft(.verdict, ticket: id)
        var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
        let values: [TicketColumn: Value] = [
            .id: id.value, .kind: .text("help"), .channel: .text("phone"), .origin: .text("caller"), .title: .text(title),
            .description: .text("自编号 17 灯杆,三天未亮"), .urgency: .text("normal"), .confidential: .integer(0),
            .state: .text(assignee == nil ? "awaiting-dispatch" : "dispatched"), .unit: .optional(unit), .grid: .optional(grid),
            .assignee: .optional(assignee), .createdAt: .integer(draft.at), .dueAt: .integer(draft.at + 86_400_000),
        ]
        for (column, value) in values { row[column.index] = value }
        draft.kind = .imported
        draft.changes = [.insert(.ticket, row)]
        if citizen {
            draft.changes.append(.insert(.citizen, [id.value, .text("阿依古丽"), .text("13900000000"), .null, .null]))
        }
        return draft
    }

    mutating func change(_ id: TicketID, _ columns: [TicketColumn: Value]) -> JournalDraft {
        var draft = draft(.decision, ticket: id)
        draft.kind = JournalKind(rawValue: "act")
        draft.changes = [
            .update(.ticket, key: [id.value], Dictionary(uniqueKeysWithValues: columns.map { ($0.key.index, $0.value) }))
        ]
        return draft
    }

    mutating func helper(_ id: TicketID, _ person: String, profession: String? = nil, gone: Bool = false) -> JournalDraft {
        var draft = draft(JournalKind(rawValue: "act"), ticket: id)
        draft.changes = [
            gone
                ? .delete(.helper, key: [id.value, .text(person)])
                : .insert(.helper, [id.value, .text(person), .optional(profession)])
        ]
        return draft
    }

    mutating func command(
        _ kind: String, on ticket: TicketID?, by person: String, id: CommandID? = nil, verdict: Verdict? = .applied,
        reason: String = "ok", place: ChainPlace? = nil
    ) -> StoredCommand {
        let payload = random.bytes(40)
        let salt = random.bytes(16)
        return StoredCommand(
            id: id ?? self.id(), place: place, person: person, kind: kind, ticket: ticket, payload: payload, salt: salt,
            digest: sha256(salt, payload), receivedAt: time, occurredAt: time - 500, verdict: verdict, reason: reason)
    }

    mutating func note(
        _ ticket: TicketID, by person: String, body: String = "已到现场", command given: StoredCommand? = nil
    ) -> JournalDraft {
        var draft = draft(.verdict, ticket: ticket, by: person)
        let command = given ?? self.command("note", on: ticket, by: person)
        draft.command = .insert(command)
        draft.changes = [
            .insert(
                .note,
                [
                    .blob(command.id.derived(1)), ticket.value, .text("note"), .text(person), .text(body),
                    .integer(command.occurredAt), .integer(0), command.id.value,
                ])
        ]
        return draft
    }

    mutating func held(_ ticket: TicketID, by person: String, command given: StoredCommand? = nil) -> JournalDraft {
        var draft = draft(.verdict, ticket: ticket, by: person)
        draft.command = .insert(given ?? command("edit", on: ticket, by: person, verdict: .held, reason: "both-changed"))
        draft.conflicts = [
            Conflict(field: "title", trunk: .text("旧"), theirs: .text("中"), ours: .text("我"), rule: "centre"),
            Conflict(field: "due_at", trunk: .integer(1), theirs: .integer(2), ours: .null, rule: "centre"),
        ]
        return draft
    }

    mutating func decide(_ command: CommandID, of person: String, on ticket: TicketID?) -> JournalDraft {
        var draft = draft(.decision, ticket: ticket)
        draft.command = .decide(
            command, person: person, .init(.declined, reason: "重复", by: "chen-jing", at: draft.at))
        return draft
    }
}

/// A random history that uses every way in which scopes move. `next()` always gives a draft that fits what came before.
struct RandomHistory {
    var world: World
    let people = ["li-na", "zhang-wei", "ma-yun", "bai-he"]
    let gridNames = ["g1", "g2", "g3"]
    let professions = ["城管", "民政", nil]
    private(set) var tickets: [TicketID] = []
    private var helpers: Set<[String]> = []
    private var undecided: [(CommandID, String, TicketID)] = []
    private var conflicts: [(command: CommandID, ticket: TicketID)] = []
    private var counter = 0

    init(seed: UInt64) { world = World(seed: seed) }

    mutating func opening() -> [JournalDraft] {
        var drafts = gridNames.map { world.grid($0) }
        drafts += people.enumerated().map {
            world.person($1, $0 == 0 ? .leader : .worker, grid: gridNames[$0 % 3], profession: professions[$0 % 3])
        }
        drafts.append(world.person("zhong-xin", .unit, unit: "u1"))
        drafts.append(world.person("chen-jing", .dispatcher))
        return drafts
    }

    private mutating func pick<T>(_ items: [T]) -> T { items.randomElement(using: &world.random)! }
    private mutating func die(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &world.random) }

    mutating func next() -> JournalDraft {
        counter += 1
        if tickets.count < 3 || die(6) == 0 { return newTicket() }
        let ticket = pick(tickets)
        let person = pick(people)
        switch die(14) {
        case 12: return edit(ticket, by: person)
        case 13 where !conflicts.isEmpty: return choice(conflicts.randomElement(using: &world.random)!, by: person)
        case 0, 1: return world.change(ticket, [.assignee: die(5) == 0 ? .null : .text(person), .finding: .text("\(counter)")])
        case 2: return world.change(ticket, [.grid: .text(pick(gridNames)), .unit: die(2) == 0 ? .null : .text("u1")])
        case 3:
            var draft = world.change(ticket, [.title: .text("标题 \(counter)")])
            draft.changes.append(
                .update(
                    .clock, key: [.blob(Clock.id(of: .resolution, on: ticket))],
                    [ClockColumn.dueAt.index: .integer(draft.at + Int64(counter))]))
            return draft
        case 4, 5:
            let gone = helpers.contains([ticket.description, person])
            if gone { helpers.remove([ticket.description, person]) } else { helpers.insert([ticket.description, person]) }
            return world.helper(ticket, person, profession: professions[counter % 3], gone: gone)
        case 6, 7: return world.note(ticket, by: person, body: String(repeating: "词", count: die(200)) + "\(counter)")
        case 8:
            let draft = world.held(ticket, by: person)
            if let id = draft.command?.id { undecided.append((id, person, ticket)) }
            return draft
        case 9 where !undecided.isEmpty:
            let index = die(undecided.count)
            let (id, author, place) = undecided.remove(at: index)
            return world.decide(id, of: author, on: place)
        case 10:
            let role: Role = die(2) == 0 ? .leader : .worker
            let profession = professions[counter % 3]
            return world.person(person, role, grid: pick(gridNames), profession: profession, name: "\(person) \(counter)")
        default: return world.grid(pick(gridNames), name: "网格 \(counter)")
        }
    }

    /// An edit that met what somebody wrote since the beginning of time.
    private mutating func edit(_ ticket: TicketID, by person: String) -> JournalDraft {
        var draft = world.change(ticket, [.finding: .text("所见 \(counter)")])
        let command = world.command("edit", on: ticket, by: person, verdict: .merged, reason: "merged")
        (draft.kind, draft.author, draft.command, draft.seenBase) = (.verdict, person, .insert(command), 0)
        draft.conflicts = [
            Conflict(field: "finding", trunk: .null, theirs: .text("旧"), ours: .text("新"), rule: "field", outcome: .ours)
        ]
        conflicts.append((command.id, ticket))
        return draft
    }

    private mutating func choice(_ conflict: (command: CommandID, ticket: TicketID), by person: String) -> JournalDraft {
        var draft = world.draft(.verdict, ticket: conflict.ticket, by: person)
        let command = world.command("choose", on: conflict.ticket, by: person)
        draft.command = .insert(command)
        draft.changes = [
            .update(
                .conflict, key: [conflict.command.value, .text("finding")],
                [
                    ConflictColumn.settledBy.index: command.id.value, ConflictColumn.settledAt.index: .integer(draft.at),
                    ConflictColumn.chosenBy.index: .text(person),
                ])
        ]
        return draft
    }

    private mutating func newTicket() -> JournalDraft {
        let id: TicketID = world.id()
        tickets.append(id)
        let assignee = die(3) == 0 ? nil : pick(people)
        var draft = world.ticket(id, title: "工单 \(counter)", assignee: assignee, grid: pick(gridNames), citizen: die(2) == 0)
        let clock = Clock(.resolution, of: id, source: "hotan 1", start: draft.at, due: draft.at + 86_400_000)
        draft.changes.append(.insert(.clock, clock.row(of: id)))
        return draft
    }
}
