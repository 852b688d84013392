import CentralStore
import Fixture
import Foundation
import ReplicaStore
import SyncProtocol
import Synchronization
import Tickets

/// How a city stands before a schedule begins: files of a centre and of devices that are enrolled and in agreement. Made once by the
/// production code on real files; each run gets copies in memory.
package struct World: Sendable {
    /// The centre's store.
    package let centre: [UInt8]
    /// The replicas, one per person.
    package let devices: [[UInt8]]
    /// Who has a device, in order.
    package let people: [String]
    /// The centre's keys.
    package let keys: CentreKeys
    /// When it was made.
    package let time: Milliseconds

    /// What makes one world different from another.
    struct Key: Hashable, Sendable {
        var variant: Int
        var deviceCount: Int
        var hasOldRelease: Bool
        var isWide: Bool

        init(_ script: Script) {
            variant = script.variant
            deviceCount = script.deviceCount
            hasOldRelease = script.faults.contains(.oldRelease)
            isWide = script.isWide
        }

        /// Different for different worlds of one size.
        var number: Int { variant << 2 | (hasOldRelease ? 2 : 0) | (isWide ? 1 : 0) }
    }

    /// The same seeds, those of one world after one another: its stores, and the connections that look at them, are then still near in
    /// memory. What one seed plays does not depend on those before it.
    package static func inTurn(_ seeds: Range<UInt64>, tracks: Bool?) -> [UInt64] {
        seeds.map { (Key(Script(seed: $0, tracks: tracks)).number, $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// Four people of each of three professions.
    package static let names = [
        "chen-jie", "he-ping", "ma-lin", "gu-yan", "sun-bo", "luo-qi", "tan-wei", "xu-rui", "bai-lu", "fan-shu", "jin-tao",
        "ye-zi",
    ]
    /// The city's rules: supervisors alone read the last step of its ladder.
    package static let rules: Rules = {
        var rules = Rules.embedded
        rules.profile.ladder[rules.profile.ladder.count - 1].isRestricted = true
        return rules
    }()
    /// Of the people, in turn.
    package static let professions = ["城管", "民政", "消防"]

    private static let made = Mutex<[Key: World]>([:])

    /// The world of a script; made at its first use.
    package static func of(_ script: Script) throws -> World {
        let key = Key(script)
        return try made.withLock { made in
            if let known = made[key] { return known }
            let world = try World(key)
            made[key] = world
            return world
        }
    }

    /// A person as the variant has them. 0: three professions, one grid. 1: all of one profession, the third in another grid.
    /// 2: two professions, the third is the grid's leader. In all, people belong to two units.
    package static func person(_ index: Int, variant: Int, isWide: Bool = false) -> Person {
        let id = names[index % names.count]
        let profession = variant == 0 ? index % 3 : variant == 1 ? 0 : index % 2
        // Every fourth speaks for a unit; the others belong to one.
        // Neighbours and their guide are among those of the third kind of city.
        let few: Role? = isWide && variant == 2 ? [1: .volunteer, 4: .guide][index % 6] : nil
        let role: Role = index % 4 == 3 ? .unit : variant == 2 && index % 6 == 2 ? .leader : few ?? .worker
        return Person(
            id: id, name: "网格员\(index)", role: role, grid: variant == 1 && index % 3 == 2 ? "g2" : "g1",
            unit: index % 2 == 0 ? "u2" : "u1", profession: professions[profession])
    }

    /// The schema of a device where older releases are in use: every third has one, of version 1 or 2. Today's program cannot work on
    /// yesterday's tables, so it has today's tables and says that they are yesterday's: the centre serves it rows and columns of then.
    static func release(of index: Int, variant: Int) -> [Migration] {
        index % 3 == 1 ? migrations(upTo: variant == 1 ? 2 : 1) : Migration.all
    }

    /// The steps of a device that began with an older release, up to a version.
    static func migrations(upTo version: Int) -> [Migration] {
        (1...version).map { Migration(number: $0, sql: $0 == 1 ? Migration.all.map(\.sql).joined(separator: "\n") : "") }
    }

    private init(_ key: Key) throws {
        let fixture = try CentreFixture(seed: 0x6772_6964 + UInt64(key.variant))
        try fixture.put(GridRecord(id: "g1", name: "一网格"), GridRecord(id: "g2", name: "二网格"))
        let people = (0..<key.deviceCount).map { Self.person($0, variant: key.variant, isWide: key.isWide) }
        for person in people { try fixture.put(person) }
        let items = [
            ChecklistItem(code: "id-seen", category: "", chinese: "已核对身份", kind: .yesNo),
            ChecklistItem(code: "count", category: "", chinese: "数量", kind: .number),
        ]
        try fixture.service.putAndWait(.checklists(items), by: CentreFixture.dispatcher)
        try fixture.put(Person(id: "qin-feng", name: "督办员", role: .supervisor))
        for index in 0..<4 {
            let helper = people[(index + 1) % people.count].id
            _ = try fixture.ticket("第\(index)号", to: people[index % people.count].id, helpers: index == 3 ? [] : [helper])
        }
        var fixtures: [DeviceFixture] = []
        for (index, person) in people.enumerated() {
            let migrations = key.hasOldRelease ? Self.release(of: index, variant: key.variant) : Migration.all
            fixtures.append(try DeviceFixture(person.id, at: fixture, migrations: migrations))
        }
        for device in fixtures + fixtures { try device.syncToEnd() }
        let paths = fixtures.map(\.path)
        // The files are whole once nobody has them open.
        fixtures = []
        devices = try paths.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
        var bytes: [UInt8] = []
        try fixture.restart { bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
        centre = bytes
        self.people = people.map(\.id)
        keys = fixture.keys
        time = fixture.clock.now
    }
}
