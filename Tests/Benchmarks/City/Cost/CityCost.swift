import CentralStore
import Changeset
import Fixture
import Foundation
public import Harness
import ReplicaStore
import SyncProtocol
import SyncService
import Tickets

/// What one worker's day costs the two databases, in a centre with so many tickets.
///
///     50 tickets of one worker ──▶ enrol, first pull ──▶ 20 changes at the centre ──▶ pull ──▶ 20 commands ──▶ push
///     all other tickets are other people's, each with history
///
/// It counts SQLite's own steps and rows and not seconds, so two runs of the same code give the same numbers, whatever the machine.
public struct CityCost: Sendable {
    /// The steps of the day, in order.
    public enum Step: String, CaseIterable, Sendable {
        case dispatch = "dispatch of 20"
        case enrol = "enrolment"
        case firstPull = "first pull of 50 tickets"
        case changes = "20 acts at the centre"
        case pull = "pull of 20 changes"
        case give = "20 commands given"
        case push = "push of 20 commands"
        case watch = "a watch begins"
        case list = "list and show"
    }

    /// Tickets in the centre's store.
    public var tickets = 0
    /// What the centre's database did in each step.
    public var centre: [Step: StatementMeter.Cost] = [:]
    /// What the device's database did.
    public var device: [Step: StatementMeter.Cost] = [:]
    /// Statements of the centre with the lines of their plan that read a whole table.
    public var centreScans: [String: [String]] = [:]
    /// The same of the device.
    public var deviceScans: [String: [String]] = [:]
    /// How many different statements were looked at, at the centre and on the device.
    public var statementCounts = (centre: 0, device: 0)

    /// Runs the day in a centre with `tickets` tickets.
    ///
    /// The tickets of others are laid into the store by plain SQL as copies of one that came the usual way: a million acts would
    /// take minutes, and no step of SQLite depends on how a row came.
    public static func measure(tickets: Int, seed: UInt64 = 20_261_121) throws -> CityCost {
        let day = try Day(seed: seed)
        try day.fill(to: tickets)
        return try day.run(tickets: tickets)
    }

    /// The figures by side and step.
    public var table: [String: [String: StatementMeter.Cost]] {
        let named = { (costs: [Step: StatementMeter.Cost]) in
            Dictionary(uniqueKeysWithValues: costs.map { ($0.key.rawValue, $0.value) })
        }
        return ["\(tickets) tickets, centre": named(centre), "\(tickets) tickets, device": named(device)]
    }

    /// The figures as lines.
    public var text: String {
        (["\(tickets) tickets"]
            + Step.allCases.map { step in
                "  \(step.rawValue): centre \(centre[step, default: .init()]); device \(device[step, default: .init()])"
            }).joined(separator: "\n")
    }
}

/// One centre with one worker's device.
private final class Day {
    private let centre: CentreFixture
    private let worker = "li-na"
    private let mine: [TicketID]
    private let template: TicketID
    private let loose: [TicketID]

    init(seed: UInt64) throws {
        centre = try CentreFixture(seed: seed)
        try centre.put(GridRecord(id: "g1", name: "一网格"))
        try centre.put(
            Person(id: worker, name: "李娜", role: .worker, grid: "g1", profession: "民政"),
            Person(id: "wang-lei", name: "王磊", role: .worker, grid: "g1", profession: "城管"))
        let centre = centre
        mine = try (0..<50).map { try centre.ticket("工单 \($0)", to: "li-na") }
        loose = try (0..<20).map { number in
            let made = try centre.act(.create, nil, ["title": .text("待派 \(number)"), "name": .text("市民")])
            return made.ticket
        }
        template = try centre.ticket("别人的工单", to: "wang-lei")
        let other = try DeviceFixture("wang-lei", at: centre)
        try other.settle()
        try other.give(.note, template, ["body": .text("别人写的话")])
        try other.settle()
    }

    /// Copies the other worker's ticket, with everything that hangs on it, until there are so many.
    func fill(to count: Int) throws {
        centre.service.close()
        try centre.store.close()
        let database = try Database(URL(fileURLWithPath: centre.folder + "/central.sqlite"), readOnly: false)
        let missing = count - (try database.int("SELECT count(*) FROM ticket"))
        guard missing > 0 else { return try centre.restart() }
        for pragma in ["foreign_keys = OFF", "synchronous = OFF", "cache_size = -200000"] {
            try database.execute("PRAGMA \(pragma)")
        }
        try database.execute(
            "CREATE TEMP TABLE copies AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                + "SELECT i, randomblob(16) AS id, randomblob(16) AS command, 'p:other-' || (i % 2000) AS scope FROM n", [missing]
        )
        try database.execute("BEGIN")
        let row = "SELECT id FROM ticket WHERE title = '别人的工单'"
        try copy("ticket", where: "id = (\(row))", ["id": "c.id", "number": "'copy-' || c.i", "assignee": "substr(c.scope, 3)"])
        try copy("citizen", where: "ticket = (\(row))", ["ticket": "c.id"])
        try copy("note", where: "ticket = (\(row))", ["id": "randomblob(16)", "ticket": "c.id", "command": "c.command"])
        try copy(
            "command", where: "ticket = (\(row)) AND replica IS NOT NULL",
            [
                "id": "c.command", "ticket": "c.id", "person": "substr(c.scope, 3)", "payload": "NULL",
            ])
        try copy(
            "chain", where: "command IN (SELECT id FROM command WHERE ticket = (\(row)))",
            [
                "command": "c.command", "replica": "c.id",
            ])
        try copy("ticket_scope", where: "ticket = (\(row)) AND scope = 'p:wang-lei'", ["ticket": "c.id", "scope": "c.scope"])
        try copy("scope_log", where: "entity = (\(row)) AND scope = 'p:wang-lei'", ["entity": "c.id", "scope": "c.scope"])
        // Below the first entry, so that the journal still ends at the store's head.
        try copy(
            "journal", where: "entity = (\(row)) AND kind = 'note' LIMIT 1",
            [
                "seq": "-c.i", "entity": "c.id", "command": "c.command", "body": "NULL",
            ])
        try database.execute(
            "INSERT INTO import_source(source, external_id, ticket) SELECT 'web', 'copy-' || i, id FROM copies")
        try database.execute("COMMIT")
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        func copy(_ table: String, where condition: String, _ changed: [String: String]) throws {
            let columns = try database.texts("SELECT name FROM pragma_table_info(?)", [table])
            let values = columns.map { changed[$0] ?? "o.\($0)" }.joined(separator: ", ")
            try database.execute(
                "INSERT INTO \(table)(\(columns.joined(separator: ", "))) SELECT \(values) FROM copies c, "
                    + "(SELECT * FROM \(table) WHERE \(condition)) o")
        }
    }

    func run(tickets: Int) throws -> CityCost {
        var cost = CityCost()
        let centreMeter = StatementMeter(filesFrom: centre.folder + "/central.sqlite")
        let deviceMeter = StatementMeter(filesFrom: centre.folder + "/" + worker)
        defer {
            centreMeter.end()
            deviceMeter.end()
        }
        try centre.restart()
        // What only the first request after a start does is not the day's.
        try centre.act(.note, template, ["body": .text("开门")])
        cost.tickets = try Database(URL(fileURLWithPath: centre.folder + "/central.sqlite")).int("SELECT count(*) FROM ticket")
        _ = centreMeter.take()
        centreMeter.forgetStatements()
        func step(_ name: CityCost.Step, _ body: () throws -> Void) rethrows {
            try body()
            cost.centre[name] = centreMeter.take()
            cost.device[name] = deviceMeter.take()
        }
        try step(.dispatch) {
            try centre.act(loose.map { act(.dispatch, $0, ["assignee": .text("wang-lei"), "grid": .text("g1")]) })
        }
        var made: DeviceFixture?
        try step(.enrol) { made = try DeviceFixture(worker, at: centre) }
        guard let device = made else { throw FixtureError("no device") }
        try step(.firstPull) { try device.syncToEnd() }
        try step(.changes) {
            try centre.act(
                mine.prefix(20).enumerated().map { index, ticket in
                    index % 2 == 0
                        ? act(.edit, ticket, ["location": .text("核定地址 \(index)")])
                        : act(.note, ticket, ["body": .text("中心的话 \(index)")])
                })
        }
        try step(.pull) { try device.syncToEnd() }
        try step(.give) { try give(on: device) }
        try step(.push) { try device.syncToEnd() }
        let asking = try Database(URL(fileURLWithPath: device.path))
        guard let token = try asking.rows("SELECT token FROM identity").first?.first as? [UInt8] else {
            throw FixtureError("no token")
        }
        let base = UInt64(try asking.int("SELECT base FROM cursor"))
        _ = deviceMeter.take()
        try step(.watch) { try watch(token, base: base) }
        try step(.list) { try list(device) }
        try explain(centreMeter, deviceMeter, device, into: &cost)
        return cost
    }

    private func act(_ kind: CommandKind, _ ticket: TicketID, _ arguments: [String: Value]) -> Act {
        Act(id: centre.random.commandID(), kind: kind, ticket: ticket, arguments: arguments)
    }

    private func give(on device: DeviceFixture) throws {
        for (index, ticket) in mine.suffix(20).enumerated() {
            switch index % 4 {
            case 0: try device.give(.accept, ticket)
            case 1: try device.give(.note, ticket, ["body": .text("现场 \(index)")])
            case 2: try device.give(.edit, ticket, ["finding": .text("发现 \(index)")])
            default: try device.give(.visit, ticket, ["body": .text("走访 \(index)")])
            }
        }
    }

    /// Once with nothing to tell, and once with news.
    private func watch(_ token: [UInt8], base: UInt64) throws {
        guard case .waiting(let watch) = try centre.service.watch(token: token, base: base) else {
            throw FixtureError("news where there is none")
        }
        watch.end(.quiet)
        guard case .news = try centre.service.watch(token: token, base: 1) else { throw FixtureError("no news") }
    }

    private func list(_ device: DeviceFixture) throws {
        _ = try device.replica.tickets()
        _ = try device.replica.ticketDetail(mine[0])
        _ = try device.replica.outbox()
        _ = try centre.store.read { reader in
            var waiting = QueueFilter()
            waiting.states = [.awaitingDispatch]
            return (try reader.queue(waiting), try reader.ticket(mine[0]), try reader.held())
        }
    }

    private func explain(
        _ centreMeter: StatementMeter, _ deviceMeter: StatementMeter, _ device: DeviceFixture, into cost: inout CityCost
    ) throws {
        let files = [(centreMeter, centre.folder + "/central.sqlite"), (deviceMeter, device.path)]
        let found = try files.map { meter, path in
            let database = try Database(URL(fileURLWithPath: path))
            let texts = meter.statements.keys.filter { text in
                ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE"].contains { text.hasPrefix($0) }
            }
            var scans: [String: [String]] = [:]
            for text in texts {
                let lines = try database.plan(text).filter { $0.hasPrefix("SCAN") || $0.contains("AUTOMATIC") }
                if !lines.isEmpty { scans[text] = lines }
            }
            return (scans, texts.count)
        }
        (cost.centreScans, cost.statementCounts.centre) = found[0]
        (cost.deviceScans, cost.statementCounts.device) = found[1]
    }
}
