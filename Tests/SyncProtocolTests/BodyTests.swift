import Foundation
import SyncProtocol
import Testing

@Suite(.serialized) struct `Bodies are bounded by what comes out of them` {
    @Test func `bodies of all sizes come back`() throws {
        for count in [0, 1, 1_000, 131_071, 131_072, 131_073, 1_000_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 >> 9) }
            #expect(try decodeBody(encodeBody(bytes), limit: count) == bytes)
        }
    }

    @Test func `one byte beyond the limit is refused`() {
        let bytes = Array(repeating: UInt8(7), count: 300_000)
        #expect(problem { _ = try decodeBody(encodeBody(bytes), limit: 299_999) } == .decompressionLimit)
    }

    /// 128 KiB for every 4 bytes: 4 MB that become 128 GiB, without a size in the header.
    @Test func `a bomb is refused, in constant memory`() throws {
        let count = 1_000_000
        var bomb: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]  // magic, no size, window of 128 KiB
        bomb.reserveCapacity(4 * count + 6)
        let header = UInt32(128 << 10) << 3 | 1 << 1  // a run of one byte, not the last block
        for _ in 0..<count { bomb += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16), 0] }
        let before = try peakMemoryKiB()
        #expect(problem { _ = try decodeBody(bomb, limit: 8 << 20) } == .decompressionLimit)
        let grown = try peakMemoryKiB() - before
        print("bomb of \(bomb.count) bytes: peak memory grew by \(grown) KiB")
        #expect(grown < 64 << 10)
    }

    @Test func `a window beyond 8 MiB is refused before it is taken`() {
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x01, 0x00, 0x00]  // window of 128 MiB, one empty block
        #expect(problem { _ = try decodeBody(frame) } == .decompressionLimit)
    }

    @Test func `every truncation and every flipped bit is refused`() {
        let bytes = Array("第三次上门,住户不在,已留条。".utf8)
        let body = encodeBody(bytes)
        for count in 0..<body.count { #expect(problem { _ = try decodeBody(Array(body.prefix(count))) } != nil) }
        for bit in 0..<body.count * 8 {
            var changed = body
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            // A bit of the header may mean nothing; then the content is as it was.
            if let read = try? decodeBody(changed) { #expect(read == bytes, "bit \(bit)") }
        }
    }

    @Test func `a second frame, an empty one in front, or bytes after the frame are refused`() {
        let body = encodeBody([1, 2, 3])
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
        for bytes in [body + body, body + [0], skippable + body, body + skippable, Array("<html>".utf8)] {
            #expect(problem { _ = try decodeBody(bytes) } == .brokenEnvelope)
        }
    }

    @Test func `packed bodies of all sizes come back, with and without what was asked`() throws {
        var dice = Dice(#function)
        let asked = signed(Sample.request, by: Sample.deviceKey)
        let answer = Sample.response.encoded()
        for count in [0, 1, 2, 15, 16, 17, 1_000, 70_000, 131_072, 400_000] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                switch UInt8.random(in: 0..<5, using: &dice) {
                case 0: bytes += asked
                case 1: bytes += answer.suffix(200)
                case 2: bytes += [0x7F, 0x7F, 0x01]
                case 3: bytes += (0..<40).map { _ in UInt8.random(in: 0...255, using: &dice) }
                default: bytes += [0x0A, 0x10] + Array(asked[8..<24]) + Array("网格员到场".utf8)
                }
            }
            bytes = Array(bytes.prefix(count))
            #expect(try decodeBody(packBody(bytes), limit: count) == bytes)
            #expect(try decodeBody(packBody(bytes, answering: asked), limit: count, answering: asked) == bytes)
        }
    }

    @Test func `a day's work packs better than it compresses, and an answer by what was asked`() throws {
        let asked = signed(Sample.request, by: Sample.deviceKey)
        #expect(packBody(asked).count < encodeBody(asked).count)
        let answer = Sample.response.encoded()
        #expect(packBody(answer, answering: asked).count < packBody(answer).count)
    }

    @Test func `a packed body that was cut or bent, or is read against another question, never gives other bytes`() throws {
        let asked = signed(Sample.request, by: Sample.deviceKey)
        let bytes = Sample.response.encoded()
        let body = packBody(bytes, answering: asked)
        for count in 0..<body.count {
            #expect(problem { _ = try decodeBody(Array(body.prefix(count)), answering: asked) } != nil)
        }
        for bit in 0..<body.count * 8 {
            var changed = body
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            if let read = try? decodeBody(changed, answering: asked) { #expect(read == bytes, "bit \(bit)") }
        }
        #expect(problem { _ = try decodeBody(body, answering: asked.reversed()) } == .brokenEnvelope)
        #expect(problem { _ = try decodeBody(body + [0], answering: asked) } == .brokenEnvelope)
    }

    @Test func `two bytes that stand for sixteen stop at the limit`() {
        let one: [UInt8] = [0x0A, 0x10] + (0..<16).map { 0xB0 ^ $0 &* 7 }
        let bytes = Array(repeatElement(one, count: 200_000).joined())
        #expect(packBody(bytes).count < 2_000)
        #expect(problem { _ = try decodeBody(packBody(bytes), limit: bytes.count - 1) } == .decompressionLimit)
    }

    private func peakMemoryKiB() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber)))
    }
}
