import Foundation
import Hummingbird
import Logging
import NIOCore
import SyncProtocol
import SyncService
import Synchronization
import Telemetry

/// Answers a simple request as the route `POST /v1/sync` with its middleware does: the same admission, bytes, figures and line in the log.
struct SyncAnswers: Sendable {
    /// Larger bodies come in pieces, and go to the route.
    static let bodyBytesMax = 256 << 10

    private let handling: any CallbackSync
    private let admission: Admission
    private let middleware: LogMiddleware
    private let limits: HTTPLimits
    private let logger: Logger
    private let clock = ContinuousClock()
    private let date = DateLine()

    init(_ handling: any CallbackSync, _ admission: Admission, limits: HTTPLimits, metrics: ServerMetrics?, logger: Logger) {
        self.handling = handling
        self.admission = admission
        self.limits = limits
        self.logger = logger
        middleware = LogMiddleware(metrics: metrics)
    }

    /// Whether a head asks for nothing but its body's answer.
    func isSimple(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, head.path == SyncRoute.path, head.headerFields.count <= 8 else { return false }
        var hasLength = false
        for field in head.headerFields {
            switch field.name {
            case .contentLength:
                guard let count = Int(field.value), 0...min(Self.bodyBytesMax, limits.bodyBytesMax) ~= count else { return false }
                hasLength = true
            case .contentType: guard field.value == ContentType.sync else { return false }
            case .accept: guard field.value == "*/*" else { return false }
            case .userAgent: break
            default: return false
            }
        }
        return hasLength
    }

    /// What a request has of its own until it is answered.
    private struct Course: Sendable {
        let start: ContinuousClock.Instant
        let account = RequestAccount()
        let name: String
        let logger: Logger
    }

    /// - Parameters:
    ///   - resume: Runs what it is given on the connection's event loop.
    ///   - then: Gets the head, the body and what counts the body's bytes until nobody keeps it; on the event loop, once.
    func answer(
        to body: [UInt8], resume: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        then: @escaping @Sendable (HTTPResponse, ByteBuffer, AnswerBudget.Share?) -> Void
    ) {
        middleware.metrics?.requestBegan()
        let name = RequestID().description
        var logger = logger
        logger[metadataKey: "request"] = .string(name)
        let course = Course(start: clock.now, name: name, logger: logger)
        @Sendable func end(_ result: Result<[UInt8], any Error>) {
            do {
                let bytes = try result.get()
                let share = try admission.share(of: bytes.count)
                ended(course, status: 200, sent: bytes.count)
                then(wireHead(bytes.count), ByteBuffer(bytes: bytes), share)
            } catch {
                refuse(error, course, then)
            }
        }
        do {
            try admission.enter()
        } catch {
            return refuse(error, course, then)
        }
        do {
            try admission.reader.check(body.count)
            course.account.noteReceived(bytes: body.count)
            handling.sync(body: body, account: course.account, resume: resume) { result in
                admission.leave()
                end(result)
            }
        } catch {
            admission.leave()
            refuse(error, course, then)
        }
    }

    private func wireHead(_ count: Int) -> HTTPResponse {
        HTTPResponse(
            status: .ok, headerFields: [.contentType: ContentType.sync, .contentLength: String(count), .date: date.text])
    }

    private func refuse(
        _ error: any Error, _ course: Course, _ then: @Sendable (HTTPResponse, ByteBuffer, AnswerBudget.Share?) -> Void
    ) {
        var refusal = ProblemMiddleware.refusal(for: error, course.logger) ?? Refusal(.internalError)
        refusal.details.requestID = course.name
        var response = ProblemMiddleware.marked(refusal.response)
        response.headers[.xRequestID] = course.name
        response.headers[.date] = date.text
        ended(course, status: response.status.code, sent: response.body.contentLength ?? 0)
        then(response.head, ByteBuffer(bytes: refusal.details.encoded()), nil)
    }

    private func ended(_ course: Course, status: Int, sent: Int) {
        middleware.ended(
            course.account.facts, route: SyncRoute.path, method: .post, status: status, sent: sent, since: course.start,
            logger: course.logger)
    }
}

/// The field `Date`, made once a second.
final class DateLine: Sendable {
    private let latest = Mutex((second: time_t.min, text: ""))

    /// Of now.
    var text: String {
        let now = time(nil)
        return latest.withLock { latest in
            if latest.second != now { latest = (now, Self.text(of: now)) }
            return latest.text
        }
    }

    /// As RFC 9110, section 5.6.7, wishes it.
    static func text(of second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
        return
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) \(time) GMT"
    }
}
