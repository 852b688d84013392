import Foundation

/// A few numbers of one kind.
public struct Spread: Codable, Sendable {
    /// How many.
    public var count: Int
    /// Half are at most this.
    public var median: Double
    /// 99 of 100 are at most this.
    public var p99: Double
    /// The largest.
    public var largest: Double

    /// Of these; zeros of none.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        func at(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        median = at(0.5)
        p99 = at(0.99)
        largest = sorted.last ?? 0
    }
}

/// One wave of syncs.
public struct Wave: Codable, Sendable {
    /// From the first arrival to the last answer, seconds.
    public var seconds = 0.0
    /// Devices that came to their end.
    public var syncs = 0
    /// Commands that got their verdict.
    public var commands = 0
    /// Requests that were answered with 200.
    public var requests = 0
    /// Answers 503 or 429, after which the device waited as it was told and came again.
    public var shed = 0
    /// Anything else that went wrong, by name.
    public var errors: [String: Int] = [:]
    /// One request with its answer, milliseconds.
    public var requestMilliseconds = Spread([])
    /// From a device's arrival to the end of its sync, waiting included, milliseconds.
    public var syncMilliseconds = Spread([])
    /// Verdicts by word.
    public var verdicts: [String: Int] = [:]
    /// Bytes sent and received.
    public var bytes = [0, 0]

    /// Syncs per second.
    public var syncsPerSecond: Double { seconds > 0 ? Double(syncs) / seconds : 0 }
    /// Commands per second.
    public var commandsPerSecond: Double { seconds > 0 ? Double(commands) / seconds : 0 }
    /// Errors of all kinds.
    public var errorCount: Int { errors.values.reduce(0, +) }

    /// The figures as lines.
    public func lines(_ name: String) -> [String] {
        let words = { (counts: [String: Int]) in
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        var lines = [
            String(
                format: "%@: %d syncs in %.1f s = %.0f syncs/s, %.0f commands/s", name, syncs, seconds, syncsPerSecond,
                commandsPerSecond),
            String(
                format:
                    "  a request p50 %.0f ms, p99 %.0f ms, slowest %.0f ms; a sync from arrival p50 %.0f ms, p99 %.0f ms, slowest %.0f ms",
                requestMilliseconds.median, requestMilliseconds.p99, requestMilliseconds.largest, syncMilliseconds.median,
                syncMilliseconds.p99, syncMilliseconds.largest),
            "  \(requests) requests, \(bytes[0] >> 10) KiB up, \(bytes[1] >> 10) KiB down; \(shed) told to come later; "
                + "\(errorCount) errors\(errors.isEmpty ? "" : ": " + words(errors))",
        ]
        if !verdicts.isEmpty { lines.append("  verdicts: " + words(verdicts)) }
        return lines
    }
}

/// What one run of the city gave.
public struct CityFigures: Codable, Sendable {
    /// Tickets in the store.
    public var tickets = 0
    /// Of them in somebody's hands.
    public var open = 0
    /// Devices.
    public var replicas = 0
    /// Seconds of each step of the preparation.
    public var preparation: [String: Double] = [:]
    /// Every device's first sync.
    public var firstSync = Wave()
    /// The rush: devices arrive within a minute.
    public var rush = Wave()
    /// The same again, with new commands and everybody in the same second.
    public var stampede = Wave()
    /// Afterwards, all once more: what the others brought.
    public var quiet = Wave()
    /// Of the server process, MiB: before the rush, and the most it ever had.
    public var serverMiB = [0, 0]
    /// The store's files, MiB.
    public var storeMiB = 0
    /// Commands in the store.
    public var storedCommands = 0
    /// Commands that devices gave.
    public var givenCommands = 0
    /// Everything that must not be, in words.
    public var faults: [String] = []

    /// Every wave with its name, in order.
    public var waves: [(name: String, wave: Wave)] {
        [("first sync of all", firstSync), ("morning rush", rush), ("all at once", stampede), ("all once more", quiet)]
    }

    /// All of it as text.
    public var text: String {
        var lines = [
            "city: \(tickets) tickets, \(open) of them in people's hands (the rest stays in the central queue), \(replicas) devices"
        ]
        lines += preparation.sorted { $0.key < $1.key }.map { String(format: "  %@: %.1f s", $0.key, $0.value) }
        lines += waves.flatMap { $0.wave.lines($0.name) }
        lines.append("server memory \(serverMiB[0]) MiB before the rush, at most \(serverMiB[1]) MiB; store \(storeMiB) MiB")
        lines.append("commands given \(givenCommands), in the store \(storedCommands)")
        lines += faults.isEmpty ? ["everything agrees"] : faults.map { "FAULT: \($0)" }
        return lines.joined(separator: "\n")
    }
}
