/// Why an operation was not done: a stable code, and words that say what to do. It crosses the local socket as it is.
public struct OperationProblem: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes.
    public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
        /// GL-Q2001: a file that the operator named cannot be read or written.
        case unreadableFile = "GL-Q2001"
        /// GL-Q2002: the arguments do not make sense together; nothing was done.
        case badArguments = "GL-Q2002"
        /// GL-Q2003: no ticket has this number or UUID.
        case unknownTicket = "GL-Q2003"
        /// GL-Q2004: no person has this id.
        case unknownPerson = "GL-Q2004"
        /// GL-Q2005: no grid has this id.
        case unknownGrid = "GL-Q2005"
        /// GL-Q2006: no command has this id, or it is not held.
        case unknownCommand = "GL-Q2006"
        /// GL-Q2007: no device has this id.
        case unknownDevice = "GL-Q2007"
        /// GL-Q2008: the author's role does not allow it.
        case notAllowed = "GL-Q2008"
        /// GL-Q2009: the rules of the state machine refuse it; the reason code follows.
        case refused = "GL-Q2009"
        /// GL-Q2010: another process has the store, and no `serve` answers on its socket.
        case storeBusy = "GL-Q2010"
        /// GL-Q2011: there is no store here, or it is damaged.
        case noStore = "GL-Q2011"
        /// GL-Q2012: `serve` is running; stop it first.
        case serving = "GL-Q2012"
        /// GL-Q2013: the running `serve` speaks another version of the local socket.
        case otherVersion = "GL-Q2013"
        /// GL-Q2014: the store failed, for instance because the disk is full; nothing was done.
        case storeFailed = "GL-Q2014"
        /// GL-Q2015: the connection to `serve` broke; look whether it was done before doing it again.
        case interrupted = "GL-Q2015"
        /// GL-Q2016: a key or certificate file is missing, unreadable or not what it should be.
        case badKey = "GL-Q2016"
        /// GL-Q2017: the profile is not valid.
        case badProfile = "GL-Q2017"
        /// GL-Q2018: the journal, a chain or a page does not verify.
        case notWhole = "GL-Q2018"
        /// GL-Q2019: something is there already; nothing was overwritten.
        case exists = "GL-Q2019"
        /// GL-Q2020: the configuration of `serve` is faulty; every fault is listed, nothing was started.
        case badConfiguration = "GL-Q2020"
        /// GL-Q2021: no conflict has this id.
        case unknownConflict = "GL-Q2021"
        /// GL-Q2022: nobody asked for anything on this ticket, or somebody answered before.
        case nothingAsked = "GL-Q2022"
        /// GL-Q2023: nobody has the skill there; nothing was dispatched.
        case nobodyFits = "GL-Q2023"
        /// GL-Q2024: the calendar is not valid; nothing was loaded.
        case badCalendar = "GL-Q2024"
    }

    /// The stable code.
    public var code: Code
    /// What happened and what to do, in English. Never a citizen's data.
    public var message: String
    /// The reason code of the rules, where they refused.
    public var reason: String?

    /// A problem.
    public init(_ code: Code, _ message: String, reason: String? = nil) {
        self.code = code
        self.message = message
        self.reason = reason
    }

    /// `GL-Q2003 no ticket …`
    public var description: String { "\(code.rawValue) \(message)" }
}
