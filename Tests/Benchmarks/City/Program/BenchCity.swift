import ArgumentParser
import CityCost
import CityLoad
import Foundation
import Harness

/// What `make bench-city` runs.
@main struct BenchCity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridline-bench-city", abstract: "A whole city on the real server program.",
        subcommands: [Rush.self, Cost.self], defaultSubcommand: Rush.self)
}

/// The morning rush.
struct Rush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A full store behind the real server program, and every device of the city syncs within a minute.",
        discussion: """
            Devices are simulated in this process with real messages, keys and rules over real HTTP; their state is in memory. \
            They share the machine with the server, so what they cost is missing from what the server can do. Of the tickets, \
            the open ones are dispatched to people; the rest is imported and stays in the central queue, as history would.
            """)

    @Option(help: "Tickets in the store.") var tickets = 1_000_000
    @Option(help: "Devices.") var replicas = 2_000
    @Option(help: "Syncs under way at once.") var atOnce = 300
    @Option(help: "Of everything random.") var seed: UInt64 = 20_261_121
    @Option(help: "The rush must be over by then.") var minutes = 5.0
    @Option(help: "Seconds within which devices arrive; 0 = all at once.") var spread = 60.0
    @Option(help: "Open tickets of one worker.") var open = 50
    @Option(help: "Where the city is built, and removed again.") var folder: String?
    @Flag(help: "Let the server verify journal and chains at the end.") var verify = false
    @Flag(help: "The figures as JSON on standard output.") var json = false

    func validate() throws {
        guard tickets > 0, replicas > 0, atOnce > 0, open > 0, spread >= 0 else {
            throw ValidationError("A city has tickets, devices and connections.")
        }
    }

    func run() async throws {
        var plan = CityPlan()
        plan.tickets = tickets
        plan.replicas = replicas
        plan.atOnce = atOnce
        plan.seed = seed
        plan.minutes = minutes
        plan.spreadSeconds = spread
        plan.openPerWorker = open
        plan.folder = folder
        plan.verifies = verify
        let start = Date()
        plan.progress = { line in
            FileHandle.standardError.write(Data(String(format: "%6.1f s  %@\n", Date().timeIntervalSince(start), line).utf8))
        }
        let real = Message.every()
        plan.progress(real.map { "\($0.count) real messages" } ?? "generated messages: no folder with real ones here")
        let figures = try await CityBench(plan, messages: real ?? Message.generated(6_600, seed: seed)).run()
        if json { try printJSON(figures) } else { print(figures.text) }
        if !figures.faults.isEmpty { throw ExitCode(1) }
    }
}

/// The same day in centres of different sizes, in steps of the database.
struct Cost: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count rows and steps of one worker's day in centres of these sizes; exit 1 where they differ.",
        discussion: "For instance: gridline-bench-city cost 10000 1000000")

    @Argument(help: "Tickets in the store, for each run.") var sizes: [Int] = [10_000, 1_000_000]
    @Flag(help: "The figures as JSON on standard output.") var json = false

    func run() throws {
        let costs = try sizes.map { try CityCost.measure(tickets: $0) }
        if json { try printJSON(costs.map(\.table)) } else { for cost in costs { print(cost.text) } }
        let equal = costs.allSatisfy { $0.centre == costs[0].centre && $0.device == costs[0].device }
        if !json { print(equal ? "the same rows and steps at every size" : "rows or steps DIFFER between the sizes") }
        if !equal { throw ExitCode(1) }
    }
}

private func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
