import Changeset
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ReplicaStore

struct FileTests {
    @Test func `a second process waits, then says so`() throws {
        let device = try Device()
        #expect(throws: ReplicaError.busy) { try Replica.open(at: device.path, waitMilliseconds: 60) }
        let lock = device.path + ".lock"
        device.close()
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = ["--exclusive", lock, "cat"]
        let input = Pipe()
        holder.standardInput = input
        try holder.run()
        // Until the other process has the lock, opening succeeds.
        var error: ReplicaError?
        while error == nil {
            do { _ = try Replica.open(at: device.path, waitMilliseconds: 0) } catch let caught as ReplicaError { error = caught }
        }
        #expect(error == .busy)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        _ = try Replica.open(at: device.path, waitMilliseconds: 2_000)
    }

    @Test func `what is no replica is left alone`() throws {
        let device = try Device()
        device.close()
        let path = device.folder + "/other"
        #expect(throws: ReplicaError.notEnrolled) { try Replica.open(at: path) }
        #expect(throws: ReplicaError.notEnrolled) { try Replica.open(at: device.folder + "/none/replica.sqlite") }
        for content in [Data(), Data("SQLite format 3\0".utf8), Data("杂货清单\n".utf8), Data(repeating: 0, count: 5000)] {
            try content.write(to: URL(fileURLWithPath: path))
            #expect(throws: ReplicaError.notAReplica(path: path)) { try Replica.open(at: path) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        }
        try FileManager.default.removeItem(atPath: path)
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE shopping(item)") }
        try other.close()
        #expect(throws: ReplicaError.notAReplica(path: path)) { try Replica.open(at: path) }
        #expect(throws: ReplicaError.alreadyEnrolled) {
            try Replica.create(at: path, enrolment: Device.enrolment(device.centre))
        }
    }

    @Test func `a replica of a newer release is not touched`() throws {
        let device = try Device(
            migrations: Migration.all + [Migration(number: Migration.all.count + 1, sql: "ALTER TABLE grid ADD COLUMN x TEXT")])
        #expect(throws: ReplicaError.newerSchema(found: Migration.all.count + 1, known: Migration.all.count)) {
            try device.reopen()
        }
        try device.reopen(
            migrations: Migration.all + [Migration(number: Migration.all.count + 1, sql: "ALTER TABLE grid ADD COLUMN x TEXT")])
    }

    @Test func `a migration that fails leaves the file as it was`() throws {
        let device = try Device()
        let broken = Migration(
            number: Migration.all.count + 1, sql: "ALTER TABLE grid ADD COLUMN x TEXT; INSERT INTO nowhere VALUES (1);")
        #expect(throws: ReplicaError.self) { try device.reopen(migrations: Migration.all + [broken]) }
        try device.reopen()
        #expect(try device.replica.tickets().count == 1)
    }

    @Test func `a commit is on the disk, and looking at a replica writes nothing`() throws {
        let device = try Device()
        #expect(try device.replica.read { try $0.statements.rows("PRAGMA synchronous") } == [[.integer(2)]])
        #expect(try device.replica.read { try $0.statements.rows("PRAGMA journal_mode") } == [[.text("wal")]])
        device.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: device.path))
        try device.reopen()
        #expect(try device.replica.tickets().count == 1)
        let log = try? FileManager.default.attributesOfItem(atPath: device.path + "-wal")[.size] as? Int
        #expect(log ?? 0 == 0)
        device.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: device.path)) == before)
    }

    @Test func `only its owner can read the file`() throws {
        let device = try Device()
        let mode = try FileManager.default.attributesOfItem(atPath: device.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!FileManager.default.fileExists(atPath: device.path + ".creating"))
    }

    @Test func `the outbox can be exported for any SQLite tool`() throws {
        let device = try Device()
        try device.give(.accept)
        try device.give(.edit, 1, ["location": .text("我写的")])
        let paths = try device.replica.exportOutbox(to: device.folder + "/out")
        #expect(paths.count == 2)
        let changeset = try Changeset(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: paths[1]))))
        #expect(changeset.changes.map(\.table) == ["ticket"])
        #expect(throws: ReplicaError.self) { try device.replica.exportOutbox(to: device.path) }
    }
}
