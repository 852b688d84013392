import CentralStore
import Logging
import Queue
import ServiceLifecycle

/// Runs the scheduler while the server runs, and says in the log how much it raised: numbers, no ticket and no person.
struct AlarmWatch: Service {
    let scheduler: Scheduler
    let logger: Logger

    private static let intervalSeconds = 30

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                look()
                try? await Task.sleep(for: .seconds(Self.intervalSeconds))
            }
        }
    }

    private func look() {
        do {
            for (kind, count) in try scheduler.pass().sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                logger.notice("raised", metadata: ["alarm": "\(kind.rawValue)", "count": "\(count)"])
            }
        } catch {
            logger.error("nothing was raised", metadata: ["code": "\((error as? StoreError)?.code ?? "\(type(of: error))")"])
        }
    }
}
