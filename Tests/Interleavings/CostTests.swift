import CityCost
import Testing

@Suite struct `The same cost at any size` {
    /// Tables with one row.
    private static let single: Set<String> = ["store", "identity", "cursor", "pull", "CONSTANT"]
    /// On a device also what the statement is to read whole: the staged pages, what the fingerprint sums, and `t`, the tickets of a
    /// list. `sqlite_master` is read when a file is opened.
    private static let held: Set<String> = ["staged_page", "entity", "t"]
    /// Indexes that hold only what waits: reading one is reading what was asked for.
    private static let waiting = ["command_undecided", "command_pending"]

    @Test func `a worker's day takes the same rows and steps among 1,000 and among 100,000 tickets, and scans no table`() throws {
        let (few, many) = (try CityCost.measure(tickets: 1_000), try CityCost.measure(tickets: 100_000))
        print(few.text + "\n" + many.text)
        #expect(few.tickets == 1_000 && many.tickets == 100_000)
        for step in CityCost.Step.allCases {
            #expect(few.centre[step] == many.centre[step], "the centre: \(step.rawValue)")
            #expect(few.device[step] == many.device[step], "the device: \(step.rawValue)")
            #expect((many.centre[step]?.steps ?? 0) > 0 || step == .give, "\(step.rawValue) was not seen")
            #expect(many.centre[step]?.automaticIndexRows == 0 && many.device[step]?.automaticIndexRows == 0)
        }
        #expect(many.statementCounts.centre > 40 && many.statementCounts.device > 40, "\(many.statementCounts)")
        expectNoScans(many.centreScans, but: Self.single.union(["sqlite_master"]), "the centre")
        expectNoScans(many.deviceScans, but: Self.single.union(Self.held).union(["sqlite_master"]), "the device")
    }

    private func expectNoScans(_ scans: [String: [String]], but allowed: Set<String>, _ side: String) {
        for (text, lines) in scans.sorted(by: { $0.key < $1.key }) {
            let bad = lines.filter { line in
                let words = line.split(separator: " ").map(String.init)
                return !(words.count > 1 && allowed.contains(words[1]) || Self.waiting.contains { words.last == $0 })
            }
            #expect(bad == [], "\(side): \(text)")
        }
    }
}
