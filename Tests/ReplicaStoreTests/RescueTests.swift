import Changeset
import Foundation
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

struct RescueTests {
    /// A device with five notes, the third one long enough for overflow pages; the first is judged, the last one taken back.
    private func device() throws -> Device {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.note, 1, ["body": .text("第一")])
        try device.syncConfirming()
        try device.give(.note, 1, ["body": .text("第二")])
        try device.give(.note, 1, ["body": .text(String(repeating: "长", count: 20_000))])
        _ = try device.prepare()
        try device.give(.note, 2, ["body": .text("第四")])
        try device.give(.note, 2, ["body": .text("第五")])
        _ = try device.replica.undo(ticket: ticketID(2), at: device.wall)
        return device
    }

    @Test func `a sound file gives back every command, from its log too`() throws {
        let device = try device()
        // Still open: most of it is only in the log.
        let report = try Replica.rescue(file: device.path)
        #expect(report.commands.map(\.ordinal) == [1, 2, 3, 4, 5])
        #expect(report.commands.map(\.isUnsent) == [false, true, true, true, false])
        #expect(report.commands.map(\.wasOffered) == [true, true, true, false, false])
        #expect(report.commands[0].verdict == .applied && report.commands[0].receipt != nil)
        #expect(report.commands[2].arguments["body"] == .text(String(repeating: "长", count: 20_000)))
        #expect(
            report.owner
                == .init(
                    replica: ReplicaID(bytes: [UInt8](repeating: 1, count: 16))!, person: "li-na", server: "https://12345.example"
                ))
        #expect(report.missingOrdinals.isEmpty && report.damagedCount == 0)
        device.close()
        #expect(try Replica.rescue(file: device.path).commands == report.commands)
    }

    @Test func `each overwritten page costs at most what stood on it`() throws {
        let device = try device()
        device.close()
        let sound = try Replica.rescue(file: device.path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: device.path)))
        var random = SplitMix(seed: 0x5EED)
        var lossCounts: [Int: Int] = [:]
        for page in 0..<bytes.count / 4096 {
            var damaged = bytes
            for index in page * 4096..<(page + 1) * 4096 { damaged[index] = random.next() }
            let path = device.folder + "/damaged"
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            let report = try Replica.rescue(file: path)
            for command in report.commands { #expect(sound.commands.contains(command), "page \(page): nothing is made up") }
            lossCounts[5 - report.commands.count, default: 0] += 1
        }
        // Losing pages of tickets, indexes or the first page loses no command.
        #expect(lossCounts[0, default: 0] > bytes.count / 4096 / 2, "losses by page: \(lossCounts)")
        #expect(lossCounts.keys.contains { $0 > 0 }, "some page must hold commands: \(lossCounts)")
    }

    @Test func `damage is named by the ordinary commands`() throws {
        let device = try device()
        device.close()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: device.path)))
        for index in 4096..<bytes.count { bytes[index] = 0x5A }
        try Data(bytes).write(to: URL(fileURLWithPath: device.path))
        let error = #expect(throws: ReplicaError.self) { _ = try Replica.open(at: device.path).tickets() }
        guard case .damaged? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func `no bytes make rescue trap or hang`() throws {
        let device = try device()
        device.close()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: device.path)))
        let path = device.folder + "/damaged"
        var random = SplitMix(seed: 0xBAD5EED)
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<60 { damaged[Int(random.word() % UInt64(damaged.count))] = random.next() }
            if random.next() < 64 { damaged.removeLast(Int(random.word() % UInt64(damaged.count))) }
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            _ = try? Replica.rescue(file: path)
        }
        try Data("杂货清单".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ReplicaError.notAReplica(path: path)) { try Replica.rescue(file: path) }
        #expect(throws: ReplicaError.notEnrolled) { try Replica.rescue(file: device.folder + "/none") }
    }

    @Test func `what was rescued goes to the centre from a new replica`() throws {
        let old = try device()
        let rescued = try Replica.rescue(file: old.path).commands
        let device = try Device([ticket(1), ticket(2)])
        #expect(try device.replica.takeIn(rescued, at: device.wall) == 3)
        #expect(try device.replica.takeIn(rescued, at: device.wall) == 0)
        let request = try device.prepare()
        #expect(request.commands.map(\.payload) == rescued.filter(\.isUnsent).compactMap(\.payload))
        try device.answer(request, [], device.centre.page(), acknowledged: 0)
        #expect(try device.replica.ticketDetail(ticketID(2)).notes.map(\.body) == ["第四"])
        #expect(try device.replica.check().isEmpty)
    }
}

/// SplitMix64: the same bytes on every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func word() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func next() -> UInt8 { UInt8(truncatingIfNeeded: word()) }
}
