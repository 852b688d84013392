public import SyncProtocol
public import Tickets

/// A new device shows its one-time code and gets its certificate. Everything that is random comes from the caller's edge.
public struct EnrolmentExchange: Sendable {
    /// Where the centre is.
    public var address: ServerAddress
    /// As the person typed it.
    public var code: String
    /// Of the device to be.
    public var replica: ReplicaID
    /// The device's own; it stays on the device.
    public var key: DeviceKey
    /// For the operator's list.
    public var clientVersion: String

    /// An enrolment.
    public init(address: ServerAddress, code: String, replica: ReplicaID, key: DeviceKey, clientVersion: String) {
        self.address = address
        self.code = code
        self.replica = replica
        self.key = key
        self.clientVersion = clientVersion
    }

    /// The request. The same bytes may be sent again when the answer was lost: the centre answers the same device the same.
    public var request: HTTPRequest {
        let message = EnrolRequest(code: code, replica: replica, key: key, clientVersion: clientVersion)
        return HTTPRequest(
            url: address.endpoint("v1/enrol"), isLoopback: address.isLoopback, contentType: ContentType.sync,
            accept: ContentType.sync, body: encodeBody(message.encoded()), responseBytesMax: WireLimits.responseBytesMax)
    }

    /// What the centre gave.
    ///
    /// - Throws: `wrongCertificate` if it names another replica, key or person than this device asked for and was told.
    public func response(from answer: HTTPResponse) throws(SyncFailure) -> EnrolResponse {
        switch Answer(answer, accept: ContentType.sync) {
        case .problem(let details, _): throw .refused(details)
        case .busy(let status, _): throw .busy(status: status)
        case .notGridline(let status, let type): throw .notGridline(status: status, contentType: type)
        case .body(let body):
            do throws(ProtocolError) {
                let response = try EnrolResponse(
                    decoding: decodeBody(body, limit: WireLimits.responseDecompressedBytesMax))
                let certificate = try Certificate(unverified: response.certificate)
                guard certificate.replica == replica, certificate.publicKey == key.publicKey,
                    certificate.person == response.person
                else { throw ProtocolError(.badCertificate, in: "certificate") }
                return response
            } catch { throw error.problem == .badCertificate ? .wrongCertificate : .unreadable(error) }
        }
    }

    /// Asks the centre, again where only the answer was lost.
    ///
    /// - Throws: `SyncFailure`.
    public func run(over transport: any Transport, attemptsMax: Int = 3) throws(SyncFailure) -> EnrolResponse {
        let request = request
        var attempt = 1
        while true {
            let answer: HTTPResponse
            do throws(TransportError) {
                answer = try transport.send(request)
            } catch .interrupted where attempt < attemptsMax {
                attempt += 1
                continue
            } catch { throw .transport(error) }
            return try response(from: answer)
        }
    }
}
