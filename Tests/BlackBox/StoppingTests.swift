import Foundation
import Glibc
import Harness
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `Stopping the centre` {
    /// Sync requests of real devices that never reached the centre: whole HTTP requests, byte for byte.
    private func recorded(_ workers: [String], _ city: City) throws -> [[UInt8]] {
        let sink = try Proxy(target: city.port)
        let recorder = try Proxy(target: sink.port)
        defer {
            recorder.close()
            sink.close()
        }
        for worker in workers {
            let device = city.device(worker)
            try device.enrol(via: recorder.address)
            try device.run(["sync"], expect: [0])
            try device.run(["note", "1", "停机时正在上传:\(worker)"], expect: [0, 3])
            recorder.always(.record)
            sink.always(.drop)
            #expect(try device.run(["sync"]).status != 0)
            recorder.always(.none)
            sink.always(.none)
        }
        return recorder.recorded.filter { String(decoding: $0.prefix(200), as: UTF8.self).contains("POST /v1/sync") }
    }

    private func city(_ workers: Int) throws -> (City, [String]) {
        let city = try City.temporary("stopping")
        do {
            try city.initialise()
            try city.serve()
            let names = try city.populate(workers: workers, grids: 1)
            var random = SeededRandom(seed: 11)
            try city.load((0..<workers * 2).map { Message.generated($0, &random) }, workers: names, grids: 1)
            return (city, names)
        } catch {
            city.remove()
            throw error
        }
    }

    /// Gives and syncs without a pause; keeps the words of every sync that was answered.
    private func sync(_ worker: String, _ city: City, _ answered: Locked<[String]>) -> Thread {
        let thread = Thread {
            for number in 0..<400 {
                let words = "\(worker)第\(number)句"
                guard let given = try? city.device(worker).run(["note", "1", words]), [0, 3].contains(given.status),
                    let outcome = try? city.device(worker).run(["sync"]), outcome.status == 0
                else { return }
                answered.with { $0.append(words) }
            }
        }
        thread.start()
        return thread
    }

    @Test func `SIGTERM under load: what had begun is answered and durable, nobody new is let in, exit 0`() throws {
        let (city, all) = try city(4)
        defer { city.remove() }
        let (workers, busy) = (Array(all[..<2]), Array(all[2...]))
        let requests = try recorded(workers, city)
        #expect(requests.count >= workers.count)
        // Load beside the uploads: other devices give and sync until the centre is gone.
        let answered = Locked<[String]>([])
        let load = try busy.map { worker in
            try city.device(worker).enrol()
            try city.device(worker).run(["sync"], expect: [0])
            return sync(worker, city, answered)
        }
        // Each upload has begun, and its second half is not sent yet.
        let uploads = try requests.map { request in
            let connection = try RawConnection(port: city.port)
            connection.send(request.prefix(request.count / 2))
            return (connection, request)
        }
        // The server takes connections in order: whoever came later has been answered, so the uploads have begun.
        let before = answered.with { $0.count }
        for _ in 0..<1000 where answered.with({ $0.count }) < before + 4 { usleep(20_000) }
        let process = try #require(city.serverProcess)
        kill(process, SIGTERM)
        var refused = false
        for _ in 0..<500 where !refused {
            if let connection = try? RawConnection(port: city.port) {
                connection.close()
                usleep(10_000)
            } else {
                refused = true
            }
        }
        #expect(refused, "new connections are still taken")
        #expect(city.isServing)
        for (connection, request) in uploads {
            connection.send(request.suffix(from: request.count / 2))
            let answer = connection.answer()
            connection.close()
            #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer.prefix(300))")
        }
        let outcome = try #require(city.stop())
        #expect(outcome.status == 0, "\(outcome.err)")
        // The log is folded in: a copy of the one file is whole.
        let log = city.store.appendingPathComponent("central.sqlite-wal").path
        #expect((try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0 == 0)
        while load.contains(where: { !$0.isFinished }) { usleep(10_000) }
        let words = answered.with { $0 }
        #expect(words.count > busy.count)
        for sentence in words {
            let found = try city.database().int("SELECT count(*) FROM note WHERE body = ?", [sentence])
            #expect(found == 1, "\(sentence) was answered and is not in the store")
        }
        for worker in workers {
            let found = try city.database().int("SELECT count(*) FROM note WHERE body = ?", ["停机时正在上传:\(worker)"])
            #expect(found == 1, "\(worker)'s answered command is not in the store")
        }
    }

    @Test func `an upload that does not end is cut when the grace is over; a second signal does not wait at all`() throws {
        let (city, workers) = try city(1)
        defer { city.remove() }
        let request = try #require(try recorded(workers, city).last)
        for (flags, secondSignal) in [(["--shutdown-grace", "1"], false), (["--shutdown-grace", "600"], true)] {
            city.stop()
            try city.serve(extra: flags)
            let connection = try RawConnection(port: city.port)
            defer { connection.close() }
            connection.send(request.prefix(request.count / 2))
            usleep(200_000)
            let process = try #require(city.serverProcess)
            kill(process, SIGTERM)
            if secondSignal {
                usleep(1_300_000)
                #expect(city.isServing)
                kill(process, SIGINT)
            }
            for _ in 0..<2000 where city.isServing { usleep(10_000) }
            #expect(!city.isServing)
            #expect(city.stop()?.status == (secondSignal ? 1 : 0))
        }
        // Nothing of a half request was taken, and the device sends it again.
        try city.serve()
        let again = try RawConnection(port: city.port)
        defer { again.close() }
        again.send(request)
        for _ in 0..<1000 where try city.database().int("SELECT count(*) FROM note WHERE body LIKE '停机%'") == 0 { usleep(10_000) }
        let words = "停机时正在上传:\(workers[0])"
        #expect(try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words]) == 1)
    }
}
