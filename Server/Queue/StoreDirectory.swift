import Foundation

/// Where things are in a store's folder.
public struct StoreDirectory: Hashable, Sendable {
    /// The folder, absolute.
    public let path: String

    /// - Parameter path: The folder; made absolute against the working directory.
    public init(_ path: String) {
        self.path = Self.absolute(path)
    }

    /// The database.
    public var database: String { path + "/central.sqlite" }
    /// Whoever writes holds a lock on it.
    public var lock: String { path + "/central.lock" }
    /// The local socket of a running `serve`.
    public var socket: String { path + "/admin.sock" }
    /// CommandIDs of the batch that is being decided.
    public var inFlight: String { path + "/in-flight" }
    /// Settings of the store.
    public var configuration: String { path + "/config.json" }
    /// Where the centre key is unless the operator says otherwise: beside the folder, so that a copy of it has no key in it.
    public var defaultKey: String { path + ".key" }

    /// A path as another process can use it.
    public static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// What `init` fixes for a store.
public struct StoreConfiguration: Codable, Hashable, Sendable {
    /// Where the centre key is, absolute.
    public var keyFile: String
    /// The name of the city's profile, or the absolute path of a profile file.
    public var profile: String
    /// Folder of the journal copy, absolute; nil = none is kept. Every command that writes the store writes it too.
    public var journalCopy: String?

    /// Settings.
    public init(keyFile: String, profile: String, journalCopy: String? = nil) {
        self.keyFile = keyFile
        self.profile = profile
        self.journalCopy = journalCopy
    }

    /// Reads them.
    /// - Throws: `noStore` if the folder has none or they cannot be read.
    public init(in directory: StoreDirectory) throws(OperationProblem) {
        guard let data = FileManager.default.contents(atPath: directory.configuration) else {
            throw OperationProblem(.noStore, "there is no store in \(directory.path); make one with gridline-server init")
        }
        do {
            self = try JSONDecoder().decode(StoreConfiguration.self, from: data)
        } catch {
            throw OperationProblem(.noStore, "\(directory.configuration) cannot be read; restore it from a backup of the folder")
        }
    }

    /// Writes them, whole or not at all.
    public func write(in directory: StoreDirectory) throws(OperationProblem) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(self).write(to: URL(fileURLWithPath: directory.configuration), options: .atomic)
        } catch {
            throw OperationProblem(.storeFailed, "cannot write \(directory.configuration)")
        }
    }
}
