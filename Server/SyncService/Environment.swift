import CentralStore
import SyncProtocol
public import Tickets

/// Decides one command. `Tickets.decide`, unless a test puts another one in its place.
public typealias Decider = @Sendable (Command, Ticket?, DecisionContext) throws -> Decision

/// What an operator may set. Times in milliseconds.
public struct ServiceConfiguration: Hashable, Sendable {
    /// How long a token saves verifying the certificate.
    public var tokenLifetime: Milliseconds = 24 * 3_600_000
    /// The longest life of a one-time code, and its default.
    public var codeLifetimeMax: Milliseconds = 10 * 60_000
    /// A code presented in vain this often is worth nothing.
    public var codeAttemptsMax: UInt64 = 5
    /// Codes that do not exist, presented within `wrongCodesWindow` by all devices together; beyond it enrolment rests.
    public var wrongCodesMax = 30
    /// See `wrongCodesMax`.
    public var wrongCodesWindow: Milliseconds = 60_000
    /// Bytes of a page's rows where the device asks for no less.
    public var pageBytesMax = WireLimits.pageBytesMax
    /// Entities of a page.
    public var entitiesPerPageMax = WireLimits.ticketsPerPageMax
    /// What one commit takes on at most; about one per command.
    public var batchWeightMax = 600
    /// What may wait for the writer; beyond it requests are told to come back.
    public var queueWeightMax = 20_000
    /// Requests that are worked on at once.
    public var requestsMax = 2_048
    /// Bytes of decompressed requests and what is made of them, all together.
    public var workingBytesMax = 384 << 20
    /// Devices that may watch at once.
    public var watchersMax = 3_000

    /// The defaults.
    public init() {}
}

/// What every transaction needs besides its input.
struct Environment: Sendable {
    let store: any CentralStore
    let keys: CentreKeys
    let rules: Rules
    let decide: Decider
    /// The wall clock; may step back, which the service evens out.
    let clock: @Sendable () -> Milliseconds
    /// As many unpredictable bytes as asked for.
    let random: @Sendable (Int) -> [UInt8]
    let configuration: ServiceConfiguration
    /// Which devices need not show their certificates.
    let proven = ProvenDevices()
    /// Counts and times what happens.
    var observer: any ServiceObserver = NoServiceObserver()
}

extension Environment {
    /// A number from 0 up to and without `bound`, as chance will have it.
    func chance(below bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        let number = random(8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(bound))
    }
}
