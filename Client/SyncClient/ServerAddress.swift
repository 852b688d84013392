/// Where the centre is: `https://host[:port][/path]`, or `http://` to this machine only.
public struct ServerAddress: Hashable, Sendable {
    /// Scheme, host, port and path without a slash at the end.
    public let text: String
    /// True if the host is this machine by name or by number.
    public let isLoopback: Bool

    /// Why an address is refused. Nothing was sent.
    public enum Refusal: Error, Hashable, Sendable {
        /// Not of the form above; user names, queries and fragments have no place in it.
        case malformed
        /// Plain http to another machine would show everything to everybody on the way.
        case plain
    }

    /// - Throws: `Refusal`.
    public init(_ input: String) throws(Refusal) {
        guard input.utf8.count <= 2048, input.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .malformed }
        guard let separator = input.firstRange(of: "://") else { throw .malformed }
        let scheme = input[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw .malformed }
        let rest = input[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard !rest.contains(where: { "?#@\\".contains($0) }), let host = Self.host(in: authority) else { throw .malformed }
        isLoopback = Self.isLoopback(host)
        guard scheme == "https" || isLoopback else { throw .plain }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        text = "\(scheme)://\(authority.lowercased())\(path)"
    }

    /// The address of one route, for example `v1/sync`.
    public func endpoint(_ route: String) -> String { "\(text)/\(route)" }

    /// The host without its port and brackets. Nil for an empty host or a bad port.
    private static func host(in authority: Substring) -> Substring? {
        var host = authority
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            guard isPort(authority[authority.index(after: end)...]), host.allSatisfy({ $0.isHexDigit || ":.".contains($0) })
            else {
                return nil
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            guard isPort(authority[colon...]) else { return nil }
        }
        return host.isEmpty ? nil : host
    }

    /// Empty, or a colon and 1 … 65535.
    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        guard text.first == ":", text.count <= 6, text.dropFirst().allSatisfy(\.isNumber), let port = Int(text.dropFirst()) else {
            return false
        }
        return (1...65535).contains(port)
    }

    /// Literal numbers only: a name that merely begins with 127. is another machine's.
    private static func isLoopback(_ host: Substring) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && $0.allSatisfy(\.isNumber) }
    }
}
