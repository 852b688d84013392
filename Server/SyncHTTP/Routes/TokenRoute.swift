/// `POST /v1/token`: a signed certificate in, a short-lived token out.
struct TokenRoute: WireRoute {
    static let path = "/v1/token"
    let handling: any SyncHandling

    func answer(_ body: [UInt8], _ context: SyncContext) async throws -> [UInt8] { try await handling.token(body: body) }
}
