import Foundation
import Harness
import Synchronization
import Testing

private let record = Program.root.appendingPathComponent("Tests/SelfTest/found.csv").path

/// Whether the search has written down under which weights it drew its schedules. What it found before that cannot be played again.
private func isReplayable() -> Bool { ((try? String(contentsOfFile: record, encoding: .utf8)) ?? "").contains("# drawn ") }

/// The proof that the simulator sees, replayed: `make sim-selftest` looks for every planted bug anew.
@Suite struct `What the simulator sees` {
    /// In processes of their own: a planted bug is on in the whole process that plays it. One per core: each plays every other bug.
    @Test(.enabled(if: isReplayable(), "the search has to run once: make sim-selftest"))
    func `each planted bug is noticed again at its recorded seed, which holds without it`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-selftest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let results = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { part in
            let run = Result {
                try Program.run("gridline-selftest", ["replay", record, "--part", "\(part)"], in: folder, seconds: 900)
            }
            switch run {
            case .success(let result) where result.status == 0: break
            case .success(let result): results.withLock { $0.append(result.out + result.err) }
            case .failure(let error): results.withLock { $0.append("\(error)") }
            }
        }
        let failures = results.withLock { $0 }
        #expect(failures.isEmpty, "\(failures.joined())")
    }
}
