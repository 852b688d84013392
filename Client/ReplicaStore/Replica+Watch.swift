/// What a watch has to know of the replica.
public struct WatchStanding: Hashable, Sendable {
    /// The sequence that the replica stands at.
    public var base: UInt64
    /// The last token of the centre; nil before the first.
    public var token: [UInt8]?
    /// Commands that were never sent.
    public var unsentCount: Int

    /// A standing.
    public init(base: UInt64, token: [UInt8]?, unsentCount: Int) {
        self.base = base
        self.token = token
        self.unsentCount = unsentCount
    }
}

extension Replica {
    /// What a watch has to know, as it is now.
    ///
    /// - Throws: `ReplicaError`.
    public func watchStanding() throws -> WatchStanding {
        let unsentCount = try status().unsent.count
        return try read { rows in
            let standing = try rows.standing()
            return WatchStanding(base: standing.cursor.base, token: standing.token, unsentCount: unsentCount)
        }
    }
}
