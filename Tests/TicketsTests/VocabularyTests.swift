import Changeset
import Testing
import Tickets

@Suite struct VocabularyTests {
    @Test func `every reason says what it means and what to do in both languages`() {
        for reason in Reason.allCases {
            #expect(!reason.english.isEmpty && !reason.chinese.isEmpty, "\(reason)")
            #expect(reason.english.hasSuffix("."), "\(reason)")
            #expect(reason.chinese.hasSuffix("。"), "\(reason)")
            #expect(reason.rawValue.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") }, "\(reason)")
            #expect(Reason.words(forCode: reason.rawValue).english == reason.english)
        }
    }

    @Test func `a reason of a later centre is shown with its code`() {
        let words = Reason.words(forCode: "from-the-future")
        #expect(words.english.contains("from-the-future") && words.chinese.contains("from-the-future"))
    }

    @Test func `codes of states, kinds, channels, origins and urgencies have a Chinese name each`() {
        #expect(Set(TicketState.allCases.map(\.chinese)).count == 11)
        #expect(Set(TicketKind.allCases.map(\.chinese)).count == TicketKind.allCases.count)
        #expect(Set(Channel.allCases.map(\.chinese)).count == Channel.allCases.count)
        #expect(Origin.allCases.map(\.chinese) == ["来电", "巡查"])
        #expect(Urgency.allCases.map(\.chinese) == ["一般", "紧急"])
        for kind in ["note", "visit", "visit-met", "visit-absent", "visit-refused", "resolve", "return", "withdraw", "close"] {
            #expect(noteWords(kind: kind).chinese != kind, "\(kind)")
        }
        #expect(noteWords(kind: "later") == ("later", "later"))
    }

    @Test func `scopes of a ticket are its people, its grid, its helpers' professions there and its unit`() {
        var all = ticket(.dispatched, [.grid: "g1", .unit: "u9", .reporter: "zhang-wei"])
        #expect(scopes(of: all) == ["p:li-na", "p:wang-fang", "p:zhang-wei", "g:g1", "gp:g1/城管", "u:u9"])
        all.helpers += [
            .init(person: "a", profession: "民政"), .init(person: "b", profession: nil), .init(person: "c", profession: ""),
        ]
        #expect(Set(scopes(of: all).filter(isProfessionScope)) == ["gp:g1/城管", "gp:g1/民政"])
        all[.grid] = .null
        #expect(scopes(of: all).filter(isProfessionScope).isEmpty)
        #expect(scopes(of: ticket(.received)).isEmpty)
    }

    @Test func `scopes of a person: a leader has the grid, a worker their profession in it, a unit the unit`() {
        for role in Role.allCases {
            var person = Person(id: "x", name: "某人", role: role, grid: "g1", unit: "u1", profession: "城管")
            let extra: Set<String> =
                switch role {
                case .leader, .guide: ["g:g1"]
                case .volunteer: ["g:g1", "mask"]
                case .worker: ["gp:g1/城管"]
                case .unit: ["u:u1"]
                default: []
                }
            #expect(scopes(of: person) == extra.union(["p:x", "ref"]))
            person.grid = nil
            #expect(!scopes(of: person).contains(where: isProfessionScope))
        }
        #expect(scopes(of: Cast.leader) == ["p:zhao-lei", "ref", "g:g1"])
    }

    @Test func `no two professions share a scope, and a scope is equal exactly if its bytes are`() {
        #expect(professionScope(grid: "g1", "市场监管2") == "gp:g1/市场监管2")
        #expect(professionScope(grid: "g1", "a/b %") == "gp:g1/a%2f;b%20;%25;")
        // One letter in two spellings: Swift holds the texts equal, a store's index does not.
        let (short, long) = ("caf\u{e9}", "cafe\u{301}")
        #expect(short == long)
        #expect(professionScope(grid: "g1", short) == "gp:g1/caf%e9;")
        #expect(professionScope(grid: "g1", long) == "gp:g1/cafe%301;")
        // A compatibility ideograph is another spelling of a unified one.
        #expect(professionScope(grid: "g1", "\u{f96e}") == "gp:g1/%f96e;")
        #expect(professionScope(grid: "g1", "%e9;") == "gp:g1/%25;e9%3b;")
        #expect(professionScope(grid: "g", "1/城管") != professionScope(grid: "g/1", "城管"))
    }

    @Test func `a colleague of a helper is an onlooker: words and finding are taken, the rest is the handlers'`() {
        let colleague = Person(id: "sun-mei", name: "孙梅", role: .worker, grid: "g1", profession: "城管")
        let held = ticket(.awaitingHandling, [.grid: "g1"])
        #expect(!scopes(of: held).isDisjoint(with: scopes(of: colleague)))
        let author = author(colleague)
        #expect(Relation(of: author, to: held) == .onlooker)
        for given in [command(.note, ["body": "我去看了"]), command(.edit, ["finding": "井盖缺失"])] {
            #expect(decide(given, on: held, in: context(author)).verdict == .applied, "\(given.kind)")
        }
        for kind in [CommandKind.accept, .start, .resolve, .return] {
            #expect(decide(ordinary(kind), on: held, in: context(author)).reason == .notYours, "\(kind)")
        }
        // Named as a helper, they do as the other.
        var named = held
        named.helpers.append(.init(person: colleague.id, profession: colleague.profession))
        #expect(decide(ordinary(.resolve), on: named, in: context(author)).verdict == .applied)
    }

    @Test func `dependence: every pair of commands, on the same ticket and on another`() {
        for earlier in CommandKind.allCases {
            for later in CommandKind.allCases {
                var first = ordinary(earlier, number: 1)
                let second = ordinary(later, number: 2)
                first.ticket = second.ticket
                let edits = (later == .edit || later == .choose) && (first.columnsWritten.contains(.finding))
                let asks =
                    later.asksFor != nil && (earlier == .explain || earlier.asksFor != nil)
                    || later.isAboutPart && earlier.isAboutPart
                let retracts = later == .retract || earlier == .retract
                let expected = !later.makesTicket && !retracts && (earlier.makesTicket || later.isTransition || edits || asks)
                #expect(dependsOn(second, first) == expected, "\(later) after \(earlier)")
                first.ticket = TicketID(bytes: [UInt8](repeating: 9, count: 16))!
                #expect(!dependsOn(second, first))
            }
        }
        let location = command(.edit, ["location": "村口"], number: 3)
        #expect(!dependsOn(ordinary(.edit), location))
        #expect(dependsOn(command(.edit, ["location": "桥头", "tags": "x"], number: 4), location))
        #expect(!dependsOn(location, location))
    }

    @Test func `derived identifiers differ by ordinal and by command, and are the same on every machine`() {
        var seen: Set<[UInt8]> = []
        for number in 0..<2000 { for ordinal in 0..<5 as Range<UInt64> { seen.insert(commandID(number).derived(ordinal)) } }
        #expect(seen.count == 10_000)
        let zero = CommandID(bytes: [UInt8](repeating: 0, count: 16))!
        #expect(TicketID(bytes: zero.derived(0))?.description == "d1de23ed-82d8-b5cc-4821-8226ff3cd4bf")
    }

    @Test func `identifiers go through text and refuse what is none`() {
        let id = commandID(77)
        #expect(CommandID(text: id.description) == id)
        #expect(CommandID(text: id.description.uppercased().replacing("-", with: "")) == id)
        for text in [
            "", "c0", id.description + "0", id.description.replacing("c", with: "g"), "ｃ0c0c0c0-c0c0-c0c0-4d00-000000000000",
        ] {
            #expect(CommandID(text: text) == nil, "\(text)")
        }
        #expect(TicketID(.text("x")) == nil)
        #expect(TicketID(.blob([1])) == nil)
        #expect(TicketID(nil) == nil)
    }

    @Test func `a person goes through their row`() {
        #expect(Person(row: Cast.worker.row) == Cast.worker)
        #expect(Cast.worker.row.count == Table.person.columns.count)
        #expect(Person(row: []) == nil)
        #expect(Person(row: ["x", "y", "a-later-role", .null, .null, .null]) == nil)
    }

    @Test func `a ticket takes only changes of its own rows and of the right shape`() {
        let before = ticket(.dispatched)
        let other = TicketID(bytes: [UInt8](repeating: 9, count: 16))!
        let strange: [RowChange] = [
            .update(.ticket, key: [other.value], [1: "x"]), .update(.ticket, key: [ticketID.value], [999: "x"]),
            .insert(.helper, []),
            .insert(.helper, [ticketID.value]), .delete(.helper, key: [ticketID.value]), .insert(.note, []),
            .insert(.ticket, [ticketID.value]), .insert(.citizen, [ticketID.value]),
        ]
        #expect(before.applying(strange) == before)
    }
}
