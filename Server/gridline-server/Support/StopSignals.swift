import Dispatch
import Foundation
import Synchronization

/// SIGTERM and SIGINT: the first asks the server to end in good order, the second ends it now. What comes within a second of the
/// first is the same wish: a supervisor that signals a process and then its group sends two.
///
/// Ending now is safe: what was answered is committed, and the next start goes on from the log. It only costs the requests that are
/// under way, which their devices repeat.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]
    private let queue = DispatchQueue(label: "gridline.signals")
    /// The exit code of a server that did not end in good order.
    static let hurriedExit: Int32 = 1

    /// - Parameters:
    ///   - first: Called once, on a thread of its own.
    ///   - second: Called before the process ends at once.
    init(first: @escaping @Sendable () -> Void, second: @escaping @Sendable () -> Void) {
        let count = Count()
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGTERM, SIGINT] {
            // The default action would end the process before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                switch count.next(DispatchTime.now().uptimeNanoseconds) {
                case .first: return first()
                case .echo: return
                case .second: break
                }
                second()
                _exit(Self.hurriedExit)
            }
            source.resume()
            sources.append(source)
        }
        self.sources = sources
    }

    /// Ends the process if it is still there after so many seconds: a task that never ends must not keep a restart waiting.
    static func endAfter(seconds: Int, _ before: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) {
            before()
            _exit(hurriedExit)
        }
    }

    private enum Place { case first, echo, second }

    private final class Count: Sendable {
        private let began = Mutex<UInt64?>(nil)

        func next(_ now: UInt64) -> Place {
            began.withLock { began in
                guard let since = began else {
                    began = now
                    return .first
                }
                return now - since < 1_000_000_000 ? .echo : .second
            }
        }
    }
}
