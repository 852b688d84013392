public import Tickets

/// How a store stands, in few numbers: for an operator's status and for a machine that watches. Nothing in it is about one person,
/// device or ticket.
public struct StoreFigures: Hashable, Sendable {
    /// Identity, head and backup watermark.
    public var state: StoreState
    /// When the newest backup was taken; nil if there never was one.
    public var backupAt: Milliseconds?
    /// Devices that are not revoked.
    public var deviceCount = 0
    /// Devices that are revoked.
    public var revokedCount = 0
    /// Devices in use that were heard within each of `ages`, in their order.
    public var heardCounts = [Int](repeating: 0, count: StoreFigures.ages.count)
    /// The farthest that a device's base lies behind the head, in journal entries; devices in use that ever read something.
    public var lagMax: UInt64 = 0
    /// Devices whose base lies more than each of `lags` behind the head, in their order.
    public var laggingCounts = [Int](repeating: 0, count: StoreFigures.lags.count)
    /// Commands that devices said were still on them at their last contact.
    public var unsentCount: UInt64 = 0
    /// Devices that said so.
    public var devicesWithUnsent = 0
    /// When the oldest of those commands was given; nil if there is none or no device said.
    public var oldestUnsentAt: Milliseconds?
    /// Devices whose oldest unsent command is older than each of `ages`, in their order.
    public var unsentOlderCounts = [Int](repeating: 0, count: StoreFigures.ages.count)
    /// Commands that wait for a decision.
    public var heldCount = 0
    /// When the oldest of them was received; nil if there is none.
    public var heldSince: Milliseconds?
    /// Of the held commands, those that the decision code failed on.
    public var poisonedCount = 0
    /// When the oldest of those was received; nil if there is none.
    public var poisonedSince: Milliseconds?
    /// Alarms of the scheduler that stand, by kind.
    public var alarmCounts: [AlarmKind: Int] = [:]
    /// Devices in use whose chain forked: restored from a phone's backup, or copied.
    public var forkedCount = 0
    /// Of them, those of whose chain two heads went on.
    public var twoHeadsCount = 0

    /// An hour, a day, a week, in milliseconds.
    public static let ages: [Milliseconds] = [3_600_000, 86_400_000, 7 * 86_400_000]
    /// Journal entries.
    public static let lags: [UInt64] = [0, 10, 100, 1_000, 10_000, 100_000]

    /// Nothing but a state.
    public init(state: StoreState) { self.state = state }
}
