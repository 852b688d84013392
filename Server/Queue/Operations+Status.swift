import CentralStore

/// How centre and devices stand, in few numbers.
public struct StatusReport: Codable, Hashable, Sendable {
    /// Who answers.
    public var version: VersionReport
    /// The head that the newest backup holds; 0 = there never was one.
    public var backupWatermark: UInt64
    /// When that backup was taken, milliseconds since 1970 UTC; nil if there never was one.
    public var backupAt: Int64?
    /// The copy of the journal on a second disk; nil without one.
    public var journalCopy: CopyReport?
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
    /// Of the held commands, those that the decision code failed on.
    public var poisonedCommands: Int
    /// When the oldest of those was received, milliseconds since 1970 UTC.
    public var poisonedSince: Int64?
    /// Devices in use whose chain forked.
    public var forkedDevices: Int
    /// Of them, those of whose chain two heads went on.
    public var twoHeadedDevices: Int
    /// What the scheduler raised and still stands, by kind; what `alarms` lists.
    public var raised: [String: Int]
    /// The running server's own figures; nil if none runs.
    public var live: LiveReport?
}

/// How the copy of the journal stands.
public struct CopyReport: Codable, Hashable, Sendable {
    /// Its folder.
    public var path: String
    /// The journal's head that it holds.
    public var head: UInt64
    /// Bytes.
    public var bytes: UInt64
    /// The journal's head at which it began.
    public var begin: UInt64
    /// With the newest backup a restore is exact.
    public var isExact: Bool
    /// Why it cannot be written now; nil while it can.
    public var fault: String?
    /// How often it could not be written since the store was opened.
    public var failures: UInt64

    init(_ figures: CopyFigures) {
        (path, head, bytes, begin) = (figures.place, figures.head, figures.bytes, figures.begin)
        (isExact, fault, failures) = (figures.isExact, figures.fault, figures.failureCount)
    }
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
                version: version, backupWatermark: figures.state.backupWatermark, backupAt: figures.backupAt,
                journalCopy: store.journalCopy.map(CopyReport.init), devices: figures.deviceCount,
                heardInDay: figures.heardCounts[1], revokedDevices: figures.revokedCount, lagMax: figures.lagMax,
                unsentCommands: figures.unsentCount, devicesWithUnsent: figures.devicesWithUnsent,
                oldestUnsentAt: figures.oldestUnsentAt, heldCommands: figures.heldCount, heldSince: figures.heldSince,
                poisonedCommands: figures.poisonedCount, poisonedSince: figures.poisonedSince,
                forkedDevices: figures.forkedCount, twoHeadedDevices: figures.twoHeadsCount,
                raised: Dictionary(uniqueKeysWithValues: figures.alarmCounts.map { ($0.key.rawValue, $0.value) }), live: live()))
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
