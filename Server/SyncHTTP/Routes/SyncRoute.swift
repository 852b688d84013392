import SyncProtocol

/// `POST /v1/sync`: the whole protocol for data, one signed body in, one out. See Schema/Wire/PROTOCOL.md.
struct SyncRoute: WireRoute {
    static let path = "/v1/sync"
    let handling: any SyncHandling

    func answer(_ body: [UInt8], _ context: SyncContext) async throws -> [UInt8] {
        try await handling.sync(body: body, account: context.account)
    }

    func json(_ answer: [UInt8], to body: [UInt8]) throws -> [UInt8]? {
        let asked = isPackedBody(answer) ? try decodeBody(body) : []
        return try SyncResponse(
            decoding: decodeBody(answer, limit: WireLimits.responseDecompressedBytesMax, answering: asked)
        ).jsonText()
    }
}
