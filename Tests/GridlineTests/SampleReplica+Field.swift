import Changeset
import SyncProtocol
import Tickets

@testable import ReplicaStore

/// What goes out to the field: a checklist with everything that can become of an item, a day's roster, a diary. Beside the rest, so that
/// the other screens stay as they are.
extension SampleReplica {
    func goOut() throws {
        let replica = try Replica.open(at: path)
        try replica.write { _, rows in
            try Self.checklist(rows)
            let desk = HandlingUnit(id: "u-desk", name: "热线值班台", kind: .other, level: .city)
            try rows.insert(into: .unit, desk.row, orReplace: false)
            for line in Self.lines { try rows.insert(into: .roster, line.row, orReplace: false) }
            try Self.diary(rows)
        }
    }

    private static let lines: [RosterLine] = [
        RosterLine(
            id: "r-1", day: "2026-02-13", unit: "u-desk", shift: "早班 08:00–16:00", person: "li-na",
            words: "带班领导：区长；每月例行到平台值班，先查阅交接班日记，再审核来电工单，并逐一回访"),
        RosterLine(id: "r-2", day: "2026-02-13", unit: "u-desk", shift: "晚班", person: "aybek"),
        RosterLine(id: "r-3", day: "2026-02-13", unit: "u-desk", words: "待定"),
    ]

    private static func answer(_ number: UInt8, _ item: String, _ value: String?, _ author: String, over: [UInt8] = []) -> Answer
    {
        func id(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 16) }
        return Answer(
            id: id(number), item: item, value: value, replaces: over.map(id), author: author,
            filledAt: now - Int64(number) * 3_600_000, command: CommandID(bytes: id(number))!)
    }

    private static func checklist(_ rows: Rows) throws {
        let items = [
            ChecklistItem(
                code: "id-seen", category: "0101", chinese: "已核对本人身份", english: "Identity seen", kind: .yesNo, required: true,
                reason: "补贴须本人签收"),
            ChecklistItem(code: "prints", category: "01", chinese: "采集的指纹数", kind: .number),
            ChecklistItem(
                code: "helpers", category: "", chinese: "其他情况：家中有无照护人、行动是否方便、下次上门时间，以及需要其他部门配合的事项",
                english: "Anything else: who looks after them, how they move, when to come again, what others have to do",
                kind: .text),
            ChecklistItem(
                code: "photo-of-the-place-agreed", category: "0101", chinese: "是否同意现场留影", kind: .yesNo, required: true,
                reason: "须征得同意"),
            ChecklistItem(code: "old", category: "0101", chinese: "旧项", kind: .text, retired: true),
        ]
        for item in items { try rows.insert(into: .checklist, item.row, orReplace: false) }
        _ = try rows.statements.run("UPDATE ticket SET category='010101' WHERE id=?", [ticketID(7).value])
        let answers = [
            answer(0x31, "id-seen", "yes", "li-na"), answer(0x32, "prints", "9", "li-na"), answer(0x33, "prints", "10", "aybek"),
            answer(0x34, "helpers", "女儿每周来一次", "chen"), answer(0x35, "helpers", nil, "li-na", over: [0x34]),
            answer(0x36, "old", "从前填的", "chen"), answer(0x37, "unknown", "新版才有的项", "chen"),
        ]
        for one in answers { try rows.insert(into: .answer, one.row(of: ticketID(7)), orReplace: false) }
    }

    private static func diary(_ rows: Rows) throws {
        let book = Command.madeTicket(by: Diary.command(unit: "u-desk", month: "2026-02"))
        var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
        let values: [TicketColumn: Value] = [
            .id: book.value, .kind: .text(TicketKind.diary.rawValue), .channel: .text("other-system"), .origin: .text("patrol"),
            .title: .text(Diary.title(unit: "u-desk", month: "2026-02")), .description: .text(""), .urgency: .text("normal"),
            .confidential: .integer(0),
            .state: .text(TicketState.awaitingDispatch.rawValue), .unit: .text("u-desk"), .createdAt: .integer(now - 86_400_000),
        ]
        for (column, value) in values { row[column.index] = value }
        try rows.insert(into: .ticket, row, orReplace: false)
        _ = try rows.statements.run("INSERT INTO local_number (number, ticket) VALUES (51, ?)", [book.value])
        _ = try rows.statements.run(
            "INSERT INTO entity (kind, id, version, generation) VALUES (1, ?, 4099, 1)", [book.value])
        let read = CommandID(bytes: [0x41] + [UInt8](repeating: 0, count: 15))!
        let notes: [(UInt8, String, String)] = [
            (0x41, "li-na", "三号楼停水，已联系水务，明早复核；另有两位独居老人需要送水，已请网格员上门，请下一班跟进并在本日记中写明结果"),
            (0x42, "aybek", Diary.takeOver([read])), (0x43, "aybek", "水务已到场\n预计中午恢复"),
        ]
        for (index, (id, author, body)) in notes.enumerated() {
            let key: Value = .blob([id] + [UInt8](repeating: 0, count: 15))
            _ = try rows.statements.run(
                "INSERT INTO note (id, ticket, kind, author, body, occurred_at, late, command) VALUES (?, ?, 'note', ?, ?, ?, 0, ?)",
                [key, book.value, .text(author), .text(body), .integer(now - Int64(3 - index) * 1_800_000), key])
        }
    }
}
