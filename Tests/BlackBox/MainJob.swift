import Foundation
import Harness
import Testing

/// Runs blocks two at a time, as many as the machine has cores, and rethrows the first failure.
func inPairs<Element: Sendable>(_ elements: [Element], _ body: @escaping @Sendable (Element) throws -> Void) throws {
    let failure = Locked<(any Error)?>(nil)
    let rest = Locked(elements)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
        while let element = rest.with({ $0.isEmpty ? nil : $0.removeFirst() }) {
            do { try body(element) } catch { failure.with { $0 = $0 ?? error } }
        }
    }
    if let error = failure.with({ $0 }) { throw error }
}

/// A value behind a lock.
final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let lock = NSLock()
    init(_ value: Value) { self.value = value }
    func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result { try lock.withLock { try body(&value) } }
}

extension City {
    /// Grids g1…, workers w01…, one dispatcher; returns the workers.
    func populate(workers count: Int, grids: Int) throws -> [String] {
        for grid in 1...grids { try centre(["grid", "add", "g\(grid)", "--name", "第\(grid)网格", "--as", operatorID]) }
        try centre(["person", "add", "dd", "--name", "派单员", "--role", "dispatcher", "--as", operatorID])
        let workers = (1...count).map { String(format: "w%02d", $0) }
        for (index, worker) in workers.enumerated() {
            try centre(
                [
                    "person", "add", worker, "--name", "网格员\(index + 1)", "--role", "worker", "--grid", "g\(index % grids + 1)",
                    "--as", operatorID,
                ])
        }
        return workers
    }

    /// Imports messages and dispatches them evenly, each to a worker and the next one of the same grid as helper.
    func load(_ messages: [Message], workers: [String], grids: Int) throws {
        let file = folder.appendingPathComponent("messages.csv")
        try Message.csv(messages).write(to: file, atomically: true, encoding: .utf8)
        try centre([
            "import", file.path, "--map", "external_id=id,title=subject,description=detail,created_at=created_at", "--source",
            "web", "--as", "dd",
        ])
        let numbers = try database().texts("SELECT number FROM ticket ORDER BY number")
        var lines = ["ticket,assignee,helper,grid,class"]
        for (index, number) in numbers.enumerated() {
            let worker = index % workers.count
            lines.append(
                "\(number),\(workers[worker]),\(workers[(worker + grids) % workers.count]),g\(worker % grids + 1),general")
        }
        let batch = folder.appendingPathComponent("dispatch.csv")
        try (lines.joined(separator: "\n") + "\n").write(to: batch, atomically: true, encoding: .utf8)
        try centre(["dispatch", "--batch", batch.path, "--as", "dd"])
    }
}
