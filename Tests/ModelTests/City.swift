import Model

typealias Command = RuleModel.Command
typealias Answer = RuleModel.Answer

/// A small city: two grid workers, a colleague of another profession, a leader, a dispatcher; one ticket of `li`, with `wang` as helper.
struct City {
    var model = RuleModel()
    private var number = 0

    init(state: String = "awaiting-handling", _ columns: [String: String] = [:], helpers: [String: String?] = ["wang": "民政"]) {
        for (id, profession) in [("li", "城管"), ("wang", "民政"), ("zhao", "民政"), ("sun", "党建")] {
            model.put(RuleModel.Person(id, role: "worker", grid: "g1", profession: profession), at: 1)
        }
        model.put(RuleModel.Person("far", role: "worker", grid: "g9", profession: "城管"), at: 1)
        model.put(RuleModel.Person("boss", role: "dispatcher"), at: 1)
        var row = ["state": state, "title": "灯", "grid": "g1", "assignee": "li", "first_responsible": "li"]
        row.merge(columns) { $1 }
        model.put(RuleModel.Ticket("t", columns: row, helpers: helpers), at: 2)
    }

    var ticket: RuleModel.Ticket { model.ticket("t")! }

    /// One command on the ticket, given with everything seen unless `seen` says otherwise.
    @discardableResult
    mutating func say(
        _ person: String, _ kind: String, _ arguments: [String: String?] = [:], seen: Int? = nil,
        evidence: [String: String?]? = nil,
        as id: String? = nil
    ) -> Answer {
        entries(person, kind, arguments, seen: seen, evidence: evidence, as: id)[0].answer
    }

    mutating func entries(
        _ person: String, _ kind: String, _ arguments: [String: String?] = [:], seen: Int? = nil,
        evidence: [String: String?]? = nil,
        as id: String? = nil
    ) -> [RuleModel.Entry] {
        number += 1
        let name = id ?? "c\(number)"
        let command = Command(
            name, kind, by: person, on: kind == "report" ? "made by \(name)" : arguments["on"].flatMap(\.self) ?? "t",
            replica: person == "boss" ? nil : "phone of \(person)", arguments.filter { $0.key != "on" }, seen: seen ?? model.head,
            wall: number, evidence: evidence)
        return model.judge(command, occurredAt: 1000 + number, at: model.head + 1)
    }
}
