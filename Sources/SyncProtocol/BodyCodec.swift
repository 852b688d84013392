internal import CZstd
import Synchronization

/// Compresses a message for the wire: one zstd frame, level 3, with a checksum.
///
/// - Parameter bytes: At most `WireLimits.responseDecompressedBytesMax`; the bytes of the frame may differ between releases of
///   libzstd, the content does not.
public func encodeBody(_ bytes: [UInt8]) -> [UInt8] { compressed(head: [], bytes, level: 3, prefix: nil) }

/// Packs a message for a reader of version 3: its identifiers apart, the rest compressed against the dictionary of that version and,
/// in an answer, against what was asked.
///
///     03 ‖ a zstd frame without its magic number, of: count of identifier bytes (varint) ‖ identifiers ‖ rest
///
/// - Parameter asked: The message that this one answers; empty for a request. Its first 64 KiB count.
public func packBody(_ bytes: [UInt8], answering asked: [UInt8] = []) -> [UInt8] {
    let lifted = Lifting(bytes, deriving: asked.isEmpty)
    let head = varint(lifted.identifiers.count) + lifted.identifiers
    // Each block has a few bytes of its own: of a sync with nothing new that is more than what parting them saves.
    if head.count + lifted.rest.count <= 512 {
        let frame = compressed(head: [], head + lifted.rest, level: 3, prefix: Prefix(asked))
        return [packedMark] + frame.dropFirst(magic.count)
    }
    // A request is packed by its device: level 6 takes a twelfth off level 3. The centre packs every answer: level 4 takes a third of
    // the time of level 6 for a fiftieth more bytes. A city's first pull is another matter.
    let level: Int32 = bytes.count > 64 << 10 ? 3 : asked.isEmpty ? 6 : 4
    let frame = compressed(head: head, lifted.rest, level: level, prefix: Prefix(asked))
    return [packedMark] + frame.dropFirst(magic.count)
}

/// Whether a body is packed. A plain one begins with zstd's magic number.
public func isPackedBody(_ body: [UInt8]) -> Bool { body.first == packedMark }

/// Decompresses a body of the wire, plain or packed: exactly one frame.
///
/// Memory grows with what comes out, never with what a header claims, and stops at the limit.
/// - Parameters:
///   - body: As it arrived; checked against its own limit before, by whoever read it.
///   - limit: Bytes after decompression.
///   - asked: The message that this body answers; empty for a request.
/// - Throws: `decompressionLimit` if more comes out or the frame wants a window beyond 8 MiB; `brokenEnvelope` if the body is cut
///   off, damaged, followed by more bytes, or neither.
public func decodeBody(
    _ body: [UInt8], limit: Int = WireLimits.requestDecompressedBytesMax, answering asked: [UInt8] = []
) throws(ProtocolError) -> [UInt8] {
    guard isPackedBody(body) else { return try decompressed(body, limit: limit, prefix: nil) }
    // A little more than the message: bytes that look like a mark are escaped.
    let bytes = try decompressed(magic + body.dropFirst(), limit: limit + limit / 8 + 16, prefix: Prefix(asked))
    var parts = bytes[...]
    guard let count = identifierBytesCount(&parts), count <= parts.count else {
        throw ProtocolError(.brokenEnvelope, in: "body")
    }
    return try Lifting.lower(identifiers: parts.prefix(count), rest: parts.dropFirst(count), limit: limit)
}

/// The first byte of a packed body: the version of the wire that began with it.
private let packedMark: UInt8 = 3
/// What every zstd frame begins with.
private let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

private func varint(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number & 127) | 128] + varint(number >> 7)
}

private func identifierBytesCount(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    var count = 0
    for place in 0..<4 {
        guard let byte = bytes.popFirst() else { return nil }
        count |= Int(byte & 127) << (7 * place)
        if byte < 128 { return count }
    }
    return nil
}

/// What both sides know before the first byte. Memory of its own: libzstd reads it until the frame ends.
private final class Prefix {
    static let askedBytesMax = 64 << 10
    let bytes: UnsafeMutableBufferPointer<UInt8>

    init(_ asked: [UInt8]) {
        let dictionary = WireDictionary.version3
        let asked = asked.prefix(Self.askedBytesMax)
        bytes = .allocate(capacity: dictionary.count + asked.count)
        let end = bytes.initialize(fromContentsOf: dictionary)
        _ = bytes[end...].initialize(fromContentsOf: asked)
    }

    deinit { bytes.deallocate() }
}

/// For what is small, with what it is packed against: by itself libzstd takes 384 KiB of tables for 8 KiB behind the dictionary, and
/// clears them, which is a hundred page faults of a device's sync. With a quarter of that no body has a byte more.
private let smallBytesMax = 64 << 10
private let smallHashLog: Int32 = 14

/// - Parameter head: Goes into blocks of its own: what does not compress must not weigh on the codes of what does.
private func compressed(head: [UInt8], _ bytes: [UInt8], level: Int32, prefix: Prefix?) -> [UInt8] {
    let context = Compressors.take()
    defer { Compressors.giveBack(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)  // a flipped bit is noticed before anything is decoded
    ZSTD_CCtx_setPledgedSrcSize(context, UInt64(head.count + bytes.count))
    let known = (prefix?.bytes.count ?? 0) + head.count + bytes.count
    if known <= smallBytesMax { ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, smallHashLog) }
    if let prefix { ZSTD_CCtx_refPrefix(context, prefix.bytes.baseAddress, prefix.bytes.count) }
    // A flush begins a block of its own, three bytes.
    let capacity = ZSTD_compressBound(head.count + bytes.count) + 64
    return withExtendedLifetime(prefix) {
        [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: capacity, pos: 0)
            for (part, directive) in [(head, ZSTD_e_flush), (bytes, ZSTD_e_end)] where directive == ZSTD_e_end || !part.isEmpty {
                let left = part.withUnsafeBytes { source in
                    var input = ZSTD_inBuffer(src: source.baseAddress, size: part.count, pos: 0)
                    return ZSTD_compressStream2(context, &output, &input, directive)
                }
                precondition(left == 0, "libzstd cannot compress \(part.count) bytes")
            }
            count = output.pos
        }
    }
}

/// Contexts of libzstd between uses: to make one, and to clear its tables, costs the centre more than to pack an answer.
private struct IdleContexts: ~Copyable, Sendable {
    // Unchecked, because whoever takes one out has it alone.
    private struct Idle: @unchecked Sendable {
        var context: OpaquePointer
    }
    private let idle = Mutex<[Idle]>([])
    private static let countMax = 4

    /// One that was used before; nil if none is idle.
    func take() -> OpaquePointer? { idle.withLock({ $0.popLast() })?.context }

    /// - Parameter isSmall: One that worked on a city's first pull is given back to the system.
    /// - Returns: Whether it is kept; if not, it has to be freed.
    func keep(_ context: OpaquePointer, isSmall: Bool) -> Bool {
        let item = Idle(context: context)
        return isSmall
            && idle.withLock { idle in
                guard idle.count < Self.countMax else { return false }
                idle.append(item)
                return true
            }
    }
}

private enum Compressors {
    private static let idle = IdleContexts()
    private static let bytesMax = 2 << 20

    static func take() -> OpaquePointer {
        guard let context = idle.take() ?? ZSTD_createCCtx() else { preconditionFailure("libzstd: no memory for a compressor") }
        return context
    }

    static func giveBack(_ context: OpaquePointer) {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters)
        if !idle.keep(context, isSmall: ZSTD_sizeof_CCtx(context) <= bytesMax) { ZSTD_freeCCtx(context) }
    }
}

private enum Decompressors {
    private static let idle = IdleContexts()
    private static let bytesMax = 1 << 20

    static func take() -> OpaquePointer? { idle.take() ?? ZSTD_createDCtx() }

    /// The prefix that it was given is forgotten with this.
    static func giveBack(_ context: OpaquePointer) {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters)
        if !idle.keep(context, isSmall: ZSTD_sizeof_DCtx(context) <= bytesMax) { ZSTD_freeDCtx(context) }
    }
}

private func decompressed(_ body: [UInt8], limit: Int, prefix: Prefix?) throws(ProtocolError) -> [UInt8] {
    guard let context = Decompressors.take() else { throw ProtocolError(.overloaded, in: "body") }
    defer { withExtendedLifetime(prefix) { Decompressors.giveBack(context) } }
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WireLimits.windowLogMax)
    if let prefix { ZSTD_DCtx_refPrefix(context, prefix.bytes.baseAddress, prefix.bytes.count) }
    var output: [UInt8] = []
    var position = 0
    while true {
        let step = decompress(body, from: position, with: context)
        if ZSTD_isError(step.result) != 0 {
            let code = ZSTD_getErrorCode(step.result)
            let isWindow = code == ZSTD_error_frameParameter_windowTooLarge
            throw ProtocolError(isWindow ? .decompressionLimit : .brokenEnvelope, in: "body")
        }
        guard output.count + step.output.count <= limit else { throw ProtocolError(.decompressionLimit, in: "body") }
        output += step.output
        if step.result == 0 {
            guard step.position == body.count else { throw ProtocolError(.brokenEnvelope, in: "body") }
            return output
        }
        // No progress: the frame wants bytes that are not there.
        if step.position == position, step.output.isEmpty { throw ProtocolError(.brokenEnvelope, in: "body") }
        position = step.position
    }
}

/// One chunk of at most 128 KiB; most bodies come out smaller than eight times what they are.
private func decompress(
    _ body: [UInt8], from position: Int, with context: OpaquePointer
) -> (result: Int, position: Int, output: [UInt8]) {
    let capacity = min(128 << 10, max(4 << 10, (body.count - position) * 8))
    var result = 0
    var next = position
    let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        body.withUnsafeBytes { source in
            var input = ZSTD_inBuffer(src: source.baseAddress, size: body.count, pos: position)
            var chunk = ZSTD_outBuffer(dst: buffer.baseAddress, size: capacity, pos: 0)
            result = ZSTD_decompressStream(context, &chunk, &input)
            count = chunk.pos
            next = input.pos
        }
    }
    return (result, next, output)
}
