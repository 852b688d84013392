import Foundation
import Testing

@testable import gridline

@Suite final class EdgeTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-edge-\(UUID().uuidString)").path

    init() throws { try File.makeFolder(folder + "/a/b") }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func numbers() -> (Int) -> [UInt8] {
        var next: UInt8 = 0
        return { count in
            next += 1
            return [UInt8](repeating: next, count: count)
        }
    }

    @Test func `keys of an enrolment stay the same until they are in the replica`() throws {
        let random = numbers()
        let first = try EnrolmentKeys.kept(in: folder, nil, random: random)
        let again = try EnrolmentKeys.kept(in: folder, nil, random: random)
        #expect(first.replica == again.replica && first.key.publicKey == again.key.publicKey)
        #expect(try EnrolmentKeys.kept(in: folder, "again", random: random).replica != first.replica)
        first.forget()
        #expect(try EnrolmentKeys.kept(in: folder, nil, random: random).replica != first.replica)
    }

    @Test func `a file of keys that was cut short is not used`() throws {
        let random = numbers()
        let first = try EnrolmentKeys.kept(in: folder, nil, random: random)
        try File.writePrivate(folder + "/enrolling", [1, 2, 3])
        #expect(try EnrolmentKeys.kept(in: folder, nil, random: random).replica != first.replica)
    }

    @Test func `private files are for their owner alone, and reading is bounded`() throws {
        let path = folder + "/file"
        try File.writePrivate(path, Array("hello".utf8))
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        #expect(try File.read(path, bytesMax: 5) == Array("hello".utf8))
        #expect { try File.read(path, bytesMax: 4) } throws: { ($0 as? File.Refusal)?.isTooLong == true }
        #expect { try File.read(folder + "/none", bytesMax: 4) } throws: { ($0 as? File.Refusal)?.code == ENOENT }
        #expect { try File.makeFolder(path) } throws: { ($0 as? File.Refusal)?.code == ENOTDIR }
    }

    @Test func `the device's clocks run and its boot has an identity`() {
        let (before, after) = (Device().clock(), Device().clock())
        #expect(before.bootReading <= after.bootReading && before.bootID == after.bootID && before.bootID.count == 16)
        #expect(before.bootID != [UInt8](repeating: 0, count: 16))
    }
}
