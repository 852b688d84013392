import ArgumentParser
import CentralStore
import CentralStoreSQLite
import Foundation
import Queue
import Tickets

/// Makes a store of a backup, as a new incarnation.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store of a backup, as a new incarnation: devices notice and send again what the backup has not.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "A file that backup made. It is not changed.")
    var file: String
    @Option(help: ArgumentHelp("The centre key's file; else DIR.key. Without it no device would be known.", valueName: "file"))
    var key: String?
    @Option(help: ArgumentHelp("The city's profile: a name or a file.", valueName: "profile"))
    var profile: String = "hotan"

    func run() async throws {
        let output = common.output
        do {
            let directory = try common.directory()
            let incarnation = try restore(directory, by: try author.author())
            output.say(
                "Restored into \(directory.path) as a new incarnation.", "已恢复到 \(directory.path),并生成新的化身标识。")
            if output.json {
                output.data(["store": directory.path, "incarnation": incarnation])
            } else {
                output.line(incarnation)
            }
        } catch let problem as OperationProblem {
            throw output.report(problem)
        }
    }

    private func restore(_ directory: StoreDirectory, by author: String) throws(OperationProblem) -> String {
        umask(0o077)
        if try AdminClient.connect(path: directory.socket) != nil {
            throw OperationProblem(.serving, "a serve is running on \(directory.path); stop it, and move its folder away")
        }
        guard !FileManager.default.fileExists(atPath: directory.database) else {
            throw OperationProblem(.exists, "\(directory.path) has a store; move it away first, nothing was changed")
        }
        let keyPath = key.map(StoreDirectory.absolute) ?? directory.defaultKey
        _ = try KeyFile.read(keyPath)
        let profile = try ProfileFile.reference(profile)
        do {
            try FileManager.default.createDirectory(
                atPath: directory.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let incarnation = Incarnation(bytes: Edge.random(16))!  // 16 bytes
            let store = try SQLiteCentralStore.restore(
                from: StoreDirectory.absolute(file), to: directory.database, incarnation: incarnation, time: Edge.clock(),
                author: author, salt: Edge.random(16))
            try store.close()
            try StoreConfiguration(keyFile: keyPath, profile: profile).write(in: directory)
            return incarnation.description
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch let problem as OperationProblem {
            throw problem
        } catch {
            throw OperationProblem(.unreadableFile, "cannot restore into \(directory.path)")
        }
    }
}
