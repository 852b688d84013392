import Dispatch
import SyncProtocol

/// Reads a staged page on another thread while the one before it is applied: a first pull of a whole district has dozens, and to read
/// one takes a third of what it takes to apply it.
///
/// `@unchecked Sendable` because its pages change hands: `page` waits for the other thread before it touches them.
final class PageAhead: @unchecked Sendable {
    private let queue = DispatchQueue(label: "gridline.pages", qos: .userInitiated)
    private let isRead = DispatchSemaphore(value: 0)
    private var read: Page?
    private var given: Page?
    /// Was applied, and is freed by the other thread as well: thousands of small pieces of memory.
    private var applied: Page?

    /// Begins to read a page. To be followed by `page`.
    func begin(_ bytes: [UInt8]) {
        queue.async { [self] in
            applied = nil
            read = try? Page(decoding: bytes)
            isRead.signal()
        }
    }

    /// The page that was begun with; nil if it cannot be read.
    func page() -> Page? {
        isRead.wait()
        applied = given
        given = read
        read = nil
        return given
    }
}
