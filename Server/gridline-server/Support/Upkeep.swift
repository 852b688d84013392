import CentralStore
import Foundation
import Logging
import ServiceLifecycle

/// Once a day, and at start: lets leave entries go that are older than any device needs them. A device that comes back later reads
/// its scopes anew.
struct Upkeep: Service {
    let store: any CentralStore
    let logger: Logger

    private static let keptMilliseconds: Int64 = 90 * 86_400_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                prune()
                try? await Task.sleep(for: .seconds(86_400))
            }
        }
    }

    private func prune() {
        do {
            let before = Int64(Date().timeIntervalSince1970 * 1000) - Self.keptMilliseconds
            let count = try store.write { transaction in
                try transaction.pruneLeaves(below: transaction.head(at: before))
            }
            if count > 0 { logger.info("pruned leave entries", metadata: ["count": "\(count)"]) }
        } catch {
            logger.error(
                "leave entries were not pruned", metadata: ["code": "\((error as? StoreError)?.code ?? "\(type(of: error))")"])
        }
    }
}
