import Foundation
import Harness

/// The demo: three workers of one district, a day without signal, and a centre that goes on working meanwhile.
final class Story {
    private let city: City
    private let keep: Bool
    private var log: [[String: String]] = []
    private var devices: [String: Device] = [:]

    /// - Parameter keep: where the stores stay afterwards; nil removes them.
    init(keep folder: URL?) throws {
        keep = folder != nil
        city = try folder.map { try City($0) } ?? City.temporary("demo")
    }

    /// Tells the story and returns the exit code.
    func tell() throws -> Int32 {
        defer { if keep { city.kill9() } else { city.remove() } }
        try openTheCentre()
        try takeTicketsIntoTheField()
        try workWithoutSignal()
        try centreWorksMeanwhile()
        try comeBack()
        try dispatcherDecides()
        try sayLog()
        city.stop()
        say("What both sides hold now")
        let checks = try Checks(folder: city.folder).all() + [nothingLeftBehind()]
        print(Checks.table(checks))
        return checks.allSatisfy(\.passed) ? 0 : 1
    }

    // MARK: The chapters

    private func openTheCentre() throws {
        say("The centre opens: an embedded store, one grid with three workers, twelve tickets of citizens")
        try city.initialise()
        try city.serve()
        try centre(["grid", "add", "g-hd-03", "--name", "河东街道第三网格"])
        let people = [
            ("wang-fang", "王芳", "dispatcher"), ("li-na", "李娜", "worker"), ("zhao-qiang", "赵强", "worker"),
            ("sun-mei", "孙梅", "worker"),
        ]
        for (id, name, role) in people {
            let grid = role == "worker" ? ["--grid", "g-hd-03"] : []
            try centre(["person", "add", id, "--name", name, "--role", role] + grid)
        }
        var random = SeededRandom(seed: 12345)
        let messages = (0..<12).map { Message.generated($0, &random) }
        let file = city.folder.appendingPathComponent("messages.csv")
        try Message.csv(messages).write(to: file, atomically: true, encoding: .utf8)
        try centre([
            "import", file.path, "--map", "external_id=id,title=subject,description=detail,created_at=created_at", "--source",
            "demo",
        ])
        let tickets = try store().texts("SELECT number FROM ticket ORDER BY number")
        for (index, number) in tickets.enumerated() {
            let worker = ["li-na", "zhao-qiang", "sun-mei"][index % 3]
            let helper = ["zhao-qiang", "sun-mei", "li-na"][index % 3]
            try centre(
                ["dispatch", number, "--to", worker, "--helper", helper, "--grid", "g-hd-03", "--class", "general"],
                as: "wang-fang",
                quiet: index > 1)
        }
        print("  … \(tickets.count) tickets dispatched")
    }

    private func takeTicketsIntoTheField() throws {
        say("Three workers enrol their devices with one-time codes and take their tickets along")
        for person in ["li-na", "zhao-qiang", "sun-mei"] {
            let device = city.device(person)
            devices[person] = device
            try device.enrol()
            try field(person, ["sync"])
        }
        try field("li-na", ["list"], show: true)
    }

    private func workWithoutSignal() throws {
        say("No signal. Everything goes on, on the device alone")
        for person in devices.keys.sorted() { try field(person, ["accept", try number(0, of: person)]) }
        try field("li-na", ["start", try number(0, of: "li-na")])
        try field("li-na", ["visit", try number(0, of: "li-na"), "到达现场，路灯三盏不亮，灯杆完好"])
        try field("li-na", ["resolve", try number(0, of: "li-na"), "更换三盏灯泡，现场试亮正常"])
        say("Two people on one ticket: 李娜 and her helper 赵强 both write down where it is, and both resolve one")
        let shared = try ticketID(1, of: "li-na")
        for (person, place) in [("li-na", "仓前巷东口第二根灯杆"), ("zhao-qiang", "仓前巷西口，近菜场")] {
            let own = try local(shared, on: person)
            try field(person, ["edit", own, "--location", place], words: place)
            try field(person, ["note", own, "\(place)，已拍照核对"])
        }
        let both = try ticketID(0, of: "zhao-qiang")
        try field("zhao-qiang", ["resolve", try local(both, on: "zhao-qiang"), "与物业一同清理完毕"])
        try field("sun-mei", ["accept", try local(both, on: "sun-mei")])
        try field("sun-mei", ["resolve", try local(both, on: "sun-mei"), "下午到场时垃圾已运走，打扫收尾"])
        say("赵强 takes a slip of the finger back before anything was sent; 孙梅 reports something new")
        let slip = try number(1, of: "zhao-qiang")
        try field("zhao-qiang", ["note", slip, "写错工单了"])
        try field("zhao-qiang", ["undo", slip])
        try field("sun-mei", ["report", "--title", "文化街树枝压在电线上", "--description", "大风后树枝压住电线，暂未伤人"], words: "大风后树枝压住电线，暂未伤人")
        say("李娜 works on a ticket that the centre will have given to somebody else by then")
        let moved = try number(2, of: "li-na")
        try field("li-na", ["accept", moved])
        try field("li-na", ["resolve", moved, "已与业主当面说明，补种绿化"])
    }

    private func centreWorksMeanwhile() throws {
        say("Meanwhile at the centre: one ticket goes to 孙梅 behind 李娜's back, another is withdrawn")
        try centre(["assign", try official(2, of: "li-na"), "--to", "sun-mei"], as: "wang-fang")
        try centre(["withdraw", try official(1, of: "sun-mei"), "--reason", "来电人称已自行解决"], as: "wang-fang")
        try field("sun-mei", ["accept", try number(1, of: "sun-mei")])
    }

    private func comeBack() throws {
        say("One bar of signal: 李娜's commands arrive, the answer is lost on the way back")
        let proxy = try Proxy(target: city.port)
        defer { proxy.close() }
        proxy.next(.cutResponse(after: 20))
        try redirect("li-na", to: proxy.address)
        let lost = try field("li-na", ["sync"], expect: [3], show: true)
        guard lost.status == 3 else { throw HarnessError("a sync without an answer must not report success") }
        try field("li-na", ["status"], show: true)
        say("She tries again; the centre knows each command already and repeats its verdicts")
        try field("li-na", ["sync"], expect: [0, 5], show: true)
        try redirect("li-na", to: city.address)
        for round in 0..<2 {
            for person in ["zhao-qiang", "sun-mei", "li-na"] { try field(person, ["sync"], expect: [0, 5], show: round == 0) }
        }
    }

    private func dispatcherDecides() throws {
        say("What could not be decided without a person waits on the dispatcher's list, with its age")
        try centre(["held"], as: nil)
        for command in try store().texts("SELECT id FROM command WHERE verdict = 'held' AND decision IS NULL ORDER BY seq") {
            try centre(["decide", command, "accept", "--reason", "现场证据充分"], as: "wang-fang")
        }
        for person in devices.keys.sorted() { try field(person, ["sync"], expect: [0, 5]) }
        say("And the workers read the answers")
        try field("zhao-qiang", ["news"], show: true)
        try field("li-na", ["status"], show: true)
    }

    // MARK: Speaking and acting

    private func say(_ text: String) { print("\n== \(text)") }

    @discardableResult
    private func field(
        _ person: String, _ arguments: [String], words: String? = nil, expect: Set<Int32> = [0, 3, 5], show: Bool = false
    ) throws -> Outcome {
        print("  \(person)$ gridline \(arguments.joined(separator: " "))")
        let outcome = try devices[person]!.run(arguments, environment: ["GRIDLINE_LANG": "zh"], expect: expect)
        if show { indent(outcome.out + outcome.err) }
        let verbs = ["accept", "start", "visit", "note", "edit", "resolve", "return", "report"]
        if let verb = arguments.first, verbs.contains(verb) {
            log.append(["person": person, "kind": verb, "words": words ?? (arguments.count > 2 ? arguments[2] : "")])
        } else if arguments.first == "undo" {
            log.append(["person": person, "kind": "undo", "words": ""])
        }
        return outcome
    }

    private func centre(_ arguments: [String], as person: String? = "op", quiet: Bool = false) throws {
        if !quiet { print("  centre$ gridline-server \(arguments.joined(separator: " "))") }
        let outcome = try city.centre(arguments + (person.map { ["--as", $0] } ?? []))
        if arguments.first == "held" { indent(outcome.out) }
    }

    private func indent(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty { print("    | \(line)") }
    }

    private func sayLog() throws {
        let lines = try log.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys), as: UTF8.self)
        }
        try (lines.joined(separator: "\n") + "\n").write(
            to: city.folder.appendingPathComponent("given.ndjson"), atomically: true, encoding: .utf8)
    }

    // MARK: Finding tickets

    private func store() throws -> Database { try Database(city.store.appendingPathComponent("central.sqlite")) }

    /// The id of the person's own ticket number `index`, in the order of official numbers.
    private func ticketID(_ index: Int, of person: String) throws -> [UInt8] {
        let rows = try Database(devices[person]!.replica).rows(
            "SELECT id FROM ticket WHERE assignee = ? AND number IS NOT NULL ORDER BY number LIMIT 1 OFFSET ?", [person, index])
        guard let id = rows.first?.first as? [UInt8] else { throw HarnessError("\(person) has no ticket number \(index)") }
        return id
    }

    private var known: [String: [UInt8]] = [:]

    /// As `ticketID`, but remembered from the first time, because the centre moves tickets meanwhile.
    private func remembered(_ index: Int, of person: String) throws -> [UInt8] {
        let key = "\(person)/\(index)"
        if let id = known[key] { return id }
        known[key] = try ticketID(index, of: person)
        return known[key]!
    }

    private func number(_ index: Int, of person: String) throws -> String { try local(remembered(index, of: person), on: person) }

    private func official(_ index: Int, of person: String) throws -> String {
        try store().texts("SELECT number FROM ticket WHERE id = ?", [try remembered(index, of: person)]).first ?? ""
    }

    private func local(_ ticket: [UInt8], on person: String) throws -> String {
        String(try Database(devices[person]!.replica).int("SELECT number FROM local_number WHERE ticket = ?", [ticket]))
    }

    /// Puts another address before the device's own.
    private func redirect(_ person: String, to address: String) throws {
        try Database(devices[person]!.replica, readOnly: false).execute("UPDATE identity SET server = ?", [address])
    }

    private func nothingLeftBehind() -> Check {
        Check(
            id: "process", what: "no process of the demo is left", passed: !city.isServing,
            detail: city.isServing ? "serve still runs" : "0 left")
    }
}
