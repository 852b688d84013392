import Foundation
import SyncProtocol

/// A decompressed response, or a bare page as a device stages it.
func responseFault(in bytes: [UInt8]) -> String? {
    if let page = try? Page(decoding: bytes) {
        if page.entities.count > WireLimits.entitiesPerPageMax { return "too many entities" }
        let encoded = page.encoded()
        guard let again = try? Page(decoding: encoded) else { return "a page that was written cannot be read" }
        if again != page { return "a page read, written and read: not the same" }
        if again.encoded() != encoded { return "a page written twice: not the same" }
    }
    guard let response = try? SyncResponse(decoding: bytes) else { return nil }
    let encoded = response.encoded()
    guard let again = try? SyncResponse(decoding: encoded) else { return "what was written cannot be read" }
    if again.encoded() != encoded { return "written twice: not the same" }
    let receipts = response.receipts(answering: Fixed.request)
    if again.receipts(answering: Fixed.request) != receipts { return "other receipts after writing" }
    if again.page != response.page { return "another page after writing" }
    for receipt in receipts where (try? Receipt(decoding: receipt.encoded())) == nil { return "a receipt cannot be read again" }
    let json = response.jsonText()
    guard (try? JSONSerialization.jsonObject(with: Data(json))) != nil else { return "the debug rendering is no JSON" }
    return nil
}
