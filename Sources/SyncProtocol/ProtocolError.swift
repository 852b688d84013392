internal import FoundationEssentials
internal import SwiftProtobuf
internal import Tickets

/// Why bytes are not what they should be. Names the problem and the part of the message, never a value in it.
public struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stable code with its words.
    public let problem: Problem
    /// The part of the message, as sync.proto names it: "payload.command_id".
    public let part: String
    /// When to try again, in seconds, where the centre has worked that out; nil = as usual for the problem.
    public let retryAfterSeconds: Int?

    /// An error about one part of a message.
    public init(_ problem: Problem, in part: String, retryAfterSeconds: Int? = nil) {
        self.problem = problem
        self.part = part
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Code, what is wrong, where, and what to do.
    public var description: String {
        let words = problem.words
        return "\(problem.rawValue) \(words.title.english) (\(part)). \(words.action.english)"
    }
}

extension SwiftProtobuf.Message {
    /// Reads a message of the wire; fields of a newer release stay in it unread.
    init(wire bytes: [UInt8], _ problem: Problem, in part: String) throws(ProtocolError) {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 8  // the deepest message is five levels deep
        do {
            try self.init(serializedBytes: bytes, partial: true, options: options)
        } catch {
            throw ProtocolError(problem, in: part)
        }
    }

    /// The bytes: fields in ascending order, defaults left out.
    var wireBytes: [UInt8] {
        // The only failures are missing required fields, which proto3 has not, and 2 GiB, which no limit of ours allows.
        do { return try serializedBytes() } catch { preconditionFailure("\(Self.self): \(error)") }
    }
}

extension Data {
    /// The bytes in one copy. `Array(data)` goes by way of an iterator, with four checks of exclusive access.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The bytes, if there are `count` of them.
    func exactly(_ count: Int, _ problem: Problem, in part: String) throws(ProtocolError) -> [UInt8] {
        guard self.count == count else { throw ProtocolError(problem, in: part) }
        return array
    }
}

/// Reads an identifier of 16 bytes.
func identifier<ID: Identifier16>(_ data: Data, _ problem: Problem, in part: String) throws(ProtocolError) -> ID {
    guard data.count == 16, let id = ID(bytes: data.array) else { throw ProtocolError(problem, in: part) }
    return id
}

/// A sequence: stores keep them as signed numbers.
func sequence(_ number: UInt64, _ problem: Problem, in part: String) throws(ProtocolError) -> UInt64 {
    guard number <= UInt64(Int64.max) else { throw ProtocolError(problem, in: part) }
    return number
}

/// A short text; longer ones are no names.
func name(_ text: String, _ problem: Problem, in part: String) throws(ProtocolError) -> String {
    guard text.utf8.count <= WireLimits.nameBytesMax else { throw ProtocolError(problem, in: part) }
    return text
}
