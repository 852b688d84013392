import ArgumentParser
import CentralStore
import CentralStoreSQLite
import Foundation
import Queue
import Tickets

/// Makes a store of a backup: with its journal copy the lost one again, else as a new incarnation.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store of a backup, as a new incarnation: devices notice and send again what the backup has not.",
        discussion: """
            With the journal copy that serve kept on a second disk, everything that was acknowledged since the backup is there as well: \
            the store is the lost one again, and devices notice nothing.
            Example: gridline-server restore centre.backup --journal-copy /mnt/second/copy --store centre --as op
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "A file that backup made. It is not changed.")
    var file: String
    @Option(help: ArgumentHelp("The centre key's file; else DIR.key. Without it no device would be known.", valueName: "file"))
    var key: String?
    @Option(help: ArgumentHelp("The city's profile: a name or a file.", valueName: "profile"))
    var profile: String = "hotan"
    @Option(help: ArgumentHelp("The folder that serve --journal-copy wrote; it goes on being written.", valueName: "dir"))
    var journalCopy: String?

    func run() async throws {
        let output = common.output
        do {
            let directory = try common.directory()
            let done = try restore(directory, by: try author.author())
            if let commits = done.commits {
                output.say(
                    "Restored into \(directory.path) as it was: \(commits) commits from the journal copy.",
                    "已按原样恢复到 \(directory.path)：自留痕副本取回 \(commits) 次提交。")
            } else {
                output.say(
                    "Restored into \(directory.path) as a new incarnation.", "已恢复到 \(directory.path)，并生成新的化身标识。")
            }
            if output.json {
                output.data(Report(store: directory.path, incarnation: done.incarnation, commits: done.commits))
            } else {
                output.line(done.incarnation)
            }
        } catch let problem as OperationProblem {
            throw output.report(problem)
        }
    }

    private struct Report: Encodable {
        var store: String
        var incarnation: String
        /// Commits that came from the journal copy.
        var commits: Int?
    }

    private func restore(_ directory: StoreDirectory, by author: String) throws(OperationProblem) -> (
        incarnation: String, commits: Int?
    ) {
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
            let copy = journalCopy.map(StoreDirectory.absolute)
            let (store, commits) = try place(directory, copy, by: author)
            let incarnation = try store.read { try $0.state() }.incarnation
            try store.close()
            try StoreConfiguration(keyFile: keyPath, profile: profile, journalCopy: copy).write(in: directory)
            return (incarnation.description, commits)
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch let problem as OperationProblem {
            throw problem
        } catch {
            throw OperationProblem(.unreadableFile, "cannot restore into \(directory.path)")
        }
    }
    private func place(_ directory: StoreDirectory, _ copy: String?, by author: String) throws -> (SQLiteCentralStore, Int?) {
        let file = StoreDirectory.absolute(file)
        guard let copy else {
            let store = try SQLiteCentralStore.restore(
                from: file, to: directory.database, incarnation: Incarnation(bytes: Edge.random(16))!,  // 16 bytes
                time: Edge.clock(), author: author, salt: Edge.random(16))
            return (store, nil)
        }
        let restored = try SQLiteCentralStore.restore(
            from: file, to: directory.database, copy: CopyFolder(copy), time: Edge.clock(), author: author, salt: Edge.random(16))
        return (restored.store, restored.commits)
    }
}
