import Foundation

/// A seeded crowd of workers giving commands through the real client, with a log of its own of what each one said.
public final class Field: @unchecked Sendable {
    // Each person's part is touched by one thread at a time; `lock` guards the shared log.
    /// What one worker believes about one ticket: enough to choose commands that are mostly legal.
    private struct Belief {
        var number: Int
        var state: String
        var edits = 0
    }

    private let city: City
    private let lock = NSLock()
    private var log: [[String: String]] = []
    private var marks: [String: Int] = [:]

    /// A crowd in this city.
    public init(_ city: City) { self.city = city }

    /// How many commands were given and accepted by a device, without the undos.
    public var givenCount: Int { lock.withLock { log.filter { $0["kind"] != "undo" }.count } }
    /// Every command of one person in order.
    public func given(by person: String) -> [[String: String]] { lock.withLock { log.filter { $0["person"] == person } } }

    /// Writes `given.ndjson`, for `Checks`.
    public func writeLog() throws {
        let lines = try lock.withLock { log }.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys), as: UTF8.self)
        }
        try (lines.joined(separator: "\n") + "\n").write(
            to: city.folder.appendingPathComponent("given.ndjson"), atomically: true, encoding: .utf8)
    }

    /// Notes a command that was given outside `work`.
    public func record(_ person: String, _ kind: String, _ words: String) {
        lock.withLock { log.append(["person": person, "kind": kind, "words": words]) }
    }

    /// Writes a note on ticket 1 through the real client, and logs it.
    public func note(on device: Device, _ words: String) throws {
        try device.run(["note", "1", words], expect: [0, 3])
        record(device.person, "note", words)
    }

    /// What a device answers on one line of commands: exit status and what it said.
    public typealias Hands = (_ arguments: [String]) throws -> (status: Int32, said: String)

    /// Gives `count` commands through the real client, a share of them on `shared` tickets (ids in hex).
    /// - Returns: how many times a device refused one, by exit code.
    public func work(_ person: String, count: Int, shared: Set<String>, sharedShare: Double, seed: UInt64) throws -> [Int32: Int]
    {
        let device = city.device(person)
        return try work(person, count: count, shared: shared, sharedShare: sharedShare, seed: seed) { arguments in
            let outcome = try device.run(arguments)
            return (outcome.status, outcome.err)
        }
    }

    /// The same through `hands`, which take the client's arguments and give its exit status. May be called again: a person's marks
    /// go on where they ended.
    public func work(
        _ person: String, count: Int, shared: Set<String>, sharedShare: Double, seed: UInt64, by hands: Hands
    ) throws -> [Int32: Int] {
        var random = SeededRandom(seed: seed)
        var beliefs = try beliefs(of: person)
        let own = beliefs.keys.filter { !shared.contains($0) }.sorted()
        let common = beliefs.keys.filter(shared.contains).sorted()
        let before = lock.withLock { marks[person, default: 0] }
        var refused: [Int32: Int] = [:]
        var given = 0
        var lastNote: Int?
        while given < count {
            let fromShared = !common.isEmpty && random.chance(sharedShare)
            guard let ticket = (fromShared ? common : own).randomElement(using: &random) ?? common.first else { break }
            if let number = lastNote, random.chance(0.25) {
                let (status, said) = try hands(["undo", String(number)])
                guard status == 0 || status == 3 else { throw HarnessError("undo: exit \(status) \(said)") }
                record(person, "undo", "")
                lastNote = nil
                continue
            }
            let (arguments, words, next) = choose(&beliefs[ticket]!, &random, mark: "\(person)-\(before + given)")
            let (status, said) = try hands(arguments)
            lastNote = nil
            if status == 0 || status == 3 {
                record(person, arguments[0], words)
                if let next { beliefs[ticket]!.state = next }
                if arguments[0] == "note" { lastNote = beliefs[ticket]!.number }
                given += 1
            } else {
                refused[status, default: 0] += 1
                if refused.values.reduce(0, +) > count + 20 {
                    throw HarnessError("more refusals than commands: \(arguments) \(said)")
                }
            }
        }
        lock.withLock { marks[person] = before + given }
        return refused
    }

    /// What the device shows of each ticket, by id in hex. A ticket that is leaving takes no commands and is left out.
    private func beliefs(of person: String) throws -> [String: Belief] {
        var beliefs: [String: Belief] = [:]
        for row in try Database(city.device(person).replica).rows(
            """
            SELECT hex(t.id), n.number, t.state FROM ticket t JOIN local_number n ON n.ticket = t.id
            WHERE t.id NOT IN (SELECT id FROM entity WHERE kind = 1 AND leaving IS NOT NULL) ORDER BY n.number
            """)
        {
            beliefs[(row[0] as? String ?? "").lowercased()] = Belief(
                number: Int(row[1] as? Int64 ?? 0), state: row[2] as? String ?? "")
        }
        return beliefs
    }

    private func choose(_ belief: inout Belief, _ random: inout SeededRandom, mark: String) -> (
        arguments: [String], words: String, next: String?
    ) {
        let number = String(belief.number)
        let words = "\(["现场已查看", "与来电人通话", "已联系物业", "拍照留存", "明日复查"].randomElement(using: &random)!)〔\(mark)〕"
        let pick = Double.random(in: 0..<1, using: &random)
        switch (pick, belief.state) {
        case (..<0.03, _):
            return (["report", "--title", "巡查发现问题\(mark)", "--description", words], words, nil)
        case (..<0.20, _): return (["note", number, words], words, nil)
        case (..<0.35, _): return (["visit", number, words], words, nil)
        case (..<0.55, "dispatched"), (..<0.55, "awaiting-handling"):
            belief.edits += 1
            return (["edit", number, random.chance(0.5) ? "--location" : "--finding", words], words, nil)
        case (_, "dispatched"):
            return pick > 0.93 ? (["return", number, words], words, "returned") : (["accept", number], "", "awaiting-handling")
        case (..<0.65, "awaiting-handling"): return (["start", number], "", nil)
        case (..<0.93, "awaiting-handling"): return (["resolve", number, words], words, "handled")
        case (_, "awaiting-handling"): return (["return", number, words], words, "returned")
        default: return (["note", number, words], words, nil)
        }
    }
}
