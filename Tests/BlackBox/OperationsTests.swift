import Foundation
import Glibc
import Harness
import Testing

/// A city whose `serve` also gives metrics and logs in JSON, configured through the environment.
struct WatchedCity {
    let city: City
    private let metricsPort: URL

    init(_ name: String) throws {
        metricsPort = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("gridline-metrics-\(UUID().uuidString)")
        city = try smallCity(
            name,
            serveEnvironment: [
                "GRIDLINE_METRICS_LISTEN": "127.0.0.1:0", "GRIDLINE_METRICS_PORT_FILE": metricsPort.path,
                "GRIDLINE_LOG_FORMAT": "json", "GRIDLINE_LOG_LEVEL": "trace",
            ])
    }

    func remove() {
        city.remove()
        try? FileManager.default.removeItem(at: metricsPort)
    }

    /// One scrape.
    func metrics() throws -> String {
        let text = try String(contentsOf: metricsPort, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let port = try #require(Int(text))
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = connection.answer()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        let parts = answer.components(separatedBy: "\r\n\r\n")
        return parts.dropFirst().joined()
    }
}

/// A TCP connection to loopback that sends what it is told, when it is told.
struct RawConnection {
    let descriptor: Int32

    /// - Throws: if nobody accepts.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            Glibc.close(descriptor)
            throw HarnessError("refused")
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Everything until the other side closes.
    func answer() -> String {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += chunk[..<count]
        }
    }

    func close() { Glibc.close(descriptor) }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct `What an operator sees` {
    private static let promtool = Program.root.appendingPathComponent(".build/tools/promtool").path

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: promtool),
            "promtool is not in .build/tools; .ci/setup.sh takes it from Debian's package prometheus"))
    func `promtool finds nothing to say about a scrape under load, and the counts are true`() throws {
        let watched = try WatchedCity("metrics")
        defer { watched.remove() }
        let city = watched.city
        let threads = ["w01", "w02"].map { worker in
            let thread = Thread {
                for number in 0..<12 {
                    _ = try? city.device(worker).run(["note", "1", "第\(number)句"])
                    _ = try? city.device(worker).run(["sync"])
                }
            }
            thread.start()
            return thread
        }
        var scrapes = 0
        repeat {
            try judge(try watched.metrics(), in: city)
            scrapes += 1
        } while threads.contains { !$0.isFinished }
        #expect(scrapes > 1)
        for worker in ["w01", "w02"] { _ = try city.device(worker).sync() }
        let text = try watched.metrics()
        try judge(text, in: city)
        let judged = text.split(separator: "\n").filter { $0.hasPrefix("gridline_commands_judged_total{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        #expect(try judged == city.database().int("SELECT count(*) FROM command"))
        #expect(text.contains("gridline_commands_judged_total{verdict=\"applied\",kind=\"note\"} "))
        #expect(text.contains("gridline_http_request_duration_seconds_count{route=\"/v1/sync\",status=\"200\"}"))
        // No series of a device, a person or a ticket.
        for word in ["w01", "w02", "第"] { #expect(!text.contains(word)) }
        #expect(text.split(separator: "\n").count < 1500)
        try checkStatus(city)
    }

    private func judge(_ text: String, in city: City) throws {
        let outcome = try Program.run(Self.promtool, ["check", "metrics"], input: Data(text.utf8), in: city.folder, seconds: 60)
        #expect(outcome.status == 0 && (outcome.out + outcome.err).isEmpty, "\(outcome.out)\(outcome.err)")
    }

    private func checkStatus(_ city: City) throws {
        let whole = try city.centre(["status", "--json"]).object
        let status = try #require(whole["status"] as? [String: Any])
        #expect(status["devices"] as? Int == 2 && status["heardInDay"] as? Int == 2)
        let live = try #require(status["live"] as? [String: Any])
        #expect(live["judgedCommands"] as? Int ?? 0 > 0)
        #expect(live["p99Milliseconds"] as? Double ?? 0 > 0)
        let chinese = try city.centre(["status", "--lang", "zh"]).out
        for word in ["设备", "待裁定", "磁盘剩余"] { #expect(chinese.contains(word)) }
        #expect(try city.centre(["device", "list", "--stale", "1", "--json"]).array.isEmpty)
        let devices = try city.centre(["device", "list", "--json"]).array
        #expect(devices.allSatisfy { $0["lastContact"] is Int && $0["lag"] is Int && $0["clientVersion"] is String })
    }

    @Test func `citizens' words appear in no log, no metric and no problem, whatever way they take`() throws {
        let watched = try WatchedCity("private")
        defer { watched.remove() }
        let city = watched.city
        let marks = ["标记甲姓名", "13977776666", "标记乙路77号", "650102199001019999", "标记丙标题", "标记丁记录", "标记戊理由"]
        let number = try city.centre([
            "new", "--title", marks[4], "--description", marks[5], "--citizen-name", marks[0], "--phone", marks[1], "--address",
            marks[2],
            "--as", "dd",
        ]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try city.centre(["dispatch", number, "--to", "w01", "--grid", "g1", "--as", "dd"])
        let device = city.device("w01")
        try device.run(["sync"], expect: [0])
        for words in marks {
            try device.run(["note", "1", words], expect: [0, 3])
            try device.run(["report", words, "--description", words])
        }
        try device.run(["sync"], expect: [0, 5])
        try city.centre(["edit", number, "--set", "location=\(marks[2])", "--as", "dd"])
        try city.centre(["withdraw", number, "--reason", marks[6], "--as", "dd"])
        try device.run(["note", number, marks[5]])
        try device.run(["resolve", number, "--note", marks[5]])
        try device.run(["sync"], expect: [0, 5])
        for arguments in [
            ["show", marks[4]], ["decide", marks[1], "decline", "--reason", marks[6], "--as", "dd"], ["scope-dump", marks[0]],
        ] {
            try city.centre(arguments, expect: nil)
        }
        var problems = ""
        for target in [
            "/v1/sync", "/v1/enrol", "/v1/token", "/v1/watch?base=1", "/healthz", "/\(marks[1])?\(marks[1])=\(marks[1])",
        ] {
            for method in ["GET", "POST"] { problems += try hostile(method, target, marks, port: city.port) }
        }
        try garbageOnSocket(marks, city)
        #expect(problems.contains("urn:gridline:problem:"))
        let metrics = try watched.metrics()
        let log = city.serverLog
        #expect(log.split(separator: "\n").filter { $0.hasPrefix("{") }.count > 20)
        for mark in marks {
            #expect(!log.contains(mark), "the log has \(mark)")
            #expect(!metrics.contains(mark), "the metrics have \(mark)")
            #expect(!problems.contains(mark), "a problem has \(mark)")
        }
        for line in log.split(separator: "\n") where line.hasPrefix("{") {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
        }
    }

    /// The words in every part of a request; what comes back.
    private func hostile(_ method: String, _ target: String, _ marks: [String], port: Int) throws -> String {
        let body = marks.joined(separator: "\n")
        let type = method == "POST" ? "application/x-gridline-sync" : marks[1]
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(
            "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: \(marks[1])\r\n"
                + "X-Request-Id: \(marks[1])\r\nAuthorization: Gridline \(marks[1])\r\nCookie: name=\(marks[1])\r\n"
                + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return connection.answer()
    }

    private func garbageOnSocket(_ marks: [String], _ city: City) throws {
        let words = Data(marks.joined().utf8)
        let size = withUnsafeBytes(of: UInt32(words.count).bigEndian) { Array($0) }
        let frame = city.folder.appendingPathComponent("frame")
        try (Data(size) + words).write(to: frame)
        let script =
            "import socket,sys;s=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1]);"
            + "s.sendall(open(sys.argv[2],'rb').read());s.recv(4096)"
        let path = city.store.appendingPathComponent("admin.sock").path
        let outcome = try Program.run("/usr/bin/env", ["python3", "-c", script, path, frame.path], in: city.folder, seconds: 30)
        #expect(outcome.status == 0, "\(outcome.err)")
    }
}
