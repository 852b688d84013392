internal import FoundationEssentials

/// What a watch is answered with: whether there is news, not what it is.
public struct WatchNews: Hashable, Sendable {
    /// The longest time, in seconds, that a watch is left without an answer.
    public static let waitSecondsMax = 50
    /// The longest time over which those who hear of the same news are spread, in seconds.
    public static let spreadSecondsMax = 60
    /// Bytes of an answer; more is none.
    public static let bytesMax = 4_096

    /// There is something beyond the base.
    public var isNews: Bool
    /// The device comes for it within so many seconds, at a moment of its own choice.
    public var spreadSeconds: Int

    /// An answer.
    public init(isNews: Bool, spreadSeconds: Int = 0) {
        self.isNews = isNews
        self.spreadSeconds = spreadSeconds
    }

    /// The JSON, canonical.
    public func encoded() -> [UInt8] {
        JSONText.object(["news": .boolean(isNews), "spread_seconds": .number(Int64(spreadSeconds))]).bytes
    }

    /// Reads the JSON of a centre of any release. What a stranger says of the spread is kept within bounds.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        guard bytes.count <= Self.bytesMax, let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)) else {
            throw ProtocolError(.unreadableAnswer, in: "watch")
        }
        isNews = form.news
        spreadSeconds = min(Self.spreadSecondsMax, max(0, form.spread_seconds ?? 0))
    }
}

/// The JSON's own names.
private struct Form: Decodable {
    var news: Bool
    var spread_seconds: Int?
}

/// The header field that carries a token where a request has no body: `Authorization: Gridline <base64url>`.
public enum TokenHeader {
    /// The scheme's name; it is compared without regard to case.
    public static let scheme = "Gridline"

    /// The field's value.
    public static func value(of token: [UInt8]) -> String {
        let text = Data(token).base64EncodedString()
        let safe = text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
        return scheme + " " + String(safe)
    }

    /// The token in a field's value.
    ///
    /// - Returns: nil for another scheme, or what is no base64url.
    public static func token(in value: String) -> [UInt8]? {
        guard value.utf8.count <= 8 * WireLimits.nameBytesMax, let space = value.firstIndex(of: " "),
            value[..<space].lowercased() == scheme.lowercased()
        else { return nil }
        let text = value[value.index(after: space)...]
        guard !text.isEmpty, text.utf8.allSatisfy({ isSafe($0) }) else { return nil }
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return Data(base64Encoded: String(plain) + padding).map(Array.init)
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
