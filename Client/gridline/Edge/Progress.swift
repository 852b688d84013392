import Glibc
import Screen
import SyncProtocol
import Synchronization

/// A line on standard error that says what is going on while something takes longer than half a second. It is rubbed out at the
/// end, so that what stays on the screen is the same with and without it.
///
/// The work may stand in one system call for half a minute, so another thread draws. It wakes for nothing but this line.
final class Progress: Sendable {
    private struct State {
        var text: String
        var ticks = 0
        var isShown = false
    }
    private let state: Mutex<State>
    private let width: Int
    private let measure: DisplayWidth
    private let descriptor: Int32
    /// Its other end is closed when the work is done; waiting for that is the drawing thread's clock.
    private let doneReader: Int32
    private let doneWriter: Int32
    private static let delayMilliseconds: Int32 = 500
    private static let stepMilliseconds: Int32 = 250

    /// - Returns: nil where the system gives no pipe: then there is no progress, and the work goes on.
    init?(_ text: String, width: Int, measure: DisplayWidth, descriptor: Int32 = STDERR_FILENO) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (doneReader, doneWriter) = (ends[0], ends[1])
        state = Mutex(State(text: text))
        self.width = width
        self.measure = measure
        self.descriptor = descriptor
    }

    deinit { close(doneReader) }

    /// What is going on now.
    func say(_ text: String) { state.withLock { $0.text = text } }

    /// Runs `work` beside the line.
    func during<T, Failure: Error>(_ work: () throws(Failure) -> T) throws(Failure) -> T {
        var thread = pthread_t()
        let itself = Unmanaged.passRetained(self)
        let started = pthread_create(
            &thread, nil,
            { itself in
                guard let itself else { return nil }
                Unmanaged<Progress>.fromOpaque(itself).takeRetainedValue().draw()
                return nil
            }, itself.toOpaque())
        if started != 0 { itself.release() }
        defer {
            close(doneWriter)
            if started == 0 { pthread_join(thread, nil) }
        }
        return try work()
    }

    private func draw() {
        var wait = Self.delayMilliseconds
        while !isDone(within: wait) {
            wait = Self.stepMilliseconds
            let line = state.withLock { state in
                state.ticks += 1
                state.isShown = true
                return Self.line(state.text, ticks: state.ticks, width: width, measure)
            }
            File.writeAll(descriptor: descriptor, Array(line.utf8))
        }
        if state.withLock({ $0.isShown }) { File.writeAll(descriptor: descriptor, Array("\r\u{1b}[K".utf8)) }
    }

    private func isDone(within milliseconds: Int32) -> Bool {
        var end = pollfd(fd: doneReader, events: Int16(POLLIN), revents: 0)
        return poll(&end, 1, milliseconds) > 0
    }

    /// What is drawn at one tick: something that moves, the words, the seconds so far; never as wide as the terminal, where it
    /// would wrap and could not be rubbed out.
    static func line(_ text: String, ticks: Int, width: Int, _ measure: DisplayWidth) -> String {
        let seconds = (Int(delayMilliseconds) + (ticks - 1) * Int(stepMilliseconds)) / 1000
        let spoke = ["|", "/", "-", "\\"][ticks % 4]
        let tail = seconds > 0 ? " \(seconds) s" : ""
        let room = max(2, width - 4 - measure.cells(tail))
        let words = measure.cells(text) > room ? measure.fitted(text, to: room) : text
        return "\r\(spoke) \(words)\(tail)\u{1b}[K"
    }
}

extension Console {
    /// Does something that can take a while, with a line that says so where a person looks.
    func working<T, Failure: Error>(
        _ words: Words, _ work: ((Words) -> Void) throws(Failure) -> T
    ) throws(Failure) -> T {
        guard showsProgress,
            let progress = Progress(words.text(language), width: Terminal.width(of: STDERR_FILENO) ?? 80, measure: measure)
        else { return try work { _ in } }
        return try progress.during { () throws(Failure) -> T in try work { progress.say($0.text(language)) } }
    }
}
