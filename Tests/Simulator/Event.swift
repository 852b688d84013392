/// One thing that happens in a schedule: a kind and three raw numbers. What they pick is found by modulo when the event's turn comes,
/// so that every part of a list of events is a valid list, and leaving one out does not change what the others mean more than it
/// must.
package struct Event: Hashable, Sendable {
    /// What happens.
    package var kind: Kind
    /// Who or where.
    package var who: UInt32
    /// What exactly.
    package var what: UInt32
    /// The seed of everything random inside: identifiers, fates of requests, what a power cut leaves.
    package var salt: UInt32

    /// An event.
    package init(_ kind: Kind, who: UInt32 = 0, what: UInt32 = 0, salt: UInt32 = 0) {
        self.kind = kind
        self.who = who
        self.what = what
        self.salt = salt
    }

    /// Everything that can happen; raw values are the words of a script.
    package enum Kind: String, CaseIterable, Sendable {
        // People.
        /// A person gives a command on a device.
        case give
        /// A person takes back what was not offered.
        case undo
        /// A person asks for a sent command back.
        case retract
        /// A person settles a conflict.
        case choose
        /// A dispatcher acts on a ticket.
        case act
        /// A dispatcher answers a held command.
        case decide
        /// A ticket comes in and is dispatched.
        case ticket
        /// A ticket or a person changes grid.
        case move
        /// A person changes profession or role.
        case role
        // The network.
        /// A device asks the centre, some requests long; the next sync of it goes on where this one stopped.
        case sync
        /// Requests of several devices arrive as one batch.
        case crowd
        /// An old request arrives once more.
        case replay
        /// A request that was delayed arrives.
        case arrive
        /// Signal goes or comes, in one direction or both.
        case partition
        // Processes and disks.
        /// A process is stopped in order and started again.
        case restart
        /// A process is killed and started again.
        case kill
        /// A machine loses power and starts again.
        case power
        /// A process will die at the k-th call to its disk from now.
        case crashAt = "crash-at"
        /// The k-th call to a disk from now will fail.
        case failAt = "fail-at"
        /// A disk fills up, or is given room again.
        case full
        // Clocks.
        /// Time passes.
        case wait
        /// A device's clock jumps.
        case skew
        /// A device is switched off and on: its boot begins anew.
        case reboot
        /// The centre's clock steps back.
        case clock
        // Copies.
        /// A device's files are copied.
        case snapshot
        /// A device gets its older files back.
        case restorePhone = "restore-phone"
        /// A second device goes on with a copy of the files.
        case clone
        /// The centre is backed up.
        case backup
        /// The centre's store is lost, and its backup put in place.
        case restoreCentre = "restore-centre"
        // Devices and releases.
        /// The centre revokes a device.
        case revoke
        /// A device gets the newest program.
        case upgrade
    }
}

extension Event: CustomStringConvertible {
    /// One line of a script.
    package var description: String { "\(kind.rawValue) \(who) \(what) \(salt)" }

    /// Reads one line of a script; nil for anything else.
    package init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count == 4, let kind = Kind(rawValue: String(words[0])), let who = UInt32(words[1]),
            let what = UInt32(words[2]),
            let salt = UInt32(words[3])
        else { return nil }
        self.init(kind, who: who, what: what, salt: salt)
    }
}

/// What can go wrong. Each seed has some of them, and some seeds none.
package enum Fault: String, CaseIterable, Sendable {
    case requestLost = "request-lost"
    case answerLost = "answer-lost"
    case answerCut = "answer-cut"
    case duplicated
    case replayed
    case delayed
    case partitioned
    case slow
    case smallRequests = "small-requests"
    case smallPages = "small-pages"
    case deviceRestart = "device-restart"
    case deviceKill = "device-kill"
    case devicePower = "device-power"
    case deviceCrashAt = "device-crash-at"
    case deviceError = "device-error"
    case deviceFull = "device-full"
    case centreRestart = "centre-restart"
    case centreKill = "centre-kill"
    case centrePower = "centre-power"
    case centreCrashAt = "centre-crash-at"
    case centreError = "centre-error"
    case centreFull = "centre-full"
    case deviceClock = "device-clock"
    case deviceReboot = "device-reboot"
    case centreClock = "centre-clock"
    case phoneRestored = "phone-restored"
    case cloned
    case centreRestored = "centre-restored"
    case journalCopy = "journal-copy"
    case revoked
    case scopeMoved = "scope-moved"
    case roleChanged = "role-changed"
    case oldRelease = "old-release"

    /// Needs files that tell apart what was synced.
    package var needsTracking: Bool {
        switch self {
        case .devicePower, .centrePower, .deviceCrashAt, .centreCrashAt, .deviceError, .centreError: true
        default: false
        }
    }
}
