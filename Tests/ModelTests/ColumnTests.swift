import Model
import Testing

/// Three ways, and who wins: decision 0022.
@Suite struct ColumnTests {
    /// `ours` by `person` on a column that they saw as `trunk`, and that `boss` set to `theirs` meanwhile.
    static func edit(
        _ column: String, _ trunk: String?, theirs: String?, ours: String?, by person: String = "li",
        beside: [String: String?] = [:]
    ) -> (City, Answer) {
        var city = City(state: "awaiting-handling", trunk.map { [column: $0] } ?? [:])
        let seen = city.model.head
        if trunk != theirs { city.say("boss", "edit", [column: theirs], as: "theirs") }
        let evidence: [String: String?] = ours == trunk ? [:] : [column: trunk]
        let answer = city.say(person, "edit", beside.merging([column: ours]) { $1 }, seen: seen, evidence: evidence, as: "ours")
        return (city, answer)
    }

    @Test func `only ours, only theirs, the same twice`() {
        #expect(Self.edit("finding", "a", theirs: "a", ours: "b").1 == Answer("applied"))
        #expect(Self.edit("finding", "a", theirs: "c", ours: "a").1 == Answer("applied", "nothing-to-do"))
        #expect(Self.edit("finding", "a", theirs: "b", ours: "b").1 == Answer("applied", "nothing-to-do"))
    }

    @Test func `field: who stands there wins over the centre, and the centre reads what it lost`() {
        let (city, answer) = Self.edit("finding", "a", theirs: "c", ours: "b")
        #expect(answer == Answer("merged", "merged"))
        #expect(city.ticket.columns["finding"] == "b")
        let conflict = city.model.conflicts(of: "ours")["finding"]
        #expect(
            conflict?.outcome == "ours" && conflict?.theirs == "c" && conflict?.may == "holder" && conflict?.against == "theirs")
        #expect(Self.edit("finding", "a", theirs: "c", ours: "b", by: "boss").1 == Answer("superseded", "field-decides"))
    }

    @Test func `person: the whole command is held, and accepting it takes all of it`() {
        var city = City()
        let seen = city.model.head
        city.say("boss", "edit", ["title": "路灯"])
        let answer = city.say(
            "boss", "edit", ["title": "街灯", "category": "0101"], seen: seen, evidence: ["title": "灯", "category": nil], as: "o")
        #expect(answer == Answer("held", "both-changed"))
        #expect(city.ticket.columns["title"] == "路灯" && city.ticket.columns["category"] == nil)
        _ = city.model.decide("o", "accepted", at: city.model.head + 1)
        #expect(city.ticket.columns["title"] == "街灯" && city.ticket.columns["category"] == "0101")
    }

    @Test func `union: both sides' tags stand, what either took out is out`() {
        let (city, answer) = Self.edit("tags", "灯,路", theirs: "灯,路,急", ours: "灯,夜")
        #expect(answer == Answer("merged", "merged"))
        #expect(city.ticket.columns["tags"] == "灯,急,夜")
        #expect(city.model.conflicts(of: "ours")["tags"]?.outcome == "both")
        #expect(Self.edit("tags", "灯", theirs: "灯,急", ours: "急,灯").1 == Answer("applied", "nothing-to-do"))
    }

    @Test func `a place is one: nobody's latitude goes with another's longitude`() {
        var city = City(state: "awaiting-handling", ["latitude": "1.0", "longitude": "1.0"])
        let seen = city.model.head
        city.say("boss", "edit", ["latitude": "2.0", "longitude": "1.0"])
        let answer = city.say(
            "boss", "edit", ["latitude": "1.0", "longitude": "3.0"], seen: seen, evidence: ["longitude": "1.0"], as: "o")
        #expect(answer == Answer("superseded", "field-decides"))
        #expect(city.ticket.columns["longitude"] == "1.0")
        #expect(city.model.conflicts(of: "o").count == 2)
    }

    @Test func `rights: a worker's edit of the category is refused whole`() {
        #expect(Self.edit("category", nil, theirs: nil, ours: "0101").1 == Answer("rejected", "not-editable"))
    }

    @Test func `a choice: the loser's value stands after all, and the conflict is settled`() {
        var (city, _) = Self.edit("finding", "a", theirs: "c", ours: "b")
        let choose: [String: String?] = ["target": "ours", "field": "finding", "side": "theirs", "value": "c"]
        #expect(city.say("far", "choose", choose) == Answer("held", "waits-for-target", waitsFor: "ours"))
        #expect(city.say("wang", "choose", choose, evidence: ["finding": "b"], as: "ch") == Answer("applied"))
        #expect(city.ticket.columns["finding"] == "c")
        #expect(city.model.conflicts(of: "ours")["finding"]?.settledBy == "ch")
        #expect(city.say("li", "choose", choose, evidence: [:]) == Answer("applied", "nothing-to-do"))
    }

    @Test func `who may not choose is told so, and a held command is the dispatcher's`() {
        var city = City()
        let seen = city.model.head
        city.say("boss", "edit", ["title": "路灯"])
        city.say("boss", "edit", ["title": "街灯"], seen: seen, evidence: ["title": "灯"], as: "o")
        let choose: [String: String?] = ["target": "o", "field": "title", "side": "ours", "value": "街灯"]
        #expect(city.say("li", "choose", choose) == Answer("rejected", "not-yours-to-choose"))
        #expect(city.say("boss", "choose", choose) == Answer("rejected", "decide-instead"))
    }
}
