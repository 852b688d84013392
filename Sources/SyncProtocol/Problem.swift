/// Words in both languages.
public struct Words: Hashable, Sendable {
    /// For people who read English.
    public let english: String
    /// 中文
    public let chinese: String

    /// The same thing said twice.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }
}

/// Everything that can be wrong with an exchange, as a stable code. A code is never given a second meaning.
///
/// 10xx: the message · 11xx: who sends it · 12xx: the centre · 13xx: key files.
public enum Problem: String, CaseIterable, Hashable, Sendable {
    case brokenEnvelope = "GL-P1001"
    case badSignature = "GL-P1002"
    case bodyTooLarge = "GL-P1003"
    case decompressionLimit = "GL-P1004"
    case clientTooOld = "GL-P1005"
    case clientTooNew = "GL-P1006"
    case unsupportedContentType = "GL-P1007"
    case notAcceptable = "GL-P1008"
    case notFound = "GL-P1009"
    case methodNotAllowed = "GL-P1010"
    case tooManyCommands = "GL-P1011"
    case brokenChain = "GL-P1012"
    case unreadablePayload = "GL-P1013"
    case unreadableAnswer = "GL-P1014"
    case requestTimedOut = "GL-P1015"
    case unknownDevice = "GL-P1101"
    case badCertificate = "GL-P1102"
    case wrongCode = "GL-P1103"
    case usedCode = "GL-P1104"
    case expiredCode = "GL-P1105"
    case tooManyAttempts = "GL-P1106"
    case notEnrolled = "GL-P1107"
    case enrolAgain = "GL-P1108"
    case certificateRequired = "GL-P1109"
    case replicaTaken = "GL-P1110"
    case tokenExpired = "GL-P1111"
    case overloaded = "GL-P1201"
    case storeUnavailable = "GL-P1202"
    case storeFull = "GL-P1203"
    case internalError = "GL-P1204"
    case stopping = "GL-P1205"
    case brokenKeyFile = "GL-P1301"

    /// The HTTP status that the centre answers with. Of problems that only a device meets, the one it would be.
    public var httpStatus: Int {
        switch self {
        case .brokenEnvelope, .badSignature, .clientTooOld, .clientTooNew, .brokenChain, .unreadablePayload: 400
        case .tokenExpired: 401
        case .unknownDevice, .badCertificate, .wrongCode, .usedCode, .expiredCode, .notEnrolled, .enrolAgain,
            .certificateRequired:
            403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .requestTimedOut: 408
        case .replicaTaken: 409
        case .bodyTooLarge, .decompressionLimit, .tooManyCommands: 413
        case .unsupportedContentType: 415
        case .tooManyAttempts: 429
        case .internalError, .brokenKeyFile: 500
        case .unreadableAnswer: 502
        case .overloaded, .storeUnavailable, .stopping: 503
        case .storeFull: 507
        }
    }

    /// Whether the same request may succeed later, without anything being done about it.
    public var isTransient: Bool {
        switch self {
        case .requestTimedOut, .tooManyAttempts, .overloaded, .storeUnavailable, .storeFull, .internalError, .stopping,
            .unreadableAnswer:
            true
        default: false
        }
    }

    /// How long to wait before the next attempt, in seconds, if it is for the centre to say.
    public var retryAfterSeconds: Int? {
        switch self {
        case .overloaded, .stopping: 5
        case .storeUnavailable: 30
        case .storeFull, .internalError: 60
        case .tooManyAttempts: 600
        default: nil
        }
    }

    /// Title, meaning and what to do.
    public var words: (title: Words, meaning: Words, action: Words) { (title, meaning, action) }
}
