import Changeset
import Foundation
import Tickets

/// The people of every test. Li Na handles the ticket unless the test says otherwise.
enum Cast {
    static let worker = Person(id: "li-na", name: "李娜", role: .worker, grid: "g1", profession: "综合")
    static let helper = Person(id: "wang-fang", name: "王芳", role: .worker, grid: "g1", profession: "城管")
    static let other = Person(id: "zhang-wei", name: "张伟", role: .worker, grid: "g2", profession: "综合")
    static let leader = Person(id: "zhao-lei", name: "赵磊", role: .leader, grid: "g1")
    static let dispatcher = Person(id: "chen-jie", name: "陈洁", role: .dispatcher)
    static let directory = Directory([worker, helper, other, leader, dispatcher])
}

let now: Milliseconds = 1_770_000_000_000

func commandID(_ number: Int) -> CommandID {
    CommandID(bytes: [UInt8](repeating: 0xC0, count: 8) + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })!
}

let ticketID = TicketID(bytes: [UInt8](repeating: 7, count: 16))!

func command(_ kind: CommandKind, _ arguments: [String: Value] = [:], number: Int = 1) -> Command {
    let id = commandID(number)
    return Command(id: id, kind: kind, ticket: kind.makesTicket ? Command.madeTicket(by: id) : ticketID, arguments: arguments)
}

/// A command with the arguments that it needs.
func ordinary(_ kind: CommandKind, number: Int = 1) -> Command {
    switch kind {
    case .whistle: command(kind, ["units": "u-test", "body": "桥下积水"], number: number)
    case .fill: command(kind, ["answers": "id-seen=yes"], number: number)
    case .accept, .start, .withdraw, .close: command(kind, number: number)
    case .visit, .note, .resolve, .return, .explain, .dispute, .urge, .reportIn, .finishPart:
        command(kind, ["body": "已到现场。"], number: number)
    case .edit: command(kind, ["finding": "井盖松动"], number: number)
    case .report, .create: command(kind, ["title": "路灯不亮"], number: number)
    case .dispatch, .assign: command(kind, ["assignee": .text(Cast.other.id)], number: number)
    case .extend: command(kind, ["body": "配件未到", "days": .integer(3)], number: number)
    case .defer: command(kind, ["body": "须立项改造", "until": .integer(now + 86_400_000)], number: number)
    case .rule:
        command(
            kind,
            [
                "request": .text(pendingDispute.id.description), "level": "ruling", "assignee": .text(Cast.worker.id),
                "members": "纪委", "body": "依职责清单",
            ], number: number)
    case .escalate:
        command(
            kind, ["step": "county-meeting", "members": "住建局", "decision": "三日内换缆", "body": "属地无法处置"], number: number)
    case .merge: command(kind, ["parent": .text(TicketID(bytes: [UInt8](repeating: 8, count: 16))!.description)], number: number)
    case .unmerge, .reply: command(kind, ["body": "已恢复供电"], number: number)
    case .conclude: command(kind, ["outcome": "failed", "body": "产权单位拒不配合"], number: number)
    case .grant: command(kind, ["request": .text(pendingRequest.id.description)], number: number)
    case .refuse: command(kind, ["request": .text(pendingRequest.id.description), "body": "请按期办结"], number: number)
    case .retract: command(kind, ["target": .text(commandID(9000).description)], number: number)
    case .choose:
        command(
            kind, ["target": .text(commandID(9000).description), "field": "finding", "side": "text", "value": "甲"], number: number
        )
    }
}

/// What the ordinary answers of the centre are to.
let pendingRequest = TicketRequest(.extension_, id: commandID(9001), author: Cast.worker.id, givenAt: now - 3, days: 3)

/// What the ordinary ruling is about.
let pendingDispute = TicketRequest(.dispute, id: commandID(9002), author: Cast.worker.id, givenAt: now - 3)

extension Value: ExpressibleByStringLiteral {
    /// Text, to keep the tables of the tests readable.
    public init(stringLiteral text: String) { self = .text(text) }
}

func ticket(_ state: TicketState, _ columns: [TicketColumn: Value] = [:], helpers: [Person] = [Cast.helper]) -> Ticket {
    var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
    let wasDispatched = state != .received && state != .awaitingDispatch
    let defaults: [TicketColumn: Value] = [
        .id: ticketID.value, .kind: "assistance", .channel: "phone", .origin: "caller", .title: "路灯不亮", .description: "",
        .urgency: "normal", .confidential: .integer(0), .state: .text(state.rawValue), .createdAt: .integer(now - 9),
        .assignee: wasDispatched ? .text(Cast.worker.id) : .null,
        .firstResponsible: wasDispatched ? .text(Cast.worker.id) : .null,
        .dispatchedAt: wasDispatched ? .integer(now - 5) : .null, .dueAt: wasDispatched ? .integer(now + 5) : .null,
    ]
    for (column, value) in defaults.merging(columns, uniquingKeysWith: { $1 }) { row[column.index] = value }
    var ticket = Ticket(
        row: row,
        helpers: (wasDispatched ? helpers : []).map { Ticket.Helper(person: $0.id, profession: $0.profession) })
    // The citizen was told, so that more time can be asked for.
    ticket.explanations = [[UInt8](repeating: 0xEE, count: 16)]
    return ticket
}

/// The same with a request that waits, where the command is an answer.
func ticket(_ state: TicketState, for kind: CommandKind) -> Ticket {
    var ticket = ticket(state)
    if kind == .grant || kind == .refuse { ticket.requests = [pendingRequest] }
    if kind == .reportIn || kind == .finishPart {
        ticket.parts = [Part("u-test", .joint, by: commandID(9003), place: 0, at: now - 3)]
    }
    if kind == .rule { ticket.requests = [pendingDispute] }
    if kind == .escalate {
        let failed = context(author(Cast.dispatcher))
        var under = ticket
        under[.state] = .text(TicketState.dispatched.rawValue)
        ticket.escalations = under.applying(decide(ordinary(.conclude, number: 9004), on: under, in: failed).changes).escalations
    }
    return ticket
}

func author(_ person: Person, heldAtSeen: Bool = true, holdsNow: Bool = true) -> Author {
    Author(
        person: person.id, role: person.role, grid: person.grid, unit: person.unit ?? "u-test", heldAtSeen: heldAtSeen,
        holdsNow: holdsNow)
}

func context(
    _ author: Author, trunk: Trunk? = nil, override: Bool = false, side: Side = .centre, wall: Milliseconds? = nil,
    flagged: Bool = false, rules: Rules = .embedded
) -> DecisionContext {
    DecisionContext(
        author: author, occurredAt: now, wall: wall, clockFlagged: flagged, trunk: trunk, override: override, side: side,
        rules: rules, directory: Cast.directory)
}

/// The people who stand to the ordinary ticket in each relation.
func author(in relation: Relation, to ticket: Ticket) -> (Author, Ticket) {
    var ticket = ticket
    switch relation {
    case .handler:
        ticket[.assignee] = .text(Cast.worker.id)
        return (author(Cast.worker), ticket)
    case .former, .decision: return (author(Cast.other, heldAtSeen: true, holdsNow: false), ticket)
    case .onlooker: return (author(Cast.leader, heldAtSeen: true, holdsNow: true), ticket)
    case .centre: return (author(Cast.dispatcher, heldAtSeen: false, holdsNow: false), ticket)
    case .stranger: return (author(Cast.other, heldAtSeen: false, holdsNow: false), ticket)
    }
}

extension Decision {
    /// Without what it does to clocks and transfers, which follow the rest.
    var ownChanges: [RowChange] { changes.filter { $0.table != .clock && $0.table != .transfer } }
}

extension Ticket {
    func applying(_ changes: [RowChange]) -> Ticket {
        var ticket = self
        for change in changes { ticket.apply(change) }
        return ticket
    }
}

/// SplitMix64, so that a seed means the same walk everywhere.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// A file of the repository.
func repositoryText(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

extension Rules {
    /// The sum with the units' identifiers for their names.
    func whyDue(_ ticket: Ticket) -> [DueLine] { whyDue(ticket) { $0 } }
}
