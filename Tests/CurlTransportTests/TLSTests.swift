import CurlTransport
import Foundation
import SyncClient
import Testing

/// Certificates and a TLS server from the `openssl` program; without it this suite is skipped and says so.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs /usr/bin/openssl"))
struct TLSTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-tls-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try authority("ours")
        try authority("theirs")
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
            "server.pem", "-days", "2", "-subj", "/CN=centre", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
            "basicConstraints=critical,CA:FALSE", "-CA", "ours.pem", "-CAkey", "ours.key")
    }

    private func authority(_ name: String) throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(name).key", "-out",
            "\(name).pem", "-days", "2", "-subj", "/CN=\(name)")
    }

    private func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    private func openssl(_ arguments: String...) throws {
        let process = process(arguments)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.first ?? "")")
    }

    private func pem(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("\(name).pem"), encoding: .utf8)
    }

    /// Sends one request to a TLS server of these options.
    private func outcome(authority: String?, host: String = "127.0.0.1", _ options: [String] = []) throws -> Result<
        HTTPResponse, TransportError
    > {
        // A free port, given back at once for the server to take.
        let reserved = LoopbackServer([])
        let port = reserved.port
        reserved.stop()
        Thread.sleep(forTimeInterval: 0.05)
        let server = process(
            ["s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert", "server.pem", "-key", "server.key"] + options)
        let input = Pipe()
        server.standardInput = input
        try server.run()
        defer {
            // Not SIGTERM: a child inherits the test runner's blocked signals.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        input.fileHandleForWriting.write(Data("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
        let transport = CurlTransport(authority: authority)
        let request = HTTPRequest(
            url: "https://\(host):\(port)/v1/sync", isLoopback: true, contentType: "application/x-gridline-sync",
            accept: "application/x-gridline-sync", body: Array("hello".utf8), responseBytesMax: 1000)
        // Until the server listens a connection is refused: that is no answer to the question.
        for _ in 0..<200 {
            let answer = Result { () throws(TransportError) in try transport.send(request) }
            guard case .failure(.offline) = answer else { return answer }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw TransportError.offline("the TLS server did not start")
    }

    private func isRefusedForTLS(_ outcome: Result<HTTPResponse, TransportError>) -> Bool {
        if case .failure(.tls) = outcome { true } else { false }
    }

    @Test func `the pinned authority's server is believed, another one's is not, nor the system's`() throws {
        #expect(try outcome(authority: pem("ours")).get().body == Array("ok".utf8))
        let refused = try outcome(authority: pem("theirs"))
        #expect(isRefusedForTLS(refused))
        // The exact reason, not "something was not OK": an operator has to tell a wrong file from an expired certificate.
        if case .failure(.tls(let reason)) = refused { #expect(reason.contains("certificate"), "\(reason)") }
        #expect(try isRefusedForTLS(outcome(authority: nil)))
    }

    @Test func `a certificate for another name is refused`() throws {
        #expect(try isRefusedForTLS(outcome(authority: pem("ours"), host: "localhost")))
    }

    @Test func `TLS 1·1 is refused, 1·2 is not`() throws {
        #expect(try isRefusedForTLS(outcome(authority: pem("ours"), ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])))
        #expect(try outcome(authority: pem("ours"), ["-tls1_2"]).get().status == 200)
    }
}
