/// `POST /v1/enrol`: a one-time code and a device key in, a certificate out.
struct EnrolRoute: WireRoute {
    static let path = "/v1/enrol"
    let handling: any SyncHandling

    func answer(_ body: [UInt8], _ context: SyncContext) async throws -> [UInt8] { try await handling.enrol(body: body) }
}
