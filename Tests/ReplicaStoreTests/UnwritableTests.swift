import Changeset
import Foundation
import GRDB
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// What can be read where nothing can be written, and what is noticed when the log beside the file is gone.
struct UnwritableTests {
    /// A device with commands in its log that is still open, as a killed program would leave it.
    private func device() throws -> Device {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.note, 1, ["body": .text("第一")])
        try device.syncConfirming()
        try device.give(.note, 1, ["body": .text(String(repeating: "长", count: 20_000))])
        try device.give(.edit, 2, ["location": .text("我写的")])
        return device
    }

    /// Copies some of the files of a replica into a folder of their own.
    private func copy(_ device: Device, _ suffixes: [String]) throws -> String {
        let folder = device.folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for suffix in suffixes {
            try FileManager.default.copyItem(atPath: device.path + suffix, toPath: folder + "/replica.sqlite" + suffix)
        }
        return folder + "/replica.sqlite"
    }

    private func everything(_ rows: Rows) throws -> [[Value]] {
        let tables = try rows.statements.rows("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")
        #expect(tables.count > 15)
        return try tables.flatMap { try rows.statements.rows("SELECT * FROM \($0[0].string!) ORDER BY 1, 2") }
    }

    @Test func `fault 27: the copy in memory is what the file and its log say, and leaves both alone`() throws {
        let device = try device()
        for isClosed in [false, true] {
            let wanted = try device.replica.read(everything)
            if isClosed { device.close() }
            let path = try copy(device, isClosed ? [""] : ["", "-wal"])
            let before = ["", "-wal"].map { try? Data(contentsOf: URL(fileURLWithPath: path + $0)) }
            let queue = try ReplicaFile.openCopy(path: path, migrations: Migration.all)
            #expect(try queue.read { try everything(Rows($0)) } == wanted)
            #expect(try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
            try queue.close()
            #expect(["", "-wal"].map { try? Data(contentsOf: URL(fileURLWithPath: path + $0)) } == before)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).count
                    == (isClosed ? 1 : 2))
            if isClosed { try device.reopen() }
        }
    }

    @Test func `fault 27: what an older release wrote is read as well`() throws {
        let device = try Device(migrations: [Migration.all[0]])
        device.close()
        let queue = try ReplicaFile.openCopy(path: device.path, migrations: Migration.all)
        #expect(try queue.read { try Rows($0).count("ticket") } == 1)
        #expect(try queue.read { try Rows($0).count("conflict") } == 0)
        try device.reopen(migrations: [Migration.all[0]])
    }

    @Test func `fault 27: what is no replica is no copy either`() throws {
        let device = try Device()
        device.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: device.path))
        let path = device.folder + "/other"
        bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: ReplicaError.notAReplica(path: path)) { try ReplicaFile.openCopy(path: path, migrations: Migration.all) }
        try Data("SQLite format 3\0".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ReplicaError.self) { try ReplicaFile.openCopy(path: path, migrations: Migration.all) }
        #expect(throws: ReplicaError.notEnrolled) { try Replica.openForReading(at: device.folder + "/none") }
    }

    @Test func `fault 29: a log that is gone is named before anything is written, and can be put back`() throws {
        let device = try device()
        let path = try copy(device, ["", ".lock"])
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: ReplicaError.commandsMissing(count: 3)) { try Replica.open(at: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        // What is there can be looked at, and nothing can be added to it.
        var copy: Replica? = try Replica.openForReading(at: path)
        #expect(copy?.unwritable == .commandsMissing(count: 3))
        #expect(throws: ReplicaError.commandsMissing(count: 3)) { _ = try copy?.news(markLooked: true, at: 1) }
        copy = nil
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.copyItem(atPath: device.path + "-wal", toPath: path + "-wal")
        var replica: Replica? = try Replica.open(at: path)
        #expect(try replica?.log(limit: 10).count == 3)
        replica = nil
        // In good order: the log is in the file, and the mark is gone.
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".lock")).isEmpty)
        _ = try Replica.open(at: path)
    }

    @Test func `fault 29: a log exchanged for an older one is named; without a mark an older file is a restored device`() throws {
        let device = try device()
        let older = try Data(contentsOf: URL(fileURLWithPath: device.path + "-wal"))
        try device.give(.note, 1, ["body": .text("第四")])
        let path = try copy(device, ["", ".lock"])
        try older.write(to: URL(fileURLWithPath: path + "-wal"))
        #expect(throws: ReplicaError.commandsMissing(count: 1)) { try Replica.open(at: path) }
        try FileManager.default.removeItem(atPath: path + ".lock")
        #expect(try Replica.open(at: path).log(limit: 10).count == 3)
    }

    @Test func `fault 29: a mark of a replica that was here before means nothing to a new one`() throws {
        let device = try device()
        let path = try copy(device, [".lock"])
        _ = try Replica.create(at: path, enrolment: Device.enrolment(device.centre))
        _ = try Replica.open(at: path)
    }
}
