import CurlTransport
import Foundation
import Harness
import SyncClient
import SyncProtocol
import Synchronization
import Tickets

/// One wave under way: what each device does, and what is counted.
final class WaveRun: Sendable {
    private struct Count {
        var requests = 0
        var shed = 0
        var syncs = 0
        var verdicts: [Verdict: Int] = [:]
        var errors: [String: Int] = [:]
        var requestSeconds: [Double] = []
        var syncSeconds: [Double] = []
        var bytes = [0, 0]
        var arrivals: [Int: Double] = [:]
        var failures: [Int: Int] = [:]
        var end = 0.0
    }

    private let url: String
    private let devices: [LightDevice]
    private let count = Mutex(Count())
    /// Errors of one device after which it gives up.
    private static let failuresMax = 20

    init(address: String, devices: [LightDevice]) {
        url = address + "/v1/sync"
        self.devices = devices
    }

    /// When a device arrives.
    func expect(_ index: Int, at due: Double) { count.withLock { $0.arrivals[index] = due } }

    /// A device's whole sync on a connection of its own.
    ///
    /// - Returns: Seconds after which it comes again; nil when it is done, or gives up.
    func sync(_ index: Int) -> Double? {
        let device = devices[index]
        let transport = CurlTransport()
        do {
            while true {
                let body = try device.request()
                let start = Edge.seconds
                let answer = try transport.send(
                    HTTPRequest(
                        url: url, isLoopback: true, contentType: ContentType.sync, accept: ContentType.sync, body: body,
                        responseBytesMax: WireLimits.responseBytesMax))
                let seconds = Edge.seconds - start
                if answer.status == 503 || answer.status == 429 { return shed(answer) }
                guard answer.status == 200 else { throw HarnessError("status \(answer.status)") }
                let (more, verdicts) = try device.absorb(answer.body)
                count.withLock {
                    $0.requests += 1
                    $0.requestSeconds.append(seconds)
                    $0.bytes[0] += body.count
                    $0.bytes[1] += answer.body.count
                    for verdict in verdicts { $0.verdicts[verdict, default: 0] += 1 }
                }
                if !more { return done(index) }
            }
        } catch {
            return failed(index, error)
        }
    }

    private func done(_ index: Int) -> Double? {
        let now = Edge.seconds
        count.withLock {
            $0.syncs += 1
            $0.end = max($0.end, now)
            $0.syncSeconds.append(now - ($0.arrivals[index] ?? now))
        }
        return nil
    }

    /// As told, and up to half as long again: else all who were sent away come back in the same second.
    private func shed(_ answer: HTTPResponse) -> Double {
        count.withLock { $0.shed += 1 }
        let details = try? ProblemDetails(decoding: answer.body)
        let wish = Double(max(1, answer.retryAfterSeconds ?? details?.retryAfterSeconds ?? 1))
        return wish * Double.random(in: 1...1.5)
    }

    private func failed(_ index: Int, _ error: any Error) -> Double? {
        count.withLock {
            $0.errors["\(error)", default: 0] += 1
            $0.failures[index, default: 0] += 1
            return $0.failures[index, default: 0] < Self.failuresMax ? 1 : nil
        }
    }

    /// The figures.
    func wave(since start: Double) -> Wave {
        count.withLock { count in
            var wave = Wave()
            wave.seconds = max(0, count.end - start)
            wave.syncs = count.syncs
            wave.commands = count.verdicts.values.reduce(0, +)
            wave.requests = count.requests
            wave.shed = count.shed
            wave.errors = count.errors
            wave.requestMilliseconds = Spread(count.requestSeconds.map { $0 * 1000 })
            wave.syncMilliseconds = Spread(count.syncSeconds.map { $0 * 1000 })
            wave.bytes = count.bytes
            for (verdict, number) in count.verdicts { wave.verdicts[verdict.rawValue] = number }
            return wave
        }
    }
}
