import CentralStore

/// How centre and devices stand, in few numbers.
public struct StatusReport: Codable, Hashable, Sendable {
    /// Who answers.
    public var version: VersionReport
    /// The head that the newest backup holds; 0 = there never was one.
    public var backupWatermark: UInt64
    /// Devices that are not revoked.
    public var devices: Int
    /// Of them, those heard within 24 hours.
    public var heardInDay: Int
    /// Devices that are revoked.
    public var revokedDevices: Int
    /// Journal entries that the farthest device is behind.
    public var lagMax: UInt64
    /// Commands that devices said were still on them.
    public var unsentCommands: UInt64
    /// Devices that said so.
    public var devicesWithUnsent: Int
    /// When the oldest of those commands was given, milliseconds since 1970 UTC.
    public var oldestUnsentAt: Int64?
    /// Commands that wait for a decision.
    public var heldCommands: Int
    /// When the oldest of them was received, milliseconds since 1970 UTC.
    public var heldSince: Int64?
    /// The running server's own figures; nil if none runs.
    public var live: LiveReport?
}

/// What a running server says of itself.
public struct LiveReport: Codable, Hashable, Sendable {
    /// Milliseconds since 1970 UTC.
    public var startedAt: Int64
    /// Requests that wait for the writer.
    public var waitingRequests: Int
    /// Requests that have no answer yet.
    public var openRequests: Int
    /// Connections now.
    public var connections: Int
    /// Of about the last minute.
    public var requestsPerSecond: Double
    /// Half of the last minute's requests took no longer; nil if there were none.
    public var p50Milliseconds: Double?
    /// 99 of 100 of the last minute's requests took no longer; nil if there were none.
    public var p99Milliseconds: Double?
    /// Requests turned away since the start.
    public var shedRequests: UInt64
    /// Commands judged since the start.
    public var judgedCommands: UInt64

    /// The figures.
    public init(
        startedAt: Int64, waitingRequests: Int, openRequests: Int, connections: Int, requestsPerSecond: Double,
        p50Milliseconds: Double?, p99Milliseconds: Double?, shedRequests: UInt64, judgedCommands: UInt64
    ) {
        self.startedAt = startedAt
        self.waitingRequests = waitingRequests
        self.openRequests = openRequests
        self.connections = connections
        self.requestsPerSecond = requestsPerSecond
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
        self.shedRequests = shedRequests
        self.judgedCommands = judgedCommands
    }
}

extension Operations {
    func status(now: Int64) async throws -> Outcome {
        let figures = try await read { try $0.figures(now: now) }
        var version = identity
        version.incarnation = figures.state.incarnation.description
        version.head = figures.state.head
        return .status(
            StatusReport(
                version: version, backupWatermark: figures.state.backupWatermark, devices: figures.deviceCount,
                heardInDay: figures.heardCounts[1], revokedDevices: figures.revokedCount, lagMax: figures.lagMax,
                unsentCommands: figures.unsentCount, devicesWithUnsent: figures.devicesWithUnsent,
                oldestUnsentAt: figures.oldestUnsentAt, heldCommands: figures.heldCount, heldSince: figures.heldSince,
                live: live()))
    }

    /// All devices, the one that was silent longest first; those that were never heard before all.
    func devices() async throws -> [DeviceLine] {
        try await read { reader in
            let head = try reader.state().head
            return try reader.devices().map { DeviceLine($0, head: head) }.sorted {
                ($0.lastContact ?? .min, $0.serial) < ($1.lastContact ?? .min, $1.serial)
            }
        }
    }
}
