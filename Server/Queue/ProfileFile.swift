import Foundation
import Schema
import Tickets
import Yams

/// Reads a city's profile: by the name of one that is compiled in, or from a file.
public enum ProfileFile {
    /// Profiles that are compiled in, by name.
    private static var embedded: [String: String] { ["hotan": SchemaResource.hotanProfile] }

    /// What a store's configuration keeps of the operator's choice: the name, or the file's absolute path, once it has been
    /// read without a fault.
    /// - Throws: `badProfile`.
    public static func reference(_ chosen: String) throws(OperationProblem) -> String {
        let reference = embedded[chosen] == nil ? StoreDirectory.absolute(chosen) : chosen
        _ = try load(reference)
        return reference
    }

    /// The profile.
    /// - Throws: `badProfile` that names the file and the first key that is wrong.
    public static func load(_ reference: String) throws(OperationProblem) -> Profile { try read(reference).profile }

    /// The profile and its scalars in one form, as the reference set has them.
    /// - Throws: `badProfile` that names the file and the first key that is wrong.
    public static func read(_ reference: String) throws(OperationProblem) -> (profile: Profile, body: String) {
        let text: String
        if let known = embedded[reference] {
            text = known
        } else if let data = FileManager.default.contents(atPath: reference), data.count <= 1 << 20,
            let read = String(data: data, encoding: .utf8)
        {
            text = read
        } else {
            let names = embedded.keys.sorted().joined(separator: ", ")
            throw OperationProblem(.badProfile, "\(reference) is no readable profile file, nor one of: \(names)")
        }
        do {
            let body = try Profile.body(of: try entries(text))
            return (try Profile(body: body), body)
        } catch let error as ProfileError {
            throw OperationProblem(.badProfile, "\(reference): \(error.description)")
        } catch {
            throw OperationProblem(.badProfile, "\(reference): it is no YAML of keys and values")
        }
    }

    /// Scalars by path: `deadlines.general.days` → `3`.
    /// - Throws: `ProfileError.value` for a list, an alias, or a key that stands there twice.
    static func entries(_ yaml: String) throws -> [String: String] {
        // The parser would build an alias in an alias in an alias; a profile needs none.
        var entries: [String: String] = [:]
        guard let root = try compose(yaml: yaml) else { return entries }
        try collect(root, at: "", into: &entries, depth: 0)
        return entries
    }

    private static func collect(_ node: Node, at path: String, into entries: inout [String: String], depth: Int) throws {
        guard depth < 8 else { throw ProfileError.value(key: path) }
        switch node {
        case .scalar(let scalar): entries[path] = scalar.string
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.string else { throw ProfileError.value(key: path) }
                let whole = path.isEmpty ? name : "\(path).\(name)"
                guard entries[whole] == nil else { throw ProfileError.value(key: whole) }
                try collect(value, at: whole, into: &entries, depth: depth + 1)
            }
        default: throw ProfileError.value(key: path)
        }
    }
}
