import Model
import Testing

/// What comes back (decisions 0018, 0019), and what an author saw.
@Suite struct RetractAndSeenTests {
    @Test func `words in effect go back when a dispatcher agrees, and only their author may ask`() {
        var city = City()
        city.say("li", "note", ["body": "错单"], as: "n")
        #expect(city.say("wang", "retract", ["target": "n"]) == Answer("held", "waits-for-target", waitsFor: "n"))
        #expect(city.say("li", "retract", ["target": "n"], as: "back") == Answer("held", "retract-asked"))
        #expect(city.say("li", "retract", ["target": "n"]) == Answer("superseded", "already-asked"))
        _ = city.model.decide("back", "accepted", at: city.model.head + 1)
        #expect(city.ticket.notes.isEmpty)
        #expect(city.say("li", "retract", ["target": "n"]) == Answer("superseded", "nothing-to-retract"))
        #expect(city.say("li", "retract", ["target": "back"]) == Answer("rejected", "retract-of-retract"))
    }

    @Test func `an undecided command is ended by its author at once, and who waited is decided again`() {
        var city = City(helpers: [:])
        let seen = city.model.head
        city.say("boss", "assign", ["assignee": "sun"])
        #expect(city.say("li", "resolve", ["body": "好"], seen: seen, as: "r") == Answer("held", "moved"))
        #expect(city.say("li", "accept", seen: seen, as: "a") == Answer("held", "waits-for", waitsFor: "r"))
        let entries = city.entries("li", "retract", ["target": "r"], as: "back")
        #expect(entries.map(\.command) == ["back", "r", "a"])
        #expect(entries.map(\.decision) == [nil, "declined", "declined"])
        #expect(entries[1].answer.reason == "retracted" && entries[2].answer == Answer("superseded", "moved"))
        #expect(city.ticket.notes["r"] == nil)
    }

    @Test func `a step goes back only while the ticket stands where it brought it`() {
        var city = City(state: "dispatched")
        city.say("li", "accept", as: "a")
        #expect(city.say("li", "retract", ["target": "a"], as: "b1") == Answer("held", "retract-asked"))
        city.say("li", "start")
        #expect(city.model.decide("b1", "accepted", at: city.model.head + 1).refusal == "retract-too-late")
        #expect(city.model.decide("b1", "declined", at: city.model.head + 1).entries.count == 1)
        #expect(city.say("li", "retract", ["target": "a"]) == Answer("held", "retract-too-late"))
    }

    @Test func `a resolve that a dispatcher accepted on a ticket without an accept has no way back`() {
        var city = City(state: "returned")
        #expect(city.say("li", "resolve", ["body": "好"], as: "r") == Answer("held", "moved"))
        _ = city.model.decide("r", "accepted", at: city.model.head + 1)
        #expect(city.ticket.state == "handled")
        #expect(city.say("li", "retract", ["target": "r"]) == Answer("held", "retract-too-late"))
    }

    @Test func `words of a held edit go back although accepting it changed no column`() {
        var city = City(["finding": "甲"])
        city.say("boss", "withdraw")
        #expect(city.say("li", "edit", ["finding": "甲", "body": "补充"], as: "e") == Answer("held", "edit-after-close"))
        _ = city.model.decide("e", "accepted", at: city.model.head + 1)
        #expect(city.say("li", "retract", ["target": "e"], as: "b") == Answer("held", "retract-asked"))
        _ = city.model.decide("b", "accepted", at: city.model.head + 1)
        #expect(city.ticket.notes["e"] == nil)
    }

    @Test func `of an edit, each column goes back by itself`() {
        var city = City(state: "awaiting-handling", ["location": "老街", "finding": "旧"])
        city.say("li", "edit", ["location": "东门", "finding": "新"], as: "e")
        city.say("boss", "edit", ["location": "西门"], as: "w")
        city.say("li", "retract", ["target": "e"], as: "b")
        _ = city.model.decide("b", "accepted", at: city.model.head + 1)
        #expect(city.ticket.columns["finding"] == "旧" && city.ticket.columns["location"] == "西门")
        let conflict = city.model.conflicts(of: "b")["location"]
        #expect(conflict?.trunk == "东门" && conflict?.theirs == "西门" && conflict?.ours == "老街" && conflict?.rule == "retract")
    }

    @Test func `a retraction before its target is decided again when that comes`() {
        var city = City()
        #expect(city.say("li", "retract", ["target": "late"], as: "b").reason == "waits-for-target")
        let entries = city.entries("li", "note", ["body": "x"], as: "late")
        #expect(entries.map(\.kind) == ["verdict", "held-again"])
        #expect(entries[1].answer == Answer("held", "retract-asked"))
    }

    @Test func `an author sees the base and what they gave since`() {
        var city = City(state: "awaiting-handling", ["finding": "a"])
        let base = city.model.head
        func edit(_ id: String, _ value: String, seen: Int) -> Command {
            Command(id, "edit", by: "li", on: "t", replica: "phone", ["finding": value], seen: seen)
        }
        #expect(city.model.give(edit("1", "b", seen: base), hand: "h") == ["finding": "a"])
        #expect(city.model.give(edit("2", "c", seen: base), hand: "h") == ["finding": "b"])
        city.model.undo("2", hand: "h")
        #expect(city.model.give(edit("3", "d", seen: base), hand: "h") == ["finding": "b"])
        #expect(city.model.give(edit("4", "d", seen: base), hand: "h") == [:])
        // The first was answered by 5; what a colleague wrote at 4 is below it.
        city.say("boss", "edit", ["finding": "z"])
        _ = city.model.judge(edit("1", "b", seen: base), occurredAt: 0, at: city.model.head + 1)
        #expect(city.model.shown("t", to: "h", seen: city.model.head)?.columns["finding"] == "d")
        city.model.copy("h", to: "twin", first: 1)
        #expect(city.model.shown("t", to: "twin", seen: base)?.columns["finding"] == "b")
    }
}
