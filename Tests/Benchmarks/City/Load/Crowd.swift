import Foundation
import Synchronization

/// Carries out jobs at their times on a fixed number of threads: the number of requests that are under way at once.
public enum Crowd {
    /// What is waited for.
    private final class Line<Item>: @unchecked Sendable {
        // `condition` guards both.
        let condition = NSCondition()
        /// Latest first, so that the next one is last.
        var waiting: [(due: Double, item: Item)]
        var unfinished: Int

        init(_ items: [(due: Double, item: Item)]) {
            waiting = items.sorted { $0.due > $1.due }
            unfinished = items.count
        }

        /// The next one whose time has come; waits for it. Nil when all are done.
        func next() -> Item? {
            condition.lock()
            defer { condition.unlock() }
            while unfinished > 0 {
                if let last = waiting.last {
                    let wait = last.due - Edge.seconds
                    if wait <= 0 { return waiting.removeLast().item }
                    _ = condition.wait(until: Date().addingTimeInterval(wait))
                } else {
                    condition.wait()
                }
            }
            return nil
        }

        func done(_ item: Item, again delay: Double?) {
            condition.lock()
            defer { condition.unlock() }
            if let delay {
                let due = Edge.seconds + delay
                var (low, high) = (0, waiting.count)
                while low < high {
                    let middle = (low + high) / 2
                    if waiting[middle].due > due { low = middle + 1 } else { high = middle }
                }
                waiting.insert((due, item), at: low)
                condition.signal()
            } else {
                unfinished -= 1
                if unfinished == 0 { condition.broadcast() }
            }
        }
    }

    /// Runs `body` once for each item, not before its time (`Edge.seconds`), and again after the delay that it returns.
    ///
    /// - Parameter threads: So many at once.
    public static func run<Item: Sendable>(
        _ items: [(due: Double, item: Item)], threads: Int, body: @escaping @Sendable (Item) -> Double?
    ) {
        let line = Line(items)
        let ended = DispatchGroup()
        for _ in 0..<min(threads, max(1, items.count)) {
            ended.enter()
            let thread = Thread {
                while let item = line.next() { line.done(item, again: body(item)) }
                ended.leave()
            }
            // Three hundred of them: what a sync needs and not more.
            thread.stackSize = 1 << 20
            thread.start()
        }
        ended.wait()
    }

    /// The same at once and without repeats; rethrows the first failure.
    public static func each<Item: Sendable>(
        _ items: [Item], threads: Int, body: @escaping @Sendable (Item) throws -> Void
    ) throws {
        let failure = Mutex<(any Error)?>(nil)
        run(items.map { (0, $0) }, threads: threads) { item in
            guard failure.withLock({ $0 == nil }) else { return nil }
            do { try body(item) } catch { failure.withLock { $0 = $0 ?? error } }
            return nil
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
