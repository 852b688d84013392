import ArgumentParser
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

/// How a run ends, for scripts. The numbers are part of the program's contract.
enum ExitStatus: Int32 {
    case done = 0
    case error = 1
    case cancelled = 2
    /// Offline, or something is still unsent.
    case unsent = 3
    case notAuthorised = 4
    /// A conflict needs a person.
    case conflict = 5
    /// The command line itself is wrong.
    case usage = 64
}

/// What a person is told when something did not work: what happened, what to do, the stable code, and what is safe.
struct Failure: Error, Equatable {
    let code: String
    let words: Words
    let exit: ExitStatus
    /// What this does to work on the device; nil where no work is touched at all.
    var safe: Words? = Say.workIsSafe

    /// The whole message.
    func text(_ language: Language) -> String {
        // On a line of its own: what stands before often ends with a command to type.
        "\(code) " + [words, safe].compactMap { $0?.text(language) }.joined(separator: "\n")
    }
}

extension Failure {
    /// The person did not go on.
    static let cancelled = Failure(code: "GL-C2001", words: Say.cancelled, exit: .cancelled, safe: nil)
    static func invalidText(_ place: Words) -> Failure {
        Failure(code: "GL-C2002", words: Say.invalidText(place), exit: .usage, safe: Say.nothingRecorded)
    }
    static func fault(_ fault: ArgumentFault) -> Failure {
        Failure(
            code: "GL-C2003", words: Say.argumentFault(Words(fault.english, fault.chinese)), exit: .usage,
            safe: Say.nothingRecorded)
    }
    static let needsWords = Failure(code: "GL-C2004", words: Say.needsWords, exit: .usage, safe: Say.nothingRecorded)
    static let wordsTwice = Failure(code: "GL-C2005", words: Say.wordsTwice, exit: .usage, safe: Say.nothingRecorded)
    static let nothingToEdit = Failure(
        code: "GL-C2011", words: Say.nothingToEdit, exit: .usage, safe: Say.nothingRecorded)
    static let needsAddress = Failure(code: "GL-C2014", words: Say.needsAddress, exit: .usage, safe: nil)
    static let needsCode = Failure(code: "GL-C2006", words: Say.needsCode, exit: .usage, safe: nil)
    static func unreadable(_ path: String, _ refusal: File.Refusal) -> Failure {
        refusal.isTooLong
            ? Failure(code: "GL-C2008", words: Say.tooLong(path), exit: .usage, safe: Say.nothingRecorded)
            : Failure(code: "GL-C2007", words: Say.unreadableFile(path, "\(refusal.code)"), exit: .error, safe: nil)
    }
    static func unwritable(_ path: String, _ refusal: File.Refusal) -> Failure {
        Failure(code: "GL-C2009", words: Say.unwritableFile(path, "\(refusal.code)"), exit: .error)
    }
    static func usage(_ words: Words) -> Failure {
        Failure(code: "GL-C2000", words: words, exit: .usage, safe: nil)
    }
    static let tooManyWords = Failure(
        code: "GL-C2013", words: Say.tooManyWords("\(Replica.searchWordsMax)"), exit: .usage, safe: nil)

    static func unknownGrid(_ id: String) -> Failure {
        Failure(code: "GL-C2019", words: Say.unknownGrid(id), exit: .usage, safe: nil)
    }
    static let oneSide = Failure(code: "GL-C2017", words: Say.oneSide, exit: .usage, safe: Say.nothingRecorded)
    static func unknownConflict(_ number: String) -> Failure {
        Failure(code: "GL-C2018", words: Say.unknownConflict(number), exit: .error, safe: Say.nothingRecorded)
    }

    /// Any error of the modules below.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ReplicaError: self.init(error)
        case let error as SyncFailure: self.init(error)
        case let error as TransportError: self.init(error)
        case let refusal as ServerAddress.Refusal:
            let isPlain = refusal == .plain
            self.init(
                code: isPlain ? "GL-C1014" : "GL-C1013", words: isPlain ? Say.plainAddress : Say.badAddress, exit: .usage,
                safe: nil)
        case let error as ProtocolError: self.init(ProblemDetails(error))
        // Never the error's own text: it might quote what a person wrote.
        default: self.init(code: "GL-C9000", words: Say.unforeseen("\(type(of: error))"), exit: .error)
        }
    }

    private init(_ error: ReplicaError) {
        var exit = ExitStatus.error
        var safe: Words? = Say.workIsSafe
        switch error {
        case .refused(let reason, _):
            exit = [.notYours, .notPermitted, .notEditable].contains(reason) ? .notAuthorised : .error
            safe = Say.nothingRecorded
        case .leaving, .unknownTicket, .ambiguousTicket: safe = Say.nothingRecorded
        case .revoked: exit = .notAuthorised
        case .notEnrolled: (exit, safe) = (.notAuthorised, nil)
        case .otherPerson: exit = .notAuthorised
        case .alreadyEnrolled, .notAReplica, .damaged, .inconsistent, .storageFailed, .commandsMissing: safe = nil
        default: break
        }
        self.init(code: error.code, words: ReplicaWords.of(error), exit: exit, safe: safe)
    }

    private init(_ details: ProblemDetails) {
        let isIdentity = (401...403).contains(details.status)
        let exit: ExitStatus = isIdentity ? .notAuthorised : details.problem?.isTransient == true ? .unsent : .error
        self.init(
            code: details.code, words: Say.problem(details.title, details.meaning, details.action), exit: exit)
    }

    private init(_ failure: SyncFailure) {
        switch failure {
        case .transport(let error): self.init(error)
        case .refused(let details): self.init(details)
        case .unreadable(let error): self.init(ProblemDetails(error))
        case .busy(let status): self.init(code: "GL-C1011", words: Say.busy("\(status)"), exit: .unsent)
        case .notGridline(let status, let type):
            self.init(code: "GL-C1010", words: Say.notGridline("\(status)", type), exit: .unsent)
        case .endless(let rounds): self.init(code: "GL-C1012", words: Say.endless("\(rounds)"), exit: .unsent)
        case .turningInCircles: self.init(code: "GL-C1015", words: Say.turningInCircles, exit: .unsent)
        case .wrongCertificate: self.init(code: "GL-C1016", words: Say.wrongCertificate, exit: .error)
        }
    }

    private init(_ error: TransportError) {
        switch error {
        case .offline(let reason): self.init(code: "GL-C1001", words: Say.offline(ReplicaWords.network(reason)), exit: .unsent)
        case .timedOut: self.init(code: "GL-C1002", words: Say.timedOut, exit: .unsent)
        case .tls(let reason): self.init(code: "GL-C1003", words: Say.tls(ReplicaWords.network(reason)), exit: .error)
        case .interrupted(let bytes): self.init(code: "GL-C1004", words: Say.interrupted("\(bytes)"), exit: .unsent)
        case .redirected(let status, let host):
            self.init(code: "GL-C1005", words: Say.redirected("\(status)", host), exit: .unsent)
        case .tooLarge(let bytes): self.init(code: "GL-C1006", words: Say.tooLarge("\(bytes >> 20)"), exit: .error)
        case .garbled(let reason): self.init(code: "GL-C1007", words: Say.garbled(ReplicaWords.network(reason)), exit: .unsent)
        case .authorityUnreadable: self.init(code: "GL-C1008", words: Say.authorityUnreadable, exit: .error)
        case .unavailable(let reason): self.init(code: "GL-C1009", words: Say.libraryMissing(reason), exit: .error)
        }
    }
}
