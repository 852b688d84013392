import SyncProtocol
import Synchronization
import Tickets

/// What bounds the requests that are being worked on: how many, how many bytes they hold, how many of one device.
///
///     body ──enter──▶ decompress ──hold──▶ verify ──take(device)──▶ queue, decide, page ──leave──▶ answer
///
/// The queue before the writer is bounded by weight; this gate bounds memory, whatever a weight holds.
final class WorkGate: Sendable {
    /// The bounds.
    struct Limits: Sendable {
        /// Requests at once.
        var requestsMax = 2_048
        /// Bytes that all of them hold together, as far as it was said.
        var bytesMax = 384 << 20
        /// Requests of one device: one that runs, and the same sent again because its answer was lost.
        var perDeviceMax = 2
    }

    private struct State: Sendable {
        var count = 0
        var bytes = 0
        var devices: [ReplicaID: Int] = [:]
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Requests that are inside, and the bytes that they hold.
    var load: (count: Int, bytes: Int) { state.withLock { ($0.count, $0.bytes) } }
    /// Devices that have a request inside.
    var deviceCount: Int { state.withLock { $0.devices.count } }

    /// Lets a request in.
    ///
    /// - Returns: nil if it is one too many. Whoever finds nobody inside is let in, however much it holds.
    func enter(bytes: Int) -> Pass? {
        state.withLock { state in
            guard state.count < limits.requestsMax, state.count == 0 || state.bytes + bytes <= limits.bytesMax else { return nil }
            state.count += 1
            state.bytes += bytes
            return Pass(gate: self, bytes: bytes)
        }
    }

    /// One request inside. Used by one task at a time; leaving is its end, and happens once.
    final class Pass: Sendable {
        private let gate: WorkGate
        private struct Held: Sendable {
            var bytes: Int
            var device: ReplicaID?
            var isInside = true
        }
        private let held: Mutex<Held>

        fileprivate init(gate: WorkGate, bytes: Int) {
            self.gate = gate
            held = Mutex(Held(bytes: bytes))
        }

        deinit { leave() }

        /// Says that the request holds so many bytes from now on.
        ///
        /// - Returns: false if there is no room for them; the request then holds what it held.
        func hold(bytes: Int) -> Bool {
            held.withLock { held in
                let more = bytes - held.bytes
                let fits = gate.state.withLock { state in
                    guard more <= 0 || state.count == 1 || state.bytes + more <= gate.limits.bytesMax else { return false }
                    state.bytes += more
                    return true
                }
                if fits { held.bytes = bytes }
                return fits
            }
        }

        /// Says whose the request is, once that is proven.
        ///
        /// - Returns: false if the device has as many inside as it may.
        func take(_ device: ReplicaID) -> Bool {
            held.withLock { held in
                let fits = gate.state.withLock { state in
                    guard state.devices[device, default: 0] < gate.limits.perDeviceMax else { return false }
                    state.devices[device, default: 0] += 1
                    return true
                }
                if fits { held.device = device }
                return fits
            }
        }

        /// The request is answered.
        func leave() {
            held.withLock { held in
                guard held.isInside else { return }
                held.isInside = false
                gate.state.withLock { state in
                    state.count -= 1
                    state.bytes -= held.bytes
                    guard let device = held.device, let count = state.devices[device] else { return }
                    state.devices[device] = count > 1 ? count - 1 : nil
                }
            }
        }

        /// Decompresses a body without ever holding more than there is room for.
        ///
        /// Most bodies grow a few times; the few that grow more are begun anew once there is room for the most that may come.
        /// - Throws: `overloaded` without room; else as `decodeBody`.
        func decompress(_ body: [UInt8]) throws(ProtocolError) -> [UInt8] {
            let most = WireLimits.requestDecompressedBytesMax
            let likely = min(most, 16 * body.count + 64 << 10)
            for limit in likely < most ? [likely, most] : [most] {
                // A packed body is put together again from what came out of it.
                guard hold(bytes: body.count + (isPackedBody(body) ? 2 : 1) * limit) else {
                    throw ProtocolError(.overloaded, in: "memory")
                }
                do throws(ProtocolError) {
                    let bytes = try decodeBody(body, limit: limit)
                    // The messages, the payloads read from them and the changesets read from those.
                    guard hold(bytes: body.count + 3 * bytes.count) else { throw ProtocolError(.overloaded, in: "memory") }
                    return bytes
                } catch {
                    guard error.problem == .decompressionLimit, limit < most else { throw error }
                }
            }
            throw ProtocolError(.decompressionLimit, in: "body")
        }
    }
}
