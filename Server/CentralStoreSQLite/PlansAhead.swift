import CentralStore
import Dispatch

/// The plans of a batch, each made on another thread while the one before it is written: planning takes a third of what an import
/// costs the writer, and a second core is there.
///
///     this thread     plan 1 │ write 1 │ write 2 │ write 3
///     another one            │ plan 2  │ plan 3  │
///
/// `@unchecked Sendable` because planner and result change hands: `each` waits for the other thread before it touches them again.
final class PlansAhead: @unchecked Sendable {
    /// Nil when everything is planned.
    private var planner: BatchPlanner?
    private let parts: [ArraySlice<JournalDraft>]
    private var next: Result<WritePlan?, StoreError>?
    /// What was written last: thousands of small pieces of memory, which the other thread frees.
    private var written: WritePlan?
    private static let queue = DispatchQueue(label: "gridline.planner", qos: .userInitiated)

    /// - Parameter parts: Of one batch, in order.
    init(_ planner: BatchPlanner, _ parts: [ArraySlice<JournalDraft>]) {
        self.planner = planner
        self.parts = parts
    }

    /// Gives each plan to `body`, in order.
    ///
    /// - Throws: What the planning of a part threw, once all parts before it are written; else what `body` throws.
    func each(_ body: (WritePlan) throws -> Void) throws {
        guard !parts.isEmpty else { return }
        plan(0)
        for place in parts.indices {
            guard let plan = try next?.get() else { return }
            guard parts.count > 1 else { return try body(plan) }
            let beside = DispatchWorkItem { self.work(beside: place) }
            Self.queue.async(execute: beside)
            do {
                // Also where writing fails: nobody may still be planning when the transaction is taken back.
                defer { beside.wait() }
                try body(plan)
            }
            written = plan
        }
    }

    /// On the other thread, while the plan of `place` is written.
    private func work(beside place: Int) {
        written = nil
        if place + 1 < parts.count { plan(place + 1) } else { planner = nil }
    }

    private func plan(_ place: Int) {
        next = Result { () throws(StoreError) in try planner?.plan(parts[place]) }
    }
}
