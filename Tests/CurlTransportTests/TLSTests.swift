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
        try #require(try run("/usr/bin/openssl", arguments).status == 0, "openssl \(arguments.first ?? "")")
    }

    private func pem(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("\(name).pem"), encoding: .utf8)
    }

    /// Sends one request to a TLS server of these options.
    private func outcome(authority: String?, host: String = "127.0.0.1", _ options: [String] = []) throws -> Result<
        HTTPResponse, TransportError
    > {
        let transport = CurlTransport(authority: authority)
        return try served(options) { port in
            let request = HTTPRequest(
                url: "https://\(host):\(port)/v1/sync", isLoopback: true, contentType: "application/x-gridline-sync",
                accept: "application/x-gridline-sync", body: Array("hello".utf8), responseBytesMax: 1000)
            let answer = Result { () throws(TransportError) in try transport.send(request) }
            if case .failure(.offline) = answer { return nil }
            return answer
        }
    }

    /// Asks a TLS server of these options, until it listens: before that a connection is refused, which is no answer (nil).
    private func served<Answer>(_ options: [String] = [], _ ask: (UInt16) throws -> Answer?) throws -> Answer {
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
        for _ in 0..<200 {
            if let answer = try ask(port) { return answer }
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

    /// The release client has libcurl's archive in it instead of opening the shared library. The same C sources, built that way with
    /// the compiler of the toolchain: it reaches a server by its pinned authority, refuses another's, and speaks nothing but HTTP.
    @Test func `libcurl's archive, where it can be linked, believes and refuses the same`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let flags = try run(root.appendingPathComponent(".ci/libcurl-archive.sh").path).output.split(separator: " ").map(
            String.init)
        guard !flags.isEmpty else {
            return print("skipped: libcurl's archive cannot be linked with the packages of this machine")
        }
        try Data(driver.utf8).write(to: folder.appendingPathComponent("driver.c"))
        let curl = root.appendingPathComponent("Sources/CCurl").path
        let built = try run(
            "/usr/bin/env",
            ["clang", "-DCCURL_LINKED", "-I\(curl)/include", "driver.c", "\(curl)/ccurl.c", "\(curl)/absent.c", "-o", "driver"]
                + flags.map { $0.hasPrefix("-L") || $0.hasPrefix("-static") ? $0 : "-Wl,\($0)" } + ["-lpthread", "-ldl"])
        try #require(built.status == 0)
        func asked(_ authority: String, _ url: (UInt16) -> String) throws -> (status: Int32, output: String) {
            try served { port in
                let answer = try run(folder.appendingPathComponent("driver").path, [url(port), "\(authority).pem"])
                return answer.status == 7 ? nil : answer  // 7: could not connect
            }
        }
        let believed = try asked("ours") { "https://127.0.0.1:\($0)/v1/sync" }
        #expect(believed.status == 0 && believed.output == "ok")
        #expect(try asked("theirs") { "https://127.0.0.1:\($0)/" }.status == 60, "an unknown authority")
        #expect(try asked("ours") { "https://localhost:\($0)/" }.status == 60, "another name")
        #expect(try asked("ours") { "sftp://127.0.0.1:\($0)/" }.status == 1, "no such protocol")
        let libraries = try run("/usr/bin/env", ["ldd", "driver"]).output
        #expect(!libraries.contains("libcurl") && !libraries.contains("libssl") && libraries.contains("libc.so"))
    }

    /// Prints the body, exits with libcurl's code. As the transport does it, but by the address alone.
    private let driver = """
        #include "ccurl.h"
        #include <stdio.h>
        static size_t take(char *bytes, size_t size, size_t count, void *context) { return fwrite(bytes, size, count, stdout); }
        int main(int count, char **arguments) {
            if (ccurl_load() != NULL) return 99;
            CURL *handle = ccurl_new();
            ccurl_set_pointer(handle, CURLOPT_URL, arguments[1]);
            ccurl_set_pointer(handle, CURLOPT_CAINFO, arguments[2]);
            ccurl_set_pointer(handle, CURLOPT_NOPROXY, "*");
            ccurl_set_pointer(handle, CURLOPT_PROTOCOLS_STR, "http,https");
            ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION, take);
            return ccurl_perform(handle);
        }
        """

    private func run(_ program: String, _ arguments: [String] = []) throws -> (status: Int32, output: String) {
        let (process, output) = (process(arguments), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
