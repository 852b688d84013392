/// How large a city to build and how hard to press it.
public struct CityPlan: Sendable {
    /// Tickets in the store.
    public var tickets = 1_000_000
    /// Devices, one worker each.
    public var replicas = 2_000
    /// Syncs under way at once.
    public var atOnce = 300
    /// Of everything random.
    public var seed: UInt64 = 20_261_121
    /// The rush must be over by then.
    public var minutes = 5.0
    /// Devices arrive within this time, most of them early; 0 = all at once. Seconds.
    public var spreadSeconds = 60.0
    /// Open tickets of one worker.
    public var openPerWorker = 50
    /// Commands that one worker brings.
    public var commands = 5...20
    /// Workers of one grid.
    public var workersPerGrid = 50
    /// Where the city is built; removed afterwards.
    public var folder: String?
    /// The server's own check of journal and chains at the end. On a million tickets it takes minutes.
    public var verifies = false
    /// Gets lines as the run goes on.
    public var progress: @Sendable (String) -> Void = { _ in }

    /// The city of `make bench-city`.
    public init() {}
}
