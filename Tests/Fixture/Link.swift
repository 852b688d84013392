public import SyncClient

/// What happens to one exchange on its way.
public enum Fate: Sendable {
    /// Both ways are open.
    case delivered
    /// Nothing arrives; the device knows.
    case offline
    /// The request is lost on its way; the device hears nothing.
    case requestLost
    /// The centre has it and has answered; the answer is lost.
    case answerLost
    /// The answer breaks off after so many bytes.
    case answerCut(bytes: Int)
    /// The request arrives twice, one after the other; the second answer comes through.
    case duplicated
    /// Something else answers.
    case replaced(HTTPResponse)
}

/// The way between one device and the centre, in memory. It loses, doubles and cuts what the test says.
public final class Link: Transport {
    /// The other end. A test may put another centre there.
    public var centre: CentreFixture
    /// Fates of the next exchanges, in order; afterwards everything is delivered.
    public var fates: [Fate] = []
    /// Decides where `fates` is empty; gets the number of the exchange, from 0.
    public var fate: ((Int) -> Fate)?
    /// Called before the centre sees a request, with the number of the exchange.
    public var willDeliver: ((Int) throws -> Void)?
    /// Called when an answer has come through, with the number of the exchange.
    public var didAnswer: ((Int) -> Void)?
    /// Everything that was sent, whatever became of it.
    public private(set) var requests: [HTTPRequest] = []
    /// Everything that the centre answered, whatever became of it.
    public private(set) var answers: [HTTPResponse] = []
    /// The body that each of them answers.
    public private(set) var asked: [[UInt8]] = []

    /// A way to a centre.
    public init(to centre: CentreFixture) { self.centre = centre }

    /// Forgets what was recorded.
    public func clear() {
        requests = []
        answers = []
        asked = []
    }

    /// One exchange.
    public func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        let number = requests.count
        requests.append(request)
        let fate = fates.isEmpty ? fate?(number) ?? .delivered : fates.removeFirst()
        switch fate {
        case .offline: throw .offline("no signal")
        case .requestLost: throw .timedOut
        case .replaced(let response): return response
        case .delivered, .answerLost, .answerCut, .duplicated: break
        }
        do { try willDeliver?(number) } catch { throw .garbled("the test's own hook failed: \(error)") }
        var answer = centre.answer(request)
        answers.append(answer)
        asked.append(request.body)
        switch fate {
        case .answerLost: throw .timedOut
        case .answerCut(let bytes): throw .interrupted(bytes: min(bytes, answer.body.count))
        case .duplicated:
            answer = centre.answer(request)
            answers.append(answer)
            asked.append(request.body)
        default: break
        }
        didAnswer?(number)
        return answer
    }
}
