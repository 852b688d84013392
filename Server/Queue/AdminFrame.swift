import Foundation

/// The local socket's messages: four bytes of length, most significant first, then JSON. One answer per question, any number of
/// them on one connection.
enum AdminFrame {
    /// The version of the messages.
    static let version = 1
    /// Bytes of one message. A dispatch of 100,000 tickets fits.
    static let bytesMax = 64 << 20

    struct Question: Codable, Sendable {
        var version: Int
        var operation: Operation
    }

    /// Only the version, so that another release's question gets a clear answer.
    struct Probe: Codable { var version: Int }

    enum Answer: Codable, Sendable {
        case outcome(Outcome)
        case problem(OperationProblem)
    }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(value)
        let count = UInt32(truncatingIfNeeded: body.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + body
    }
}
