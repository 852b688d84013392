import CentralStoreSQLite
import Foundation
import Hummingbird
import HummingbirdTesting
import SyncProtocol
import SyncService
import Synchronization
import Testing
import Tickets

@testable import SyncHTTP

/// The whole centre in this process: store, service, HTTP, and 2,000 devices with real connections that wait for news.
@Suite struct `Two thousand devices that wait` {
    private static let deviceCount = 2_000
    private static let personCount = 200

    /// Bytes of memory of this process that are really there.
    private static func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return Int(try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })) * 4_096
    }

    private final class Centre: Sendable {
        let folder = NSTemporaryDirectory() + "gridline-watch-\(UUID().uuidString)"
        let store: SQLiteCentralStore
        let service: SyncService
        private let counter = Mutex<UInt64>(0)

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            store = try SQLiteCentralStore.create(
                at: folder + "/central.sqlite", incarnation: Incarnation(bytes: [UInt8](repeating: 7, count: 16))!,
                time: 1_772_413_200_000, author: systemAuthor, salt: [UInt8](repeating: 0, count: 16))
            let keys = CentreKeys(
                current: try CentreKey(signingSeed: [UInt8](repeating: 1, count: 32), macSeed: [UInt8](repeating: 2, count: 32)))
            let numbers = Mutex<UInt64>(1 << 32)
            service = SyncService(store: store, keys: keys, clock: { 1_772_413_200_000 }) { count in
                let number = numbers.withLock { number in
                    number += 1
                    return number
                }
                return (0..<count).map { UInt8(truncatingIfNeeded: (number &* 0x9e37_79b9_7f4a_7c15) >> UInt64($0 % 8 * 8)) }
            }
        }

        deinit {
            service.close()
            try? store.close()
            try? FileManager.default.removeItem(atPath: folder)
        }

        /// A device of this person, as its token.
        func token(for person: String) async throws -> [UInt8] {
            let number = counter.withLock { counter in
                counter += 1
                return counter
            }
            let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) + Array($0) }
            let code = try await service.enrolCode(for: person, by: systemAuthor)
            let request = EnrolRequest(
                code: code.code, replica: ReplicaID(bytes: bytes)!, key: try DeviceKey(seed: bytes + bytes))
            return try EnrolResponse(decoding: decodeBody(try await service.enrol(body: encodeBody(request.encoded())))).token
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `they take little memory, and a commit wakes the few that it concerns`() async throws {
        let connections = Descriptors.allow(connections: 2 * Self.deviceCount + 200)
        guard connections >= 2 * Self.deviceCount + 100 else {
            print("not run: this machine allows too few open files, \(connections)")
            return
        }
        let centre = try Centre()
        let people = (0..<Self.personCount).map { Person(id: "p\($0)", name: "网格员\($0)", role: .worker, grid: "g\($0 % 40)") }
        try await centre.service.put(people: people + [Person(id: "zhao", name: "赵", role: .dispatcher)], by: systemAuthor)
        let tokens = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for index in 0..<Self.deviceCount {
                group.addTask { (index, try await centre.token(for: "p\(index % Self.personCount)")) }
            }
            return try await group.reduce(into: [[UInt8]](repeating: [], count: Self.deviceCount)) { $0[$1.0] = $1.1 }
        }
        let base = try centre.store.read { try $0.state() }.head
        let application = try SyncServer.application(
            centre.service, at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, logger: silent)
        try await application.test(.live) { client in
            let port = try #require(client.port)
            let before = try Self.residentBytes()
            var sockets: [WatchSocket] = []
            for token in tokens {
                let socket = try WatchSocket(port: port)
                try socket.ask(token: token, base: base)
                sockets.append(socket)
            }
            try await until("all wait") { centre.service.watchers.count == Self.deviceCount }
            let resident = try Self.residentBytes()
            print(
                "\(Self.deviceCount) watching connections: \(resident >> 20) MiB resident in all (tests and both ends of each connection",
                "in it), \((resident - before) >> 10) KiB for them, \((resident - before) / Self.deviceCount) bytes each")
            // Other tests of this process come and go beside it, so the growth is judged and not the whole.
            #expect(resident - before < 200 << 20)
            let act = Act(
                id: CommandID(bytes: [UInt8](repeating: 9, count: 16))!, kind: .create, arguments: ["title": .text("路灯不亮")])
            let made = try await centre.service.perform([act], by: "zhao")
            let dispatch = Act(
                id: CommandID(bytes: [UInt8](repeating: 8, count: 16))!, kind: .dispatch, ticket: made[0].ticket,
                arguments: ["assignee": .text("p7")])
            _ = try await centre.service.perform([dispatch], by: "zhao")
            let perPerson = Self.deviceCount / Self.personCount
            #expect(centre.service.watchers.count == Self.deviceCount - perPerson)
            for index in stride(from: 7, to: Self.deviceCount, by: Self.personCount) {
                #expect(try await sockets[index].answer().hasSuffix(#"{"news":true,"spread_seconds":0}"#))
            }
            sockets = []
            try await until("all have hung up") { centre.service.watchers.count == 0 }
        }
    }
}
