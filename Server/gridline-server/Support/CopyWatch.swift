import CentralStore
import Logging
import ServiceLifecycle
import Telemetry

/// Says in log and metrics how the copy of the journal stands.
struct CopyWatch: Service {
    let store: any CentralStore
    let logger: Logger

    func run() async throws {
        guard let first = store.journalCopy else {
            try? await gracefulShutdown()
            return
        }
        logger.info("journal copy open", metadata: ["head": "\(first.head)"])
        if first.takenCount > 0 { logger.notice("one commit was taken over from the journal copy") }
        if !first.isExact { logger.warning("journal copy without a backup: take one") }
        let failureCount = first.failureCount
        await cancelWhenGracefulShutdown {
            var (said, isFailing) = (failureCount, false)
            while !Task.isCancelled {
                if let copy = store.journalCopy {
                    if copy.failureCount > said, !isFailing {
                        // What the system said, without the path before it.
                        let error = copy.fault?.split(separator: ": ").last.map(String.init) ?? "-"
                        logger.error("journal copy cannot be written: nothing is acknowledged", metadata: ["error": "\(error)"])
                        isFailing = true
                    }
                    if copy.fault == nil, isFailing {
                        logger.notice("journal copy is written again")
                        isFailing = false
                    }
                    said = copy.failureCount
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Only where there is a copy: an alarm on what is not kept would be no alarm.
    func addGauges(to metrics: ServerMetrics) {
        guard store.journalCopy != nil else { return }
        func add(_ name: String, _ help: String, _ value: @escaping @Sendable (CopyFigures) -> Double) {
            metrics.addGauge(name, help) { [store] in store.journalCopy.map(value) ?? 0 }
        }
        add("gridline_journal_copy_writable", "1 while the copy on the second disk can be written.") { $0.fault == nil ? 1 : 0 }
        add("gridline_journal_copy_failures", "Times that it could not be written since the start.") { Double($0.failureCount) }
        add("gridline_journal_copy_exact", "1 if the newest backup and the copy together are the whole store.") {
            $0.isExact ? 1 : 0
        }
        add("gridline_journal_copy_head_entries", "Sequence of the newest journal entry in the copy.") { Double($0.head) }
        add("gridline_journal_copy_bytes", "Size of the copy.") { Double($0.bytes) }
    }
}
