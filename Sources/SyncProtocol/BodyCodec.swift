internal import CZstd

/// Compresses a message for the wire: one zstd frame, level 3, with a checksum.
///
/// - Parameter bytes: At most `WireLimits.responseDecompressedBytesMax`; the bytes of the frame may differ between releases of
///   libzstd, the content does not.
public func encodeBody(_ bytes: [UInt8]) -> [UInt8] {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("libzstd: no memory for a compressor") }
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 3)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)  // a flipped bit is noticed before anything is decoded
    let capacity = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        let result = ZSTD_compress2(context, buffer.baseAddress, capacity, bytes, bytes.count)
        precondition(ZSTD_isError(result) == 0, "libzstd cannot compress \(bytes.count) bytes")
        count = result
    }
}

/// Decompresses a body of the wire: exactly one frame.
///
/// Memory grows with what comes out, never with what a header claims, and stops at the limit.
/// - Parameters:
///   - body: As it arrived; checked against its own limit before, by whoever read it.
///   - limit: Bytes after decompression.
/// - Throws: `decompressionLimit` if more comes out or the frame wants a window beyond 8 MiB; `brokenEnvelope` if the body is cut
///   off, damaged, followed by more bytes, or not zstd.
public func decodeBody(
    _ body: [UInt8], limit: Int = WireLimits.requestDecompressedBytesMax
) throws(ProtocolError) -> [UInt8] {
    guard let context = ZSTD_createDCtx() else { throw ProtocolError(.overloaded, in: "body") }
    defer { ZSTD_freeDCtx(context) }
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WireLimits.windowLogMax)
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

/// One chunk of at most 128 KiB.
private func decompress(
    _ body: [UInt8], from position: Int, with context: OpaquePointer
) -> (result: Int, position: Int, output: [UInt8]) {
    let capacity = 128 << 10
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
