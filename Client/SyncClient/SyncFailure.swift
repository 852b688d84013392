public import SyncProtocol

/// Why a sync or an enrolment ended before its end. Whatever it is, commands stay in the outbox and pages that came stay staged.
public enum SyncFailure: Error, Hashable, Sendable {
    /// No whole answer came.
    case transport(TransportError)
    /// The centre refused, and said why.
    case refused(ProblemDetails)
    /// The centre, or something before it, has too much to do.
    case busy(status: Int)
    /// Something else answered.
    case notGridline(status: Int, contentType: String)
    /// The answer has the right type and cannot be read.
    case unreadable(ProtocolError)
    /// The centre and this device do not come to an end. A fault in one of them; the next sync goes on where this one stopped.
    case endless(rounds: Int)
    /// The centre asked again and again for the same: a fault; nothing is lost.
    case turningInCircles
    /// The certificate that came back is not for this device.
    case wrongCertificate

    /// Whether the centre, or what stands before it, said that it has too much to do.
    public var isBusy: Bool {
        switch self {
        case .busy: true
        case .refused(let details): details.status == 503 || details.status == 429
        default: false
        }
    }

    /// Whether trying again later can help without anybody doing anything.
    public var isPassing: Bool {
        switch self {
        case .transport(.offline), .transport(.timedOut), .transport(.interrupted), .transport(.garbled), .busy: true
        // A portal goes away when its page was clicked, or at the next street corner.
        case .transport(.redirected), .notGridline: true
        case .refused(let details): details.problem?.isTransient ?? (details.status == 429 || details.status >= 500)
        default: false
        }
    }
}
