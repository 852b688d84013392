import SyncProtocol

/// What bounds a connection and a request. Slow clients are normal: a phone on 2G sends 4 MiB in nine minutes; what stands still
/// is cut.
public struct HTTPLimits: Hashable, Sendable {
    /// Compressed bytes of one body.
    public var bodyBytesMax = WireLimits.requestBytesMax
    /// Bytes of all bodies that are being received at once.
    public var receivingBytesMax = 256 << 20
    /// Bytes of all answers that are being sent at once.
    public var sendingBytesMax = 256 << 20
    /// Requests at once, watches aside; one more is turned away before its body is read.
    public var requestsMax = 1_024
    /// Connections at once, watching ones among them; more wait in the kernel's queue. Lowered to what the system has descriptors
    /// for.
    public var connectionsMax = 4_096
    /// A watch is answered after this long, whether there is news or not.
    public var watchSeconds = WatchNews.waitSecondsMax
    /// A connection on which nothing arrives for this long is closed: before, in and between requests.
    public var idleSeconds = 60
    /// A body may take this long at any speed …
    public var bodyGraceSeconds = 60.0
    /// … and then must have come at this speed since its beginning.
    public var bodyBytesPerSecondMin = 256.0
    /// An answer of which nothing could be sent for this long ends the connection.
    public var writeSeconds = 300
    /// Bytes of all header fields of one request.
    public var headerBytesMax = 16 << 10

    /// The defaults.
    public init() {}
}
