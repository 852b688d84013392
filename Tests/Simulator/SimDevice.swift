import Changeset
import Fixture
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

/// What a device accepted from its person, kept outside of it.
package struct Ledger: Sendable {
    /// One command.
    package struct Entry: Hashable, Sendable {
        /// What was given.
        package var kind: CommandKind
        /// On which ticket.
        package var ticket: TicketID
        /// The words in it, if any.
        package var words: String?
        /// Taken back before it was offered.
        package var isTakenBack = false
    }
    /// By identity.
    package var entries: [CommandID: Entry] = [:]
    /// Verdicts that the device was told: they stay.
    package var told: [CommandID: Told] = [:]
    /// The device died while this was being given, or taken back: either is right.
    package var inDoubt: [CommandID: Entry] = [:]

    /// What a device was told of one command.
    package struct Told: Hashable, Sendable {
        /// The verdict.
        package var verdict: String
        /// The later decision.
        package var decision: String?
    }
}

/// One device of a run: the production client over a production replica, in files of a `Disk`, that can die at any call.
package final class SimDevice {
    /// Its group of files.
    package let file: String
    /// Its person.
    package let person: String
    /// Counts from 0 in a run; clones come last.
    package let index: Int
    /// What it accepted.
    package var ledger = Ledger()
    /// The ledger as of the snapshot, if there is one.
    package var snapshot: Ledger?
    /// Device clock minus true time.
    package var skew: Milliseconds = 0
    /// Which way is closed.
    package var partition = Partition.none
    /// It was told to erase itself.
    package var isWiped = false
    /// It has to enrol again before the centre takes anything from it.
    package var mustEnrol = false
    /// How its last sync ended.
    package var lastEnding: SyncSession.Ending?
    /// The base that was last seen, with the incarnation and generation it counts in.
    package var cursor: CursorSeen?

    /// A cursor as it was seen.
    package struct CursorSeen: Hashable, Sendable {
        var incarnation: [UInt8]
        var generation: Int64
        var base: Int64
    }

    /// Which way is closed.
    package enum Partition: Int, Sendable { case none, out, `in`, both }

    private let disk: Disk
    private let clock: VirtualClock
    /// The steps of its release's schema.
    private(set) var migrations: [Migration]
    private var bootedAt: Milliseconds
    private var bootID: [UInt8]
    private var opened: Replica?
    private var looking: Peek? { didSet { if oldValue !== looking { oldValue?.isHolding = false } } }
    private var crashesSeen = 0
    private var errorsSeen = 0
    private var session: SyncSession?
    private var pending: SyncSession.Action?
    private var sentAt: ClockReading
    static let address = try! ServerAddress("http://127.0.0.1:1")  // a loopback address is always taken

    init(
        file: String, person: String, index: Int, disk: Disk, clock: VirtualClock, migrations: [Migration],
        random: inout SplitMix64
    ) {
        self.file = file
        self.person = person
        self.index = index
        self.disk = disk
        self.clock = clock
        self.migrations = migrations
        bootedAt = clock.now - 3_600_000
        bootID = random.bytes(16)
        sentAt = ClockReading(wall: 0, bootReading: 0, bootID: bootID)
        crashesSeen = disk.crashCount(file)
    }

    deinit { close() }

    /// The device's clocks now.
    package var reading: ClockReading {
        ClockReading(wall: clock.now + skew, bootReading: clock.now - bootedAt, bootID: bootID)
    }

    /// Whether it has an older program.
    package var isOldRelease: Bool { migrations.count < Migration.all.count }

    /// Checkers look at it, and nobody acts.
    var isBeingChecked = false { didSet { looking?.isHolding = isBeingChecked } }

    /// The simulator's own look into the replica.
    package func peek() throws -> Peek {
        if let looking { return looking }
        let peek = try disk.look(at: file)
        peek.isHolding = isBeingChecked
        looking = peek
        return peek
    }

    /// The replica, opened if it was not.
    package func replica() throws -> Replica {
        if let opened { return opened }
        let replica = try Replica.open(at: disk.path(file), migrations: migrations)
        opened = replica
        return replica
    }

    /// The program ends in order.
    package func close() {
        looking = nil
        session = nil
        pending = nil
        opened = nil
    }

    /// The program dies, and the machine perhaps with it.
    package func die(_ accident: Disk.Accident, seed: UInt64) {
        looking = nil
        disk.crash(file, accident, seed: seed)
        noteAccidents()
    }

    /// Whether something has happened to its disk since this was last asked; a program that died is taken away.
    @discardableResult
    package func noteAccidents() -> Bool {
        let (crashes, errors) = (disk.crashCount(file), disk.errorCount(file))
        let happened = crashes != crashesSeen || errors != errorsSeen
        if crashes != crashesSeen {
            crashesSeen = crashes
            close()
        }
        errorsSeen = disk.errorCount(file)
        return happened
    }

    /// Its files are other files now.
    package func filesReplaced() {
        close()
        crashesSeen = disk.crashCount(file)
        cursor = nil
    }

    /// It is switched off and on.
    package func reboot(_ random: inout SplitMix64) {
        bootedAt = clock.now
        bootID = random.bytes(16)
    }

    /// It gets the newest program.
    package func upgrade() {
        close()
        migrations = World.migrations(upTo: Migration.all.count)
    }

    // Syncing, one request at a time.

    /// Whether a sync stopped half-way.
    package var isSyncing: Bool { session != nil }

    /// Goes on until a request is ready to be sent, or the sync has ended.
    ///
    /// - Parameter limits: For the requests that are made.
    package func nextRequest(limits: OutgoingLimits, dice: SplitMix64) throws -> HTTPRequest? {
        if session == nil {
            let fresh = SyncSession(Self.address, random: dice)
            session = fresh
            pending = fresh.start
        }
        while true {
            switch pending {
            case .prepare(let withCertificate):
                sentAt = reading
                let outgoing = try replica().prepareRequest(
                    limits: limits, now: sentAt, clientVersion: "sim", withCertificate: withCertificate)
                pending = session?.handle(.prepared(outgoing.signedRequest))
            case .send(let request): return request
            case .absorb(let response):
                let step = try replica().absorb(response, receivedAt: reading, sentAt: sentAt)
                pending = session?.handle(.absorbed(try progress(step)))
            case .pause(let milliseconds):
                clock.advance(milliseconds)
                pending = session?.handle(.paused)
            case .finish(let ending):
                end(ending)
                return nil
            case nil: return nil
            }
        }
    }

    /// What became of the request.
    package func take(_ event: SyncSession.Event) { pending = session?.handle(event) }

    /// The sync is given up: the program was stopped.
    package func abandon() {
        session = nil
        pending = nil
    }

    private func end(_ ending: SyncSession.Ending) {
        lastEnding = ending
        if ending == .wiped { isWiped = true }
        if case .failed(.refused(let details), _) = ending, details.problem == .enrolAgain { mustEnrol = true }
        session = nil
        pending = nil
    }

    private func progress(_ step: SyncStep) throws -> SyncSession.Progress {
        switch step {
        case .more: .more
        case .done: .done
        case .resend: .resend
        case .forked: .forked
        case .wiped: .wiped(unsentCount: try replica().countToSend())
        }
    }
}
