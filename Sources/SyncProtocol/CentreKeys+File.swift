internal import FoundationEssentials

extension CentreKeys {
    /// The content of a key file. Whoever writes it creates the file with mode 0600, outside the store.
    public func fileContent() -> [UInt8] {
        let keys = ([current] + earlier).map { key in
            JSONText.object([
                "id": .text(key.id), "ed25519": .text(Data(key.signingSeed).base64EncodedString()),
                "hmac": .text(Data(key.macSeed).base64EncodedString()),
            ])
        }
        return JSONText.object(["format": .text(Self.format), "version": .number(1), "keys": .array(keys)]).bytes
            + [UInt8(ascii: "\n")]
    }

    /// Reads a key file. The first key is the current one.
    ///
    /// - Throws: `brokenKeyFile`; the error holds nothing of the file.
    public init(fileContent bytes: [UInt8]) throws(ProtocolError) {
        guard bytes.count <= 1 << 20, let form = try? JSONDecoder().decode(KeyFile.self, from: Data(bytes)),
            form.format == Self.format, form.version == 1
        else { throw ProtocolError(.brokenKeyFile, in: "format") }
        var keys: [CentreKey] = []
        for one in form.keys {
            guard let signingSeed = Data(base64Encoded: one.ed25519), let macSeed = Data(base64Encoded: one.hmac) else {
                throw ProtocolError(.brokenKeyFile, in: "keys")
            }
            let key = try CentreKey(signingSeed: Array(signingSeed), macSeed: Array(macSeed))
            // The id is made from the public key: where they differ, a byte of the file was changed.
            guard key.id == one.id else { throw ProtocolError(.brokenKeyFile, in: "keys.id") }
            keys.append(key)
        }
        guard let current = keys.first else { throw ProtocolError(.brokenKeyFile, in: "keys") }
        self.init(current: current, earlier: Array(keys.dropFirst()))
    }

    private static let format = "gridline-centre-key"
}

private struct KeyFile: Decodable {
    struct Key: Decodable {
        var id: String
        var ed25519: String
        var hmac: String
    }
    var format: String
    var version: Int
    var keys: [Key]
}
