import Model
import Testing

/// Cases that the prose tells, one by one.
@Suite struct RuleTests {
    @Test func `accept, start, resolve, close: each step stamps, and the words stand`() {
        var city = City(state: "dispatched")
        #expect(city.say("li", "accept") == Answer("applied"))
        #expect(city.say("wang", "start") == Answer("applied"))
        #expect(city.say("wang", "start") == Answer("superseded", "already-started"))
        #expect(city.say("li", "resolve", ["body": "修好了"], as: "done") == Answer("applied"))
        #expect(city.ticket.columns["resolved_at"] == "1004")
        #expect(city.ticket.notes["done"]?.late == false)
        #expect(city.say("boss", "close") == Answer("applied"))
        #expect(city.model.path(of: "t") == ["dispatched", "awaiting-handling", "awaiting-handling", "handled", "closed"])
    }

    @Test func `resolve after it was reassigned is held for the dispatcher, with the evidence`() {
        var city = City(helpers: [:])
        let seen = city.model.head
        #expect(city.say("boss", "assign", ["assignee": "sun"]) == Answer("applied"))
        city.model.put(RuleModel.Person("li", role: "worker", grid: "g1", profession: "党建"), at: city.model.head + 1)
        #expect(city.say("li", "resolve", ["body": "好了"], seen: seen, as: "r") == Answer("held", "moved"))
        #expect(city.ticket.notes["r"]?.late == true)
        #expect(city.model.conflicts(of: "r")["resolution"]?.ours == "好了")
        let accepted = city.model.decide("r", "accepted", at: city.model.head + 1)
        #expect(accepted.entries.map(\.decision) == ["accepted"])
        #expect(city.ticket.state == "handled")
    }

    @Test func `two resolve: the first is applied, the second superseded, and kept`() {
        var city = City()
        let seen = city.model.head
        city.say("li", "resolve", ["body": "一"])
        #expect(city.say("wang", "resolve", ["body": "二"], seen: seen, as: "second") == Answer("superseded", "already-handled"))
        #expect(city.ticket.notes["second"]?.body == "二")
    }

    @Test func `a stranger hears the same whether there is a ticket or not, and a colleague of a helper may write`() {
        var city = City()
        #expect(city.say("far", "note", ["body": "x"]) == Answer("held", "not-yours"))
        #expect(city.say("far", "note", ["on": "nothing", "body": "x"]) == Answer("held", "not-yours"))
        #expect(city.say("li", "close") == Answer("rejected", "not-permitted"))
        #expect(city.say("zhao", "note", ["body": "看到了"]) == Answer("applied"))
        #expect(city.say("zhao", "resolve", ["body": "好了"]) == Answer("held", "not-yours"))
        #expect(city.say("sun", "note", ["body": "x"]) == Answer("held", "not-yours"))
    }

    @Test func `words on a closed ticket are late, and an edit there waits`() {
        var city = City(state: "handled")
        city.say("boss", "close")
        #expect(city.say("li", "note", ["body": "补记"], as: "n") == Answer("applied", "late"))
        #expect(city.ticket.notes["n"]?.late == true)
        #expect(
            city.say("li", "edit", ["finding": "x", "body": "话"], evidence: [:], as: "e") == Answer("held", "edit-after-close"))
        #expect(city.ticket.notes["e"]?.late == true)
        #expect(city.say("boss", "edit", ["finding": "y"]) == Answer("applied"))
    }

    @Test func `a report elsewhere lands with a hold, and what follows waits for it`() {
        var city = City()
        #expect(city.say("li", "report", ["title": "洞", "grid": "g9"], as: "r") == Answer("held", "outside-area"))
        #expect(city.model.ticket("made by r")?.state == "received")
        let on = "made by r"
        #expect(city.say("li", "note", ["on": on, "body": "深"], as: "n") == Answer("held", "waits-for", waitsFor: "r"))
        let accepted = city.model.decide("r", "accepted", at: city.model.head + 1)
        #expect(accepted.entries.map(\.command) == ["r", "n"])
        #expect(accepted.entries[1].decision == "accepted")
        #expect(city.model.ticket(on)?.notes["n"]?.body == "深")
    }

    @Test func `the centre dispatches once, and a new assignee begins anew`() {
        var city = City(state: "returned", ["accepted_at": "5", "dispatched_at": "1", "due_at": "9"])
        #expect(city.say("boss", "dispatch", ["assignee": "sun", "helpers": nil]) == Answer("applied"))
        #expect(city.ticket.columns["first_responsible"] == "li")
        #expect(city.ticket.columns["accepted_at"] == nil && city.ticket.columns["due_at"] == "9")
        #expect(city.ticket.helpers.isEmpty)
        #expect(city.say("boss", "dispatch", ["assignee": "li"]) == Answer("superseded", "already-dispatched"))
        #expect(city.say("boss", "dispatch", ["assignee": "nobody"]).verdict != "applied")
        #expect(city.say("boss", "assign", ["assignee": "sun"]) == Answer("superseded", "nothing-to-do"))
        #expect(city.say("boss", "assign", ["assignee": "nobody"]) == Answer("rejected", "unknown-person"))
    }

    @Test func `a restore takes back what became of a conflict, and who wrote a column later`() {
        var city = City()
        let seen = city.model.head
        city.say("boss", "edit", ["tags": "甲"], as: "w")
        city.say("li", "edit", ["finding": "甲"])
        city.say("wang", "edit", ["finding": "乙"], seen: seen, evidence: ["finding": nil], as: "late")
        let backup = city.model.head
        city.say("boss", "choose", ["target": "late", "field": "finding", "side": "theirs"], as: "chosen")
        city.say("boss", "edit", ["tags": "乙"])
        #expect(city.model.conflicts(of: "late")["finding"]?.settledBy == "chosen")
        city.model.restore(to: backup)
        let conflict = city.model.conflicts(of: "late")["finding"]
        #expect(conflict?.settledBy == nil && conflict?.outcome == "ours")
        city.say("wang", "edit", ["tags": "丙"], seen: seen, evidence: ["tags": nil], as: "again")
        #expect(city.model.conflicts(of: "again")["tags"]?.against == "w")
    }

    @Test func `a role that may not edit a column may not choose its value`() {
        var city = City()
        let seen = city.model.head
        city.say("boss", "edit", ["finding": "甲"])
        city.say("li", "edit", ["finding": "乙"], seen: seen, evidence: ["finding": nil], as: "late")
        let choice: [String: String?] = ["target": "late", "field": "finding", "side": "theirs"]
        city.model.put(RuleModel.Person("li", role: "visitor"), at: city.model.head + 1)
        #expect(city.say("li", "choose", choice) == Answer("rejected", "not-yours-to-choose"))
        #expect(city.say("wang", "choose", choice).verdict == "applied")
    }

    @Test func `after a restore the receipt's verdict stands, and what does not fit is held`() {
        var city = City()
        let backup = city.model.head
        city.say("li", "resolve", ["body": "好"], as: "r")
        city.model.restore(to: backup)
        #expect(city.ticket.state == "awaiting-handling" && city.model.record("r") == nil)
        city.say("boss", "withdraw")
        var again = Command("r", "resolve", by: "li", on: "t", replica: "phone of li", ["body": "好"])
        again.receipt = Answer("applied")
        let entry = city.model.judge(again, occurredAt: 1, at: city.model.head + 1)
        #expect(entry[0].answer == Answer("held", "after-restore"))
    }
}
