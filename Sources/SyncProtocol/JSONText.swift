/// A JSON text in one canonical form: keys sorted by their UTF-8 bytes, no spaces, the shortest escapes.
///
/// For people and for diffs: the debug rendering of a response, problem details, the centre's key file. Written here, because
/// Foundation's encoder is slow to start and promises no form.
public indirect enum JSONText: Hashable, Sendable {
    /// null
    case null
    /// true, false
    case boolean(Bool)
    /// A whole number.
    case number(Int64)
    /// A number with a fraction; what is not finite is written as null.
    case real(Double)
    /// A text.
    case text(String)
    /// Several values.
    case array([JSONText])
    /// Values by key.
    case object([String: JSONText])

    /// A number from zero up; beyond Int64 it is written as text.
    public static func unsigned(_ number: UInt64) -> JSONText {
        Int64(exactly: number).map(JSONText.number) ?? .text(String(number))
    }

    /// The text in UTF-8.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let number): bytes += String(number).utf8
        case .real(let number): bytes += (number.isFinite ? String(number) : "null").utf8
        case .text(let text): Self.quote(text, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let values):
            bytes.append(UInt8(ascii: "{"))
            let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, (key, value)) in sorted.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.quote(key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func quote(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            // DEL too: a terminal must not act on what a citizen typed.
            case 0..<0x20, 0x7F: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
