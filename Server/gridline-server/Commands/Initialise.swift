import ArgumentParser
import CentralStore
import CentralStoreSQLite
import Foundation
import Queue
import Tickets

/// Makes a store, its key and its first person.
struct Initialise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a store, its key and its first operator.")

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("operator"), help: ArgumentHelp("Id of the first operator.", valueName: "id"))
    var operatorID: String
    @Option(help: "Their name.")
    var name: String
    @Option(help: ArgumentHelp("The centre key's file, outside the store; else DIR.key.", valueName: "file"))
    var key: String?
    @Option(help: ArgumentHelp("The city's profile: a name or a file.", valueName: "profile"))
    var profile: String = "hotan"

    func run() async throws {
        let output = common.output
        let directory = try common.directory()
        do throws(OperationProblem) {
            let keyPath = try make(directory)
            output.say(
                "Made a store in \(directory.path). Its key is \(keyPath): back it up apart from the store.",
                "已在 \(directory.path) 建库。密钥为 \(keyPath)：请与库分开备份。")
            if output.json { output.data(["store": directory.path, "key": keyPath, "operator": operatorID]) }
        } catch {
            throw output.report(error)
        }
    }

    private func make(_ directory: StoreDirectory) throws(OperationProblem) -> String {
        umask(0o077)
        let profile = try ProfileFile.reference(profile)
        let rules = try ProfileFile.read(profile)
        let person = try PersonEntry(id: operatorID, name: name, role: Role.operator.rawValue).person()
        if try AdminClient.connect(path: directory.socket) != nil {
            throw OperationProblem(.serving, "a serve is running on \(directory.path); init makes a new store elsewhere")
        }
        let keyPath = key.map(StoreDirectory.absolute) ?? directory.defaultKey
        guard !(keyPath + "/").hasPrefix(directory.path + "/") else {
            throw OperationProblem(
                .badArguments, "--key is inside the store's folder; a copy of the store must not carry the key")
        }
        guard !FileManager.default.fileExists(atPath: directory.database) else {
            throw OperationProblem(.exists, "\(directory.path) has a store already; nothing was changed")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperationProblem(.unreadableFile, "cannot make the folder \(directory.path)")
        }
        try KeyFile.create(keyPath)
        do {
            try StoreConfiguration(keyFile: keyPath, profile: profile).write(in: directory)
            try makeStore(directory, person, rules.profile, body: rules.body)
        } catch {
            // They have served nothing yet: without a store they would only be in the way of the next attempt.
            unlink(keyPath)
            unlink(directory.configuration)
            throw error
        }
        return keyPath
    }

    /// The first operator, the city's profile, and the taxonomy that is compiled in: one entry each, one per leaf.
    private func makeStore(
        _ directory: StoreDirectory, _ person: Person, _ profile: Profile, body: String
    ) throws(OperationProblem) {
        do {
            let now = Edge.clock()
            let store = try SQLiteCentralStore.create(
                at: directory.database, incarnation: Incarnation(bytes: Edge.random(16))!,  // 16 bytes
                time: now, author: person.id, salt: Edge.random(16))
            var first = JournalDraft(at: now, author: person.id, kind: .person, salt: Edge.random(16))
            first.changes = [.insert(.person, person.row)]
            var batch = WriteBatch(entries: [first])
            func add(_ kind: JournalKind, _ change: RowChange) {
                var entry = JournalDraft(at: now, author: person.id, kind: kind, salt: Edge.random(16))
                entry.changes = [change]
                batch.entries.append(entry)
            }
            let record = ProfileRecord(
                name: profile.name, version: profile.version, inForce: true, loadedAt: now, body: body)
            add(.profile, .insert(.profile, record.row))
            for category in Taxonomy.embedded.categories { add(.category, .insert(.category, category.row)) }
            _ = try store.write { try $0.append(batch) }
            try store.close()
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch {
            throw OperationProblem(.storeFailed, "the store cannot be made (\(type(of: error)))")
        }
    }
}
