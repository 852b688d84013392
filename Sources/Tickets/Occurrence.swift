/// What a device's clocks said at one moment.
public struct Reading: Hashable, Sendable {
    /// The wall clock, milliseconds since 1970 UTC, however wrong.
    public var wall: Milliseconds
    /// Milliseconds since boot, running on in suspend.
    public var boot: Milliseconds
    /// Which boot; empty = unknown.
    public var bootID: [UInt8]

    /// A reading.
    public init(wall: Milliseconds, boot: Milliseconds, bootID: [UInt8]) {
        self.wall = wall
        self.boot = boot
        self.bootID = bootID
    }
}

/// When a command happened, as the centre fixes it at the verdict.
public struct Occurrence: Hashable, Sendable {
    /// The moment, in the centre's time.
    public var at: Milliseconds
    /// The device's wall clock was off by more than five minutes.
    public var flagged: Bool
    /// The claim lay before `seen` or after the arrival: the clocks did not agree with themselves.
    public var outlier: Bool
    /// The `floor` for the next command of the chain: an outlier does not move it.
    public var floor: Milliseconds

    /// An occurrence.
    public init(at: Milliseconds, flagged: Bool, outlier: Bool, floor: Milliseconds) {
        self.at = at
        self.flagged = flagged
        self.outlier = outlier
        self.floor = floor
    }
}

/// A correction of the wall clock beyond this is flagged.
public let clockCorrectionMax: Milliseconds = 5 * 60_000

/// Fixes when a command happened.
///
///     same boot:   arrival − (request.boot − given.boot)
///     else:        given.wall + (arrival − request.wall)
///     then within: seen's server time … arrival, and not before an earlier command of the chain
///
/// A skewed clock is measured, corrected and flagged, never refused. Total over all inputs: sums saturate.
/// - Parameters:
///   - given: The readings in the command's payload.
///   - request: The readings in the request that first carried the command.
///   - arrival: The centre's time when that request arrived.
///   - seenServerTime: The server time that the replica had when the command was given.
///   - floor: `Occurrence.floor` of the command before it in the chain; nil at the start.
/// - Source: DESIGN.md section 6.
public func occurredAt(
    given: Reading, request: Reading, arrival: Milliseconds, seenServerTime: Milliseconds, floor: Milliseconds?
) -> Occurrence {
    let sameBoot = !given.bootID.isEmpty && given.bootID == request.bootID
    let claim =
        sameBoot
        ? arrival.minus(request.boot.minus(given.boot))
        : given.wall.plus(arrival.minus(request.wall))
    // The payload is the device's own word: a `seen` from the future must not push a command beyond its arrival.
    let earliest = min(seenServerTime, arrival)
    let outlier = claim < earliest || claim > arrival
    let before = isPlanted("floor-forgotten") ? .min : floor.map { min($0, arrival) } ?? .min
    let moment = isPlanted("clock-believed") ? claim : max(min(max(claim, earliest), arrival), before)
    return Occurrence(
        at: moment, flagged: given.wall.minus(moment).magnitude > clockCorrectionMax.magnitude, outlier: outlier,
        floor: outlier ? before : moment)
}

extension Int64 {
    /// The sum, or the nearest number there is.
    fileprivate func plus(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest number there is.
    fileprivate func minus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
