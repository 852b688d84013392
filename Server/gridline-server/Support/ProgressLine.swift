import Foundation
import Queue

/// One line on a terminal that says how far an import is. Nothing where standard error is no terminal, and nothing in the first
/// half second: what is quick needs no show.
final class ProgressLine {
    private let output: Output
    private let isTerminal = isatty(2) == 1
    private let started = ContinuousClock.now
    private var shown = ContinuousClock.now
    private var isShown = false

    init(_ output: Output) { self.output = output }

    func show(_ progress: ImportProgress) {
        let now = ContinuousClock.now
        guard isTerminal, now - started > .milliseconds(500), !isShown || now - shown > .milliseconds(100) else { return }
        shown = now
        isShown = true
        let seconds = Double((now - started) / .milliseconds(1)) / 1000
        let rate = Int(Double(progress.rows) / max(seconds, 0.001))
        let share = progress.bytesTotal.map { $0 > 0 ? " \(min(100, progress.bytesRead * 100 / $0))%" : "" } ?? ""
        let words = output.words(
            "\(progress.rows) rows, \(rate)/s, \(progress.rejected) rejected\(share)",
            "\(progress.rows) 行，每秒 \(rate) 行，拒收 \(progress.rejected) 行\(share)")
        write("\r\u{1b}[K" + words)
    }

    func clear() {
        if isShown { write("\r\u{1b}[K") }
        isShown = false
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
