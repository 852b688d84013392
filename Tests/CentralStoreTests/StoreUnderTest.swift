import CentralStore
import CentralStoreSQLite
import Foundation
import Testing
import Tickets

/// One store for one test, in a folder of its own that goes with it. The suites below ask only for `any CentralStore`: another
/// implementation joins by a case here.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite
    var testDescription: String { rawValue }

    /// Runs `body` on a new store.
    func with<T>(seed: UInt64 = 1, _ body: (any CentralStore) throws -> T) throws -> T {
        switch self {
        case .sqlite: try withSQLiteStore(seed: seed) { store, _ in try body(store) }
        }
    }
}

/// Runs `body` on a new SQLite store and its path, and takes the folder away.
func withSQLiteStore<T>(seed: UInt64 = 1, _ body: (SQLiteCentralStore, String) throws -> T) throws -> T {
    try withFolder { folder in
        let path = folder + "/central.sqlite"
        let store = try makeSQLiteStore(at: path, seed: seed)
        defer { try? store.close() }
        return try body(store, path)
    }
}

func makeSQLiteStore(at path: String, seed: UInt64 = 1) throws -> SQLiteCentralStore {
    var random = SeededRandom(seed &+ 1000)
    return try SQLiteCentralStore.create(
        at: path, incarnation: Incarnation(bytes: random.bytes(16))!, time: World.noon, author: "operator",
        salt: random.bytes(16))
}

/// The files of a database as they stand, which is how a process leaves them that ends without warning: the file, and its log.
func copyDatabase(at path: String, to target: String) throws {
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: target + suffix) }
}

/// The files that this process has open: each descriptor, and the path it was opened by.
func openFiles() throws -> [(descriptor: Int32, path: String)] {
    let folder = "/proc/self/fd"
    // All of them before anything is opened: the descriptor that lists the folder is among them, and its number is the next one's.
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        guard let descriptor = Int32(name), let path else { return nil }
        return (descriptor, path)
    }
}

func withFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

extension CentralStore {
    /// Appends entries as one batch.
    @discardableResult
    func append(_ drafts: JournalDraft...) throws -> Appended { try append(drafts) }

    @discardableResult
    func append(_ drafts: [JournalDraft]) throws -> Appended { try write { try $0.append(WriteBatch(entries: drafts)) } }

    /// One page, with everything in it if it is large enough.
    func page(_ person: String, base: UInt64, _ set: (inout PageRequest) -> Void = { _ in }) throws -> PageResult {
        var request = PageRequest(person: person, base: base)
        set(&request)
        return try read { try $0.page(request) }
    }

    var head: UInt64 { get throws { try read { try $0.state().head } } }
}
