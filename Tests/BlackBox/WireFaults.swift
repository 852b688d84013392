import Foundation
import Harness
import Testing

@Suite(.serialized) struct `Faults on the wire` {
    /// A small city whose device w01 reaches its centre through a proxy that misbehaves on demand.
    private func cityBehindProxy(_ name: String) throws -> (City, Proxy, Device, Field) {
        let city = try smallCity(name)
        let proxy = try Proxy(target: city.port)
        let device = city.device("w01")
        try Database(device.replica, readOnly: false).execute("UPDATE identity SET server = ?", [proxy.address])
        return (city, proxy, device, Field(city))
    }

    @Test func `cut anywhere in either direction, nothing is lost or doubled`() throws {
        let (city, proxy, device, field) = try cityBehindProxy("cuts")
        defer { city.remove() }
        defer { proxy.close() }
        try field.note(on: device, "量一量大小")
        try device.run(["sync"], expect: [0])
        let whole = proxy.counts
        #expect(whole.request > 200 && whole.response > 100)
        // The boundaries: nothing, one byte, the end of the head, the whole message but one byte, the whole message.
        let requestCuts = [0, 1, 60, 150, whole.request / 2, whole.request - 1, whole.request]
        let responseCuts = [0, 1, 15, 80, whole.response / 2, whole.response - 1]
        for (index, cut) in requestCuts.enumerated() {
            try field.note(on: device, "上行切断\(index)")
            proxy.next(.cutRequest(after: cut))
            let outcome = try device.run(["sync"])
            #expect(outcome.status == 3, "request cut after \(cut): \(outcome.status) \(outcome.err)")
        }
        for (index, cut) in responseCuts.enumerated() {
            try field.note(on: device, "下行切断\(index)")
            proxy.next(.cutResponse(after: cut))
            let outcome = try device.run(["sync"])
            #expect(outcome.status == 3, "response cut after \(cut): \(outcome.status) \(outcome.err)")
            #expect(outcome.err.contains("GL-"), "a message without a code: \(outcome.err)")
        }
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `a request sent twice, and one replayed later, take effect once`() throws {
        let (city, proxy, device, field) = try cityBehindProxy("duplicates")
        defer { city.remove() }
        defer { proxy.close() }
        try field.note(on: device, "会被发送两次")
        proxy.next(.duplicate)
        try device.run(["sync"], expect: [0])
        try field.note(on: device, "会被重放")
        proxy.next(.record)
        try device.run(["sync"], expect: [0])
        let recorded = try #require(proxy.recorded.last)
        let journal = try city.database().int("SELECT count(*) FROM journal")
        for _ in 0..<3 {
            let answer = String(decoding: proxy.replay(recorded).prefix(15), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200"), "a repeat gets the stored verdict: \(answer)")
        }
        #expect(try city.database().int("SELECT count(*) FROM journal") == journal)
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `a captive portal, a redirect, a dead server: refused, and the work stays`() throws {
        let (city, proxy, device, field) = try cityBehindProxy("portal")
        defer { city.remove() }
        defer { proxy.close() }
        try field.note(on: device, "等信号")
        let base = try Database(device.replica).int("SELECT base FROM cursor")
        for fault in [Proxy.Fault.page, .redirect, .drop] {
            proxy.next(fault)
            let outcome = try device.run(["sync"])
            #expect(outcome.status == 3 && outcome.err.contains("GL-"), "\(fault): \(outcome.status) \(outcome.err)")
            #expect(try Database(device.replica).int("SELECT base FROM cursor") == base)
        }
        city.kill9()
        let down = try device.run(["sync"], environment: ["GRIDLINE_LANG": "zh"])
        #expect(down.status == 3 && down.err.contains("GL-"))
        #expect(down.err.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "not in Chinese: \(down.err)")
        try city.serve()
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `wrong, used and expired codes are told apart`() throws {
        let city = try City.temporary("codes")
        defer { city.remove() }
        try city.initialise()
        try city.serve()
        _ = try city.populate(workers: 2, grids: 1)
        let device = city.device("w01")
        let wrong = try device.run(["enrol", city.address, "AAAA-BBBB-CCCC", "--no-input"])
        #expect(wrong.status == 4 && wrong.err.contains("GL-P"), "\(wrong.status) \(wrong.err)")
        let code = try device.code()
        try device.run(["enrol", city.address, code, "--no-input"], expect: [0])
        let second = city.device("w02")
        let used = try second.run(["enrol", city.address, code, "--no-input"])
        #expect(used.status == 4 && used.err.contains("GL-P"), "\(used.status) \(used.err)")
        let late = try second.code()
        // The code's end of life is moved into the past: waiting ten minutes proves nothing more.
        try Database(city.store.appendingPathComponent("central.sqlite"), readOnly: false)
            .execute("UPDATE enrol_code SET expires_at = made_at - 1 WHERE used_by IS NULL")
        let expired = try second.run(["enrol", city.address, late, "--no-input"])
        #expect(expired.status == 4 && expired.err.contains("GL-P"), "\(expired.status) \(expired.err)")
        let codes = [wrong, used, expired].compactMap { $0.err.firstMatch(of: /GL-P\d{4}/).map { String($0.output) } }
        #expect(Set(codes).count == 3, "three reasons, three codes: \(codes)")
    }

    @Test func `over TLS a certificate that nobody vouches for is refused, the centre's own is accepted`() throws {
        let city = try City.temporary("tls")
        defer { city.remove() }
        try city.initialise()
        let (key, certificate) = (
            city.folder.appendingPathComponent("tls.key").path, city.folder.appendingPathComponent("tls.crt").path
        )
        let made = try Program.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                certificate, "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            ], in: city.folder)
        try #require(made.status == 0, "\(made.err)")
        try city.serve(extra: ["--tls-cert", certificate, "--tls-key", key])
        _ = try city.populate(workers: 1, grids: 1)
        let device = city.device("w01")
        let address = "https://127.0.0.1:\(city.port)"
        let code = try device.code()
        let refused = try device.run(["enrol", address, code, "--no-input"])
        #expect(refused.status == 1 && refused.err.contains("GL-"), "\(refused.status) \(refused.err)")
        #expect(!FileManager.default.fileExists(atPath: device.replica.path) || refused.status != 0)
        try device.run(["enrol", address, code, "--ca", certificate, "--no-input"], expect: [0])
        try device.run(["sync"], expect: [0])
    }
}
