import Foundation
import Schema
import Tickets
import Yams

/// Reads a city's profile: by the name of one that is compiled in, or from a file.
public enum ProfileFile {
    /// A scalar of the file and where it stands.
    public struct Entry: Hashable, Sendable {
        /// As the file says.
        public var value: String
        /// Counts from 1.
        public var line: Int
    }

    /// A profile that was read without a fault.
    public struct Content: Hashable, Sendable {
        /// The rules in it.
        public var profile: Profile
        /// What the file says, by path.
        public var stated: [String: Entry]
        /// Every key with its value: the file's, or the default.
        public var whole: [String: String]
    }

    /// What a store's configuration keeps of the operator's choice: the name, or the file's absolute path, once it has been
    /// read without a fault.
    /// - Throws: `badProfile`.
    public static func reference(_ chosen: String) throws(OperationProblem) -> String {
        let reference = SchemaResource.profile(chosen) == nil ? StoreDirectory.absolute(chosen) : chosen
        _ = try load(reference)
        return reference
    }

    /// The profile.
    /// - Throws: `badProfile` that names the file, the line, and the first key that is wrong.
    public static func load(_ reference: String) throws(OperationProblem) -> Profile { try content(reference).profile }

    /// The profile and its scalars in one form, as the reference set has them.
    /// - Throws: `badProfile` that names the file, the line, and the first key that is wrong.
    public static func read(_ reference: String) throws(OperationProblem) -> (profile: Profile, body: String) {
        let content = try content(reference)
        do {
            return (content.profile, try Profile.body(of: content.whole))
        } catch {
            throw problem(error, reference, content.stated)
        }
    }

    /// The profile, what of it the file says, and what is a default.
    /// - Throws: `badProfile` that names the file, the line, and the first key that is wrong.
    public static func content(_ reference: String) throws(OperationProblem) -> Content {
        let text: String
        if let known = SchemaResource.profile(reference) {
            text = known
        } else if let data = FileManager.default.contents(atPath: reference), data.count <= 1 << 20,
            let read = String(data: data, encoding: .utf8)
        {
            text = read
        } else {
            let names = SchemaResource.profileNames.joined(separator: ", ")
            throw OperationProblem(.badProfile, "\(reference) is no readable profile file, nor one of: \(names)")
        }
        var stated: [String: Entry] = [:]
        do {
            try collect(text, into: &stated)
            let values = stated.mapValues(\.value)
            return Content(profile: try Profile(entries: values), stated: stated, whole: try ProfileKey.completed(values))
        } catch let error as ProfileError {
            throw problem(error, reference, stated)
        } catch let error as YamlError {
            guard let line = error.line else {
                throw OperationProblem(.badProfile, "\(reference): it is no YAML of keys and values")
            }
            throw OperationProblem(.badProfile, "\(reference), line \(line): it is no YAML of keys and values")
        } catch {
            throw OperationProblem(.badProfile, "\(reference): it is no YAML of keys and values")
        }
    }

    private static func problem(_ error: ProfileError, _ reference: String, _ stated: [String: Entry]) -> OperationProblem {
        let place = stated[error.key].map { "\(reference), line \($0.line)" } ?? reference
        return OperationProblem(.badProfile, "\(place): \(error.description)")
    }

    /// Scalars by path: `deadlines.general.days` → `3`.
    /// - Throws: `ProfileError.value` for a list, an alias, or a key that stands there twice; what was read until then, and the place of
    ///   the fault, is in `entries`.
    static func collect(_ yaml: String, into entries: inout [String: Entry]) throws {
        // The parser would build an alias in an alias in an alias; a profile needs none.
        guard let root = try compose(yaml: yaml) else { return }
        try collect(root, at: "", into: &entries, depth: 0)
    }

    private static func collect(_ node: Node, at path: String, into entries: inout [String: Entry], depth: Int) throws {
        func fault(_ key: String, _ node: Node) -> ProfileError {
            entries[key] = Entry(value: "", line: node.mark?.line ?? 1)
            return .value(key: key)
        }
        guard depth < 8 else { throw fault(path, node) }
        switch node {
        case .scalar(let scalar): entries[path] = Entry(value: scalar.string, line: node.mark?.line ?? 1)
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.string else { throw fault(path, key) }
                let whole = path.isEmpty ? name : "\(path).\(name)"
                guard entries[whole] == nil else { throw fault(whole, key) }
                try collect(value, at: whole, into: &entries, depth: depth + 1)
            }
        default: throw fault(path, node)
        }
    }
}

extension YamlError {
    /// Where the parser stopped, from 1; nil where it does not say.
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }
}
