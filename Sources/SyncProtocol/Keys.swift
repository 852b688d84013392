internal import Crypto
internal import FoundationEssentials

/// A device's own key (Ed25519). Made at enrolment from 32 random bytes of the device's edge; it never leaves the device.
public struct DeviceKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The 32 bytes that the key is, for the replica's own file.
    public let seed: [UInt8]
    /// 32 bytes.
    public let publicKey: [UInt8]

    /// - Throws: `brokenKeyFile` unless there are 32 bytes.
    public init(seed: [UInt8]) throws(ProtocolError) {
        key = try signingKey(seed, in: "device key")
        self.seed = seed
        publicKey = Array(key.publicKey.rawRepresentation)
    }

    func signature(_ purpose: Purpose, over parts: [UInt8]...) -> [UInt8] {
        sign(parts.reduce(into: purpose.over()) { $0 += $1 }, with: key, of: publicKey)
    }
}

/// The centre's key: signs certificates (Ed25519) and authenticates receipts and tokens (HMAC-SHA256).
///
/// It is kept in a file outside the store and backed up apart from it, so that what it signed after the last backup is still
/// known after a restore.
public struct CentreKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// Before the first byte: the key itself is worked in once.
    private let macStart: HMAC<SHA256>
    /// The 32 bytes that the signing key is.
    public let signingSeed: [UInt8]
    /// The 32 bytes of the authentication key.
    public let macSeed: [UInt8]
    /// 16 hexadecimal digits, derived from the public key.
    public let id: String
    /// 32 bytes.
    public let publicKey: [UInt8]

    /// A key from 64 random bytes of the server's edge.
    ///
    /// - Throws: `brokenKeyFile` unless each part has 32 bytes.
    public init(signingSeed: [UInt8], macSeed: [UInt8]) throws(ProtocolError) {
        key = try signingKey(signingSeed, in: "keys.ed25519")
        guard macSeed.count == 32 else { throw ProtocolError(.brokenKeyFile, in: "keys.hmac") }
        macStart = HMAC<SHA256>(key: SymmetricKey(data: macSeed))
        self.signingSeed = signingSeed
        self.macSeed = macSeed
        publicKey = Array(key.publicKey.rawRepresentation)
        id = hexadecimal(sha256(publicKey).prefix(8))
    }

    func signature(_ purpose: Purpose, over bytes: [UInt8]) -> [UInt8] {
        sign(purpose.over(bytes), with: key, of: publicKey)
    }

    func mac(_ purpose: Purpose, over bytes: [UInt8]) -> [UInt8] {
        var code = macStart
        code.update(data: purpose.bytes)
        code.update(data: bytes)
        return code.finalize().withUnsafeBytes { Array($0) }
    }

    func isValid(_ mac: [UInt8], _ purpose: Purpose, over bytes: [UInt8]) -> Bool {
        // Short receipts carry half of it.
        (mac.count == ShortReceipt.macBytes || mac.count == 32)
            && equalInConstantTime(mac, Array(self.mac(purpose, over: bytes).prefix(mac.count)))
    }
}

/// The centre's current key and the earlier ones whose certificates, receipts and tokens still count.
public struct CentreKeys: Sendable {
    /// Signs from now on.
    public let current: CentreKey
    /// Current and earlier ones by id.
    private let byID: [String: CentreKey]

    /// - Parameter earlier: Newest first.
    public init(current: CentreKey, earlier: [CentreKey] = []) {
        self.current = current
        self.earlier = earlier
        byID = Dictionary((earlier + [current]).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// Kept for what they signed.
    public let earlier: [CentreKey]

    /// The key that signed something. Nil if this centre never had it.
    public subscript(id: String) -> CentreKey? { byID[id] }
}

private func signingKey(_ seed: [UInt8], in part: String) throws(ProtocolError) -> Curve25519.Signing.PrivateKey {
    do { return try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch {
        throw ProtocolError(.brokenKeyFile, in: part)
    }
}

private func sign(_ bytes: [UInt8], with key: Curve25519.Signing.PrivateKey, of publicKey: [UInt8]) -> [UInt8] {
    #if GRIDLINE_STAND_IN_SIGNATURES
        if StandInSignatures.isOn { return StandInSignatures.signature(over: bytes, of: publicKey) }
    #endif
    // BoringSSL's Ed25519 cannot fail with a key of the right size, which the initialiser has checked.
    do { return try key.signature(for: bytes).array } catch { preconditionFailure("Ed25519: \(error)") }
}

/// Whether an Ed25519 signature holds. False for keys and signatures of a wrong size, too.
func isValidSignature(_ signature: [UInt8], _ purpose: Purpose, over parts: [UInt8]..., by publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
    let bytes = parts.reduce(into: purpose.over()) { $0 += $1 }
    #if GRIDLINE_STAND_IN_SIGNATURES
        // What was signed before they were switched on is still there, and is judged as ever.
        if StandInSignatures.isOn, signature == StandInSignatures.signature(over: bytes, of: publicKey) { return true }
    #endif
    return key.isValidSignature(signature, for: bytes)
}

#if GRIDLINE_STAND_IN_SIGNATURES
    /// In place of Ed25519's signatures, in the release build of the simulator alone (decision 0050): of the same size, and wrong for other
    /// bytes, another purpose or another key. Anybody can make one who knows the public key, so no other build has this.
    package enum StandInSignatures {
        /// Off until a run switches them on. The program that has them plays on one thread.
        nonisolated(unsafe) package static var isOn = false

        fileprivate static func signature(over bytes: [UInt8], of publicKey: [UInt8]) -> [UInt8] {
            let digest = sha256(publicKey + bytes)
            return digest + sha256(digest)
        }
    }
#endif

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { $0 += String($1 >> 4, radix: 16) + String($1 & 15, radix: 16) }
}
