internal import Crypto
internal import FoundationEssentials

/// SHA-256 over the parts, one after the other: 32 bytes.
public func sha256(_ parts: [UInt8]...) -> [UInt8] {
    var hash = SHA256()
    for part in parts { part.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return hash.finalize().withUnsafeBytes { Array($0) }
}

/// Compares in a time that does not depend on where the difference is.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

extension FixedWidthInteger {
    /// Most significant byte first.
    var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}

/// What a signature or an authentication code is about: stands in front of the signed bytes, so that none is valid elsewhere.
enum Purpose: String {
    case certificate = "gridline certificate 1\0"
    case sync = "gridline sync 1\0"
    case receipt = "gridline receipt 1\0"
    case enrol = "gridline enrol 1\0"
    case tokenRequest = "gridline token-request 1\0"
    case token = "gridline token 1\0"

    var bytes: [UInt8] { Array(rawValue.utf8) }

    func over(_ parts: [UInt8]...) -> [UInt8] { parts.reduce(into: bytes) { $0 += $1 } }
}
