import Foundation
import Screen
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore
@testable import gridline

@Suite struct FindingTests {
    private func numbers(_ replica: Replica, _ filter: TicketFilter) throws -> [Int64] {
        try replica.search(filter).map(\.summary.localNumber)
    }

    private func filter(_ words: String...) -> TicketFilter { TicketFilter(words: words) }

    @Test func `two Chinese characters are enough, every word must stand somewhere, and the place is shown`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        #expect(try numbers(replica, filter("井盖")) == [28, 3].sorted { replicaOrder(replica, $0, $1) })
        let note = try replica.search(filter("老周"))
        #expect(note.map(\.summary.localNumber) == [1])
        #expect(note.first?.hits.first?.field == "note")
        #expect(note.first?.hits.first?.excerpt.contains("老周") == true)
        #expect(try numbers(replica, filter("老周", "烧蚀")) == [1], "one word in a note, the other in the finding")
        #expect(try numbers(replica, filter("老周", "不存在的词")) == [])
        #expect(try replica.search(filter("烧蚀", "夜间")).first?.hits.map(\.field) == ["finding", "title"])
        #expect(try numbers(replica, filter("gate NO. 4")).contains(14), "either case")
        #expect(try numbers(replica, filter("ＧＡＴＥ")).contains(14), "either width")
        #expect(try numbers(replica, filter("-5℃")).contains(7) && numbers(replica, filter("5℃")).contains(7))
        #expect(try numbers(replica, filter("0001")).contains(1), "the official number")
    }

    private func replicaOrder(_ replica: Replica, _ left: Int64, _ right: Int64) -> Bool {
        let order = (try? replica.tickets().map(\.localNumber)) ?? []
        return order.firstIndex(of: left)! < order.firstIndex(of: right)!
    }

    @Test func `marks of the pattern language are letters like any other`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        for word in ["%", "_", "\\", "100%", "路_灯", "%灯", "'", "\""] {
            #expect(try numbers(replica, filter(word)) == [], "\(word)")
        }
    }

    @Test func `a citizen's data is never found`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        for word in ["买合木提", "13812345678", "8123", "2单元"] { #expect(try numbers(replica, filter(word)) == [], "\(word)") }
    }

    @Test func `every filter holds, and what is due first stands first`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        let now = SampleReplica.now
        let all = try replica.tickets()
        #expect(all.count == 50)
        let dues = all.map { $0.ticket[.dueAt].int ?? .max }
        #expect(dues == dues.sorted())
        let today = DueChoice.today.filter(now: now)
        guard case .within(let range) = today else { throw TestError() }
        #expect(ShanghaiTime(range.lowerBound).full == "2026-02-13 00:00:00" && range.upperBound - range.lowerBound == 86_400_000)
        let filters: [(TicketFilter, (TicketSummary) -> Bool)] = [
            (TicketFilter(due: today), { range.contains($0.ticket[.dueAt].int ?? 0) }),
            (TicketFilter(due: .overdue(at: now)), { $0.isOverdue(now: now) }),
            (TicketFilter(grid: "g4"), { $0.ticket.grid == "g4" }),
            (TicketFilter(grid: "人民路第一网格"), { $0.ticket.grid == "g4" }),
            (TicketFilter(states: [.handled]), { $0.ticket.state == .handled }),
            (TicketFilter(assignee: "wang-wei"), { $0.ticket.assignee == "wang-wei" }),
            (TicketFilter(includesFinal: false), { !$0.ticket.state.isFinal }),
        ]
        for (filter, holds) in filters {
            let found = try replica.tickets(filter)
            #expect(found == all.filter(holds) && !found.isEmpty && found.count < 50, "\(filter)")
        }
        let both = TicketFilter(states: [.dispatched], grid: "g3", due: .overdue(at: now), words: ["街"])
        #expect(
            try replica.tickets(both)
                == all.filter {
                    $0.isOverdue(now: now) && $0.ticket.grid == "g3" && $0.ticket.state == .dispatched
                        && $0.ticket[.location].string!.contains("街")
                })
    }

    private struct TestError: Error {}

    @Test func `days are read as the calendar has them`() {
        #expect(DueChoice(argument: "2026-02-28").map { $0.typed } == "2026-02-28")
        for text in ["2026-02-29", "2026-13-01", "26-02-01", "2026-2-1x", "", "gestern", "２０２６-02-01"] {
            #expect(DueChoice(argument: text) == nil, "\(text)")
        }
        #expect(
            DueChoice(argument: "今天") == .today && DueChoice(argument: "逾期") == .overdue && DueChoice(argument: "week") == .week)
        for day in stride(from: -800_000, to: 800_000, by: 37) {
            let midnight = Milliseconds(day) * 86_400_000 - 28_800_000
            #expect(ShanghaiTime(midnight + 40_000_000).midnight == midnight)
        }
        #expect(TicketState(argument: "已派遣") == .dispatched && TicketState(argument: "dispatched") == .dispatched)
        #expect(TicketState(argument: "派遣") == nil)
    }

    @Test func `a ticket that is not there is answered with the nearest`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let tickets = try Replica.open(at: sample.path).tickets()
        #expect(Context.near("510", in: tickets).map(\.localNumber).allSatisfy { [10, 50, 51].contains($0) })
        #expect(Context.near("0012", in: tickets).first?.localNumber == 12)
        #expect(Context.near("井盖", in: tickets).contains { $0.localNumber == 3 })
        #expect(Context.near("zzzzzzzzzz", in: tickets).isEmpty)
        let failure = Failure.unknownTicket("99", near: Context.near("0012", in: tickets))
        #expect(failure.exit == .usage && failure.code == "GL-R2003")
        #expect(failure.text(.zh).contains("树枝压在电线上") && failure.text(.en).contains("#12"))
    }
}

@Suite struct NearestTests {
    @Test func `slips are found, strangers are not`() {
        let commands = [
            "enrol", "sync", "status", "list", "show", "accept", "start", "visit", "note", "news", "report", "return",
        ]
        for (typed, meant) in [
            ("lsit", "list"), ("shwo", "show"), ("statsu", "status"), ("synch", "sync"), ("retrun", "return"), ("sta", "status"),
        ] {
            #expect(Nearest.words(to: typed, in: commands).contains(meant), "\(typed)")
        }
        for typed in ["xyz", "q", "commit", ""] { #expect(Nearest.words(to: typed, in: commands) == [], "\(typed)") }
        #expect(Nearest.words(to: "已派谴", in: ["已派遣", "待派遣", "已结案"]).first == "已派遣")
    }

    @Test func `values are taken out of a sentence by its pattern`() {
        #expect(
            Translation.values(of: "The value 'a' is invalid for 'b'", in: "The value '%1' is invalid for '%2'") == ["a", "b"])
        #expect(Translation.values(of: "x: y: z", in: "%1: %2") == ["x", "y: z"])
        #expect(Translation.values(of: "no", in: "yes %1") == nil)
        #expect(Translation.values(of: "plain", in: "plain") == [""])
        #expect(Translation.values(of: "plain more", in: "plain") == nil)
        let table = Translation([Words("line %1: %2", "第 %1 行：%2"), Words("the file is empty", "文件为空")])
        #expect(table.words("line 7: the file is empty")?.chinese == "第 7 行：文件为空")
        #expect(table.words("something else") == nil)
    }
}
