import Changeset
import Foundation
import SyncProtocol
import Tickets

@testable import ReplicaStore

/// A replica like a grid worker's after two weeks, the same to the byte of every screen whenever it is made: fifty tickets in own
/// words, with what makes screens ugly, and commands in every standing.
struct SampleReplica {
    let home: String
    var path: String { home + "/replica.sqlite" }
    /// 2026-02-13 09:00:30 in Shanghai.
    static let now: Milliseconds = 1_770_944_430_000
    private static let hour: Milliseconds = 3_600_000

    init() throws {
        home = NSTemporaryDirectory() + "gridline-sample-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let replica = try Replica.create(at: path, enrolment: Self.enrolment())
        try Self.fill(replica)
    }

    func remove() { try? FileManager.default.removeItem(atPath: home) }

    private static func enrolment() throws -> Enrolment {
        let bytes = [UInt8](repeating: 0xa1, count: 16)
        return Enrolment(
            replica: ReplicaID(bytes: bytes)!, person: "li-na", personName: "李娜", server: "https://12345.example",
            key: try DeviceKey(seed: [UInt8](repeating: 1, count: 32)), certificate: [1], token: nil,
            incarnation: Incarnation(bytes: bytes)!, serverTime: now - 240 * hour, enrolledAt: now - 240 * hour)
    }

    static func ticketID(_ number: Int) -> TicketID {
        TicketID(bytes: [0x77] + [UInt8](repeating: 0, count: 13) + [UInt8(number >> 8), UInt8(number & 255)])!
    }

    /// Long titles, full-width and ambiguous marks, emoji, an attack on the terminal, a word without end.
    static let titles = [
        "文化街与人民路交叉口向东五十米路灯连续三盏不亮，夜间行人通行困难，请尽快派人维修", "小区垃圾清运不及时", "人行道井盖缺失（已有人绊倒）",
        "“幸福里”小区二期 3 号楼停水——自昨晚 22:00 起至今未恢复…", "夜市油烟·噪音扰民", "①路面塌陷 ②护栏损坏 ③积水", "气温低于－5℃，供暖不足（室温仅 14°）",
        "🚧 施工围挡占用盲道 🚧", "\u{1b}[31m红色\u{7}标题\u{1b}]0;x\u{7}",
        "WebsiteFormPayloadIdentifierWithoutAnySpacesThatGoesOnAndOnForMoreThanEightyCellsOfTheTerminal",
        "واتىرغا: يول چىراغلىرى يانمايدۇ", "树枝压在电线上，大风后一直没有人来处理", "公交站牌倾斜±15°，有倒塌风险′″",
        "Broken street lamp near Gate No. 4, three poles in a row",
        "商铺占道经营", "二次供水水质浑浊、有异味", "流浪犬聚集，老人儿童不敢出门", "电动车飞线充电", "消防通道被私家车长期占用，物业多次劝阻无效", "老旧小区加装电梯意见不一",
        "楼道堆放杂物", "化粪池外溢，恶臭", "健身器材损坏（扭腰器、单杠）", "快递柜断电", "学校门口早晚高峰拥堵\n第二行文字",
    ]
    private static let streets = ["文化街", "人民路", "幸福路", "玉龙喀什大道", "团结巷"]

    private static func fill(_ replica: Replica) throws {
        try replica.write { _, rows in
            func run(_ sql: String, _ values: [Value] = []) throws -> Int { try rows.statements.run(sql, values) }
            for (id, name) in [("li-na", "李娜"), ("wang-wei", "王伟"), ("chen", "陈晓东"), ("aybek", "阿依别克·买买提江")] {
                _ = try run(
                    "INSERT INTO person (id, name, role, grid, profession) VALUES (?, ?, 'worker', 'g3', 'urban')",
                    [.text(id), .text(name)])
            }
            for (id, name) in [("g3", "文化街第三网格"), ("g4", "人民路第一网格")] {
                _ = try run("INSERT INTO grid (id, name) VALUES (?, ?)", [.text(id), .text(name)])
            }
            for number in 1...50 {
                try rows.insert(into: .ticket, row(number), orReplace: false)
                let id = ticketID(number).value
                _ = try run(
                    "INSERT INTO local_number (number, ticket, official) VALUES (?, ?, ?)",
                    [.integer(Int64(number)), id, .text(official(number))])
                _ = try run(
                    "INSERT INTO entity (kind, id, version, generation, leaving) VALUES (1, ?, ?, 1, ?)",
                    [id, .integer(Int64(4000 + number)), number == 17 ? .text("moved") : .null])
            }
            try clocks(rows)
            _ = try run(
                "INSERT INTO citizen (ticket, name, phone, address) VALUES (?, '买合木提', '13812345678', '文化街幸福里小区3号楼2单元')",
                [ticketID(1).value])
            _ = try run(
                "INSERT INTO helper (ticket, person) VALUES (?, 'wang-wei'), (?, 'li-na')",
                [ticketID(1).value, ticketID(4).value])
            for (index, note) in notes.enumerated() {
                _ = try run(
                    "INSERT INTO note (id, ticket, kind, author, body, occurred_at, late, command) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        .blob([UInt8](repeating: UInt8(index + 1), count: 16)), ticketID(note.ticket).value, .text(note.kind),
                        .text(note.author),
                        .text(note.body), .integer(now - Int64(20 - index) * hour), .integer(index == 2 ? 1 : 0),
                        .blob([UInt8](repeating: UInt8(index + 1), count: 16)),
                    ])
            }
            _ = try run(
                "UPDATE cursor SET base=4050, generation=1, server_time=?, confirmed_at=?, clock_offset=0",
                [.integer(now - 2 * hour), .integer(now - 2 * hour)])
            for (kind, ticket, detail) in newsItems {
                _ = try run(
                    "INSERT INTO news (at, kind, ticket, detail) VALUES (?, ?, ?, ?)",
                    [.integer(now - 3 * hour), .text(kind.rawValue), ticketID(ticket).value, .text(detail)])
            }
        }
        try give(replica)
        try disagree(replica)
    }

    /// Conflicts of every outcome, as the centre would have sent them: one's own, one with a value of this person's, one held.
    private static func disagree(_ replica: Replica) throws {
        try replica.write { _, rows in
            for (index, (field, ours, theirs, rule, outcome, may)) in conflicts.enumerated() {
                let isOwn = index != 1
                var conflict = Conflict(
                    field: field, trunk: index == 1 ? .null : .text("路灯杆编号不详"), theirs: .text(theirs), ours: .text(ours),
                    rule: rule, outcome: outcome, may: may)
                conflict.against = CommandID(bytes: [UInt8](repeating: 0xdd, count: 16))
                let command = CommandID(bytes: [isOwn ? 0xcc : 0xde] + [UInt8](repeating: 0, count: 14) + [isOwn ? 4 : 1])!
                var record = ConflictRecord(conflict, command: command, ticket: ticketID(index == 3 ? 99 : 1))
                (record.oursBy, record.theirsBy) = isOwn ? ("li-na", index == 2 ? "chen" : "aybek") : ("wang-wei", "li-na")
                (record.oursAt, record.theirsAt) = (now - Int64(index + 3) * hour, now - Int64(index + 30) * hour)
                if index == 3 { (record.settledAt, record.chosenBy) = (now - hour, "chen") }
                try rows.insert(into: .conflict, record.row, orReplace: false)
                try rows.conflictNumber(of: command, field: field)
            }
            for detail in ["2 other finding", "4 yours tags"] {
                try rows.tell(
                    detail.hasPrefix("2") ? .conflict : .conflictSettled, at: now - 2 * hour, ticket: ticketID(1), detail: detail)
            }
        }
    }

    private static let conflicts: [(String, String, String, String, Conflict.Outcome, Conflict.Chooser)] = [
        ("location", "文化街 12 号门前（路口东侧），第三根灯杆", "文化街 14 号门前", "field", .ours, .holder),
        ("finding", "三盏灯杆完好，电缆接头烧蚀", "电缆被挖断，已报电力公司，需更换二十米\n另有一处积水", "field", .ours, .holder),
        ("title", "路灯三盏不亮，夜间危险", "文化街路灯连续三盏不亮", "person", .open, .centre),
        ("tags", "灯,夜间,电缆", "灯,学校", "union", .both, .holder),
    ]

    private static func official(_ number: Int) -> String { "HT-20260\(200 + number % 13)-" + String(10_000 + number).suffix(4) }

    private static func row(_ number: Int) -> [Value] {
        var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
        let states: [TicketState] = [
            .dispatched, .awaitingHandling, .dispatched, .handled, .awaitingHandling, .closed, .dispatched,
        ]
        let street = streets[number % streets.count]
        let values: [TicketColumn: Value] = [
            .id: ticketID(number).value, .number: .text(official(number)),
            .kind: .text(number % 3 == 0 ? "complaint" : "assistance"),
            .channel: .text("phone"), .origin: .text("caller"), .title: .text(titles[(number - 1) % titles.count]),
            .description: .text("市民来电反映：\(street)附近情况属实，已持续多日，影响出行与休息，希望有关部门现场核实后答复。第 \(number) 件。"),
            .urgency: .text(number % 7 == 0 ? "urgent" : "normal"), .confidential: .integer(0),
            .state: .text(states[number % states.count].rawValue), .grid: .text(number % 2 == 0 ? "g4" : "g3"),
            .assignee: .text(number % 5 == 4 ? "wang-wei" : "li-na"),
            .location: .text("\(street)\(number)号门前"), .latitude: .real(37.114), .longitude: .real(79.922),
            .finding: number == 1 ? .text("三盏灯杆完好，电缆接头烧蚀") : .null, .tags: number % 10 == 1 ? .text("灯,夜间") : .null,
            .createdAt: .integer(now - Int64(100 + number) * hour), .dispatchedAt: .integer(now - Int64(90 + number) * hour),
            .dueAt: number % 8 == 7 ? .null : .integer(now + Int64(number * 7 % 60 - 20) * hour),
        ]
        for (column, value) in values { row[column.index] = value }
        return row
    }

    /// A clock of each standing on the first ticket.
    private static func clocks(_ rows: Rows) throws {
        let id = ticketID(1)
        let dispatched = now - 91 * hour
        var dispatch = Clock(.dispatch, of: id, source: "hotan 1", start: dispatched - 2 * hour, due: dispatched - hour)
        (dispatch.metAt, dispatch.metBy) = (dispatched, CommandID(bytes: [UInt8](repeating: 9, count: 16)))
        let due = row(1)[TicketColumn.dueAt.index].int ?? 0
        let resolution = Clock(
            .resolution, of: id, deadlineClass: .general, days: 3, source: "hotan 1", start: dispatched, due: due)
        let contact = Clock(
            .contact, of: id, deadlineClass: .urgent, source: "hotan 1", start: dispatched, due: now + 10 * 60_000)
        for clock in [dispatch, resolution, contact] {
            try rows.insert(into: .clock, clock.row(of: id), orReplace: false)
        }
    }

    private static let notes: [(ticket: Int, kind: String, author: String, body: String)] = [
        (1, "note", "wang-wei", "已与电力公司联系，说明早到场。\n联系人：老周"), (1, "visit-met", "li-na", "现场三盏路灯不亮，已拍照"),
        (1, "note", "aybek", "迟到的记录：灯杆编号 12-4、12-5、12-6"), (12, "note", "chen", "大风预警解除后再上树"),
    ]

    private static let newsItems: [(NewsKind, Int, String)] = [
        (.ticketNew, 2, ""), (.ticketChanged, 4, "location,due_at"), (.notes, 1, "2"), (.ticketLeaving, 17, "moved"),
        (.verdict, 6, "held moved"), (.decision, 5, "accepted ok"),
    ]

    /// Commands in every standing: through the replica, and then what a centre would have said of them.
    private static func give(_ replica: Replica) throws {
        let kinds: [(CommandKind, Int, [String: Value])] = [
            (.accept, 2, [:]), (.visit, 2, ["body": .text("到达现场，路灯三盏不亮；已设置警示牌"), "outcome": .text("met")]),
            (.note, 6, ["body": .text("与物业约定周五上午十点共同查看")]), (.edit, 1, ["location": .text("文化街 12 号门前（路口东侧）")]),
            (.note, 5, ["body": .text("第一次联系，无人接听")]), (.note, 9, ["body": .text("标题里有控制字符，也不会弄乱终端\n第二行")]),
            (.resolve, 1, ["body": .text("已更换三盏灯泡并修复接头，现场恢复照明，市民表示满意。")]),
            (.note, 14, ["body": .text("The contractor comes on Monday")]),
        ]
        for (index, (kind, ticket, arguments)) in kinds.enumerated() {
            let wall = now - Int64(kinds.count - index) * 17 * 60_000
            _ = try replica.give(
                kind, ticket: ticketID(ticket), arguments: arguments,
                id: CommandID(bytes: [0xcc] + [UInt8](repeating: 0, count: 14) + [UInt8(index + 1)])!,
                salt: [UInt8](repeating: 5, count: 16),
                clock: ClockReading(wall: wall, bootReading: wall - now + 90_000_000, bootID: [UInt8](repeating: 7, count: 16)))
        }
        try replica.write { _, rows in
            func run(_ sql: String, _ values: [Value] = []) throws -> Int { try rows.statements.run(sql, values) }
            _ = try run(
                "UPDATE command SET offered_at=given_at, verdict='applied', reason='ok', verdict_sequence=4049, absorbed_at=given_at WHERE ordinal<=2"
            )
            _ = try run(
                "UPDATE command SET offered_at=given_at, verdict='held', reason='moved', verdict_sequence=4049 WHERE ordinal=3")
            _ = try run(
                """
                UPDATE command SET offered_at=given_at, verdict='held', reason='moved', verdict_sequence=4049, decision='accepted',
                decision_reason='由中队确认后并入', decided_by='chen', decided_at=given_at, absorbed_at=given_at WHERE ordinal=5
                """)
            _ = try run("UPDATE command SET offered_at=given_at WHERE ordinal=4")
        }
    }
}
