import CCurl
public import SyncClient

/// `Transport` over libcurl. One handle per transport, so that the pages of one sync share a connection.
///
/// Always: TLS 1.2 or newer with the name checked, no redirect followed, no signals, no netrc, no cookies, and no proxy for this
/// machine. Not to be shared between threads.
public final class CurlTransport: Transport {
    /// How long to wait for what.
    public struct Patience: Sendable {
        /// Until a connection stands, milliseconds.
        public var connectMilliseconds = 10_000
        /// A transfer slower than `lowSpeedBytesPerSecond` for this long is given up, seconds.
        public var lowSpeedSeconds = 30
        /// One tenth of the slowest link that is still of use (2G, 64 kbit/s, under loss).
        public var lowSpeedBytesPerSecond = 100
        /// One request with its answer, whatever happens, milliseconds: 4 MiB at 64 kbit/s and half as much again.
        public var totalMilliseconds = 900_000
        /// The defaults above.
        public init() {}
    }

    private let authority: String?
    private let patience: Patience
    private let whenSent: (() -> Void)?
    private let isBrokenOff: () -> Bool
    private var handle: UnsafeMutableRawPointer?

    /// - Parameters:
    ///   - authority: PEM text; then only certificates under it are believed, the system's own ones no more.
    ///   - whenSent: Called when the last byte of a request has been handed over, for fault tests.
    ///   - isBrokenOff: Asked about once a second while a server keeps still that may; true ends the request as interrupted.
    public init(
        authority: String? = nil, patience: Patience = Patience(), whenSent: (() -> Void)? = nil,
        isBrokenOff: @escaping () -> Bool = { false }
    ) {
        self.authority = authority
        self.patience = patience
        self.whenSent = whenSent
        self.isBrokenOff = isBrokenOff
    }

    deinit { if let handle { ccurl_free(handle) } }

    /// Begins to load libcurl while the program does other things: it and its forty libraries take longer than all the rest of
    /// the start. Where it is missing, `send` says so.
    public static func loadBeside() { ccurl_load_beside() }

    /// Begins to make ready what a connection to this address takes, while the program does other things: TLS, and nothing for plain http.
    public static func prepareBeside(for address: String) {
        if address.hasPrefix("https:") { ccurl_begin_tls_beside() }
    }

    /// - Throws: Why there is no whole answer; the connection is given up then.
    public func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        let handle = try prepared()
        let sink = Sink(
            bytesMax: request.responseBytesMax, whenSent: whenSent, isBrokenOff: request.waitSeconds == nil ? nil : isBrokenOff)
        let headers = HeaderList(lines(of: request))
        // An empty array may have no address, and without an address libcurl would read standard input.
        let body = request.body.isEmpty ? [0] : request.body
        let code = body.withUnsafeBytes { bytes in
            let refused = set(on: handle, request, headers, bytes, sink)
            return refused == CURLE_OK ? withExtendedLifetime((headers, sink)) { ccurl_perform(handle) } : refused
        }
        // The handle outlives the sink, whose memory it must not write to any more.
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, nil)
        guard code == CURLE_OK else { throw failure(code, handle, sink) }
        // libcurl takes a connection that is closed in the middle of the headers for a whole answer without a body.
        guard sink.isHeadComplete else { throw .interrupted(bytes: 0) }
        return try response(handle, sink)
    }

    private func lines(of request: HTTPRequest) -> [String] {
        // To a message of the wire the centre answers in kind unless it is asked otherwise; without the line libcurl takes anything.
        let isInKind = request.method == .post && request.accept == request.contentType ?? request.accept
        var lines = [isInKind ? "Accept:" : "Accept: \(request.accept)"]
        // Without the first one libcurl says that the body is a form; without the second it asks first and waits up to a second for leave
        // to send a long one.
        if request.method == .post { lines += ["Content-Type:" + (request.contentType.map { " " + $0 } ?? ""), "Expect:"] }
        if let authorization = request.authorization { lines.append("Authorization: \(authorization)") }
        return lines
    }

    private func prepared() throws(TransportError) -> UnsafeMutableRawPointer {
        if let problem = ccurl_load() { throw .unavailable(String(cString: problem)) }
        if let handle {
            ccurl_reset(handle)
            return handle
        }
        guard let fresh = ccurl_new() else { throw .unavailable("libcurl gave no handle") }
        handle = fresh
        return fresh
    }

    /// - Returns: the first refusal: an option that this libcurl does not know must not silently leave a door open.
    private func set(
        on handle: UnsafeMutableRawPointer, _ request: HTTPRequest, _ headers: HeaderList, _ body: UnsafeRawBufferPointer,
        _ sink: Sink
    ) -> CURLcode {
        var codes = [
            ccurl_set_pointer(handle, CURLOPT_URL, request.url),
            ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, sink.errorText),
            ccurl_set_pointer(handle, CURLOPT_PROTOCOLS_STR, request.isLoopback ? "http,https" : "https"),
            ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers.list),
            ccurl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.responseBytesMax)),
        ]
        if request.method == .post {
            codes += [
                ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)),
                ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress),
            ]
        }
        if request.isLoopback { codes.append(ccurl_set_pointer(handle, CURLOPT_NOPROXY, "*")) }
        if let authority {
            codes.append(ccurl_set_blob(handle, CURLOPT_CAINFO_BLOB, authority, authority.utf8.count))
            // Else the system's file and directory would go on being believed beside the pinned authority.
            codes.append(ccurl_set_pointer(handle, CURLOPT_CAINFO, nil))
            codes.append(ccurl_set_pointer(handle, CURLOPT_CAPATH, nil))
        }
        let silence = request.waitSeconds ?? 0
        let total = request.waitSeconds == nil ? patience.totalMilliseconds : 1_000 * (silence + patience.lowSpeedSeconds)
        codes += [
            (request.method == .post ? CURLOPT_POST : CURLOPT_HTTPGET, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), (CURLOPT_CONNECTTIMEOUT_MS, patience.connectMilliseconds),
            (CURLOPT_TIMEOUT_MS, total), (CURLOPT_LOW_SPEED_LIMIT, patience.lowSpeedBytesPerSecond),
            (CURLOPT_LOW_SPEED_TIME, silence + patience.lowSpeedSeconds), (CURLOPT_SOCKS5_AUTH, ccurl_auth_basic),
        ].map { ccurl_set_long(handle, $0, $1) }
        return codes.first { $0 != CURLE_OK } ?? receive(on: handle, into: sink)
    }

    private func receive(on handle: UnsafeMutableRawPointer, into sink: Sink) -> CURLcode {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        var codes = [
            ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().body(bytes, size * count)
            },
            ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { line, size, count, context in
                guard let line, let context else { return 0 }
                return Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().header(line, size * count)
            },
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context), ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context),
        ]
        if sink.whenSent != nil || sink.isBrokenOff != nil {
            codes += [
                ccurl_set_progress(handle) { context, _, _, total, sent in
                    guard let context else { return 0 }
                    let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                    if total > 0, sent == total { sink.sent() }
                    return sink.isBrokenOff?() == true ? 1 : 0
                },
                ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context), ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0),
            ]
        }
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func response(_ handle: UnsafeMutableRawPointer, _ sink: Sink) throws(TransportError) -> HTTPResponse {
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        if (300..<400).contains(status) {
            throw .redirected(status: status, host: host(of: text(handle, CURLINFO_REDIRECT_URL) ?? ""))
        }
        var retryAfter: curl_off_t = 0
        ccurl_get_offset(handle, CURLINFO_RETRY_AFTER, &retryAfter)
        return HTTPResponse(
            status: status, contentType: text(handle, CURLINFO_CONTENT_TYPE),
            retryAfterSeconds: retryAfter > 0 ? Int(clamping: retryAfter) : nil, body: sink.bytes)
    }

    private func text(_ handle: UnsafeMutableRawPointer, _ info: CURLINFO) -> String? {
        var pointer: UnsafePointer<CChar>?
        ccurl_get_string(handle, info, &pointer)
        return pointer.map { String(cString: $0) }
    }

    /// The host only: what stands after it in a portal's address is nobody's business.
    private func host(of url: String) -> String {
        guard let start = url.firstRange(of: "://") else { return "?" }
        return String(url[start.upperBound...].prefix { !"/?#".contains($0) }.split(separator: "@").last ?? "?")
    }

    private func failure(_ code: CURLcode, _ handle: UnsafeMutableRawPointer, _ sink: Sink) -> TransportError {
        let reason = String(cString: ccurl_message(code))
        switch code {
        case _ where sink.isTooLarge, CURLE_FILESIZE_EXCEEDED: return .tooLarge(bytesMax: sink.bytesMax)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
            return .offline(reason)
        case CURLE_OPERATION_TIMEDOUT:
            // A connection that never stood is being offline; one that stood and dried up is a slow link.
            var connected: curl_off_t = 0
            ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &connected)
            return connected > 0 ? .timedOut : .offline(reason)
        case CURLE_SSL_CACERT_BADFILE: return .authorityUnreadable
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            // The buffer says which of the many reasons it is: expired, another name, an unknown authority.
            let detail = String(cString: sink.errorText)
            return .tls(detail.isEmpty ? reason : detail)
        case CURLE_ABORTED_BY_CALLBACK, CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING:
            return .interrupted(bytes: sink.bytes.count)
        default: return .garbled(reason)
        }
    }
}

/// Collects an answer up to its bound.
private final class Sink {
    let bytesMax: Int
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLarge = false
    private(set) var isHeadComplete = false
    /// Where libcurl writes what exactly went wrong.
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private(set) var whenSent: (() -> Void)?
    let isBrokenOff: (() -> Bool)?
    private var headerBytes = 0
    /// No centre sends a tenth of this.
    private static let headerBytesMax = 65_536

    init(bytesMax: Int, whenSent: (() -> Void)?, isBrokenOff: (() -> Bool)?) {
        self.bytesMax = bytesMax
        self.whenSent = whenSent
        self.isBrokenOff = isBrokenOff
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { errorText.deallocate() }

    /// Once per request.
    func sent() {
        whenSent?()
        whenSent = nil
    }

    func body(_ start: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        guard count <= bytesMax - bytes.count else {
            isTooLarge = true
            return 0
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        return count
    }

    /// One line with its end; the empty one ends the head.
    func header(_ line: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        headerBytes += count
        isHeadComplete = count <= 2 && count > 0 && line[count - 1] == 0x0a && (count == 1 || line[0] == 0x0d)
        isTooLarge = isTooLarge || headerBytes > Self.headerBytesMax
        return isTooLarge ? 0 : count
    }
}

/// A list of header lines as libcurl wants it.
private final class HeaderList {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        for line in lines { list = ccurl_list_append(list, line) ?? list }
    }

    deinit { ccurl_list_free(list) }
}
