import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `What was filled in and held` {
    private func filled(_ item: String, _ value: String, over seen: [[UInt8]], by person: String, _ command: CommandID) -> Answer
    {
        Answer(
            id: command.derived(16), item: item, value: value, replaces: seen, author: person, filledAt: 1_772_413_200_000,
            command: command)
    }

    private func changeset(_ answers: [Answer], of ticket: TicketID) -> [UInt8] {
        Changeset(
            changes: answers.map { answer in
                let row = answer.row(of: ticket)
                return Change(
                    table: "answer", keyOrdinals: row.indices.map { $0 == 0 ? 1 : 0 }, operation: .insert, old: [],
                    new: row.map { $0 })
            }
        ).serialized()
    }

    //  li-na               wang-lei, revoked meanwhile | centre
    //  id-seen: yes        id-seen: no                 | yes applied, no held
    //                                                  | accepts it as it is:       both stand, they differ
    //                                                  | or with a count besides:   the same, and one count
    @Test(arguments: [HeldDecision.accepted, .amended]) func `stands beside what its author did not see`(
        answer: HeldDecision
    ) throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na", helpers: "wang-lei")
        var (li, wang) = (try Phone("li-na", at: bench), try Phone("wang-lei", at: bench))
        try li.pull(bench)
        try wang.pull(bench)
        let (first, second) = (bench.sources.id(), bench.sources.id())
        let (yes, no) = (
            filled("id-seen", "yes", over: [], by: "li-na", first), filled("id-seen", "no", over: [], by: "wang-lei", second)
        )
        try li.push(
            [
                try li.seal(
                    li.payload(
                        "fill", ticket, ["answers": .text("count=2\nid-seen=yes")], id: first,
                        changeset: changeset([yes], of: ticket)))
            ], to: bench)
        try bench.service.revokeAndWait(wang.replica, by: Bench.dispatcher)
        let held = try wang.push(
            [
                try wang.seal(
                    wang.payload(
                        "fill", ticket, ["answers": .text("id-seen=no")], id: second, changeset: changeset([no], of: ticket)))
            ], to: bench)
        #expect(held.receipts.map(\.reason) == ["revoked"])
        if answer == .amended {
            _ = try bench.service.decideHeldAndWait(
                second, .amended, reason: "电话核实", arguments: ["answers": .text("count=3\nid-seen=no")], by: Bench.dispatcher)
        } else {
            _ = try bench.decide(second, .accepted)
        }
        let now = try #require(try bench.store.read { try $0.ticket(ticket) }).ticket
        #expect(Set(now.standing("id-seen").map(\.value)) == ["yes", "no"])
        #expect(now.standing("count").map(\.value) == [answer == .amended ? "3" : "2"], "a dispatcher saw what stood")
        #expect(try bench.faults() == [])
    }
}
