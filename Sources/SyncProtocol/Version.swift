/// The version of the wire: messages, header derivation, signature coverage. History: PROTOCOL.md.
public enum ProtocolVersion {
    /// What this build speaks and writes.
    public static let current: UInt32 = 3
    /// The first one with packed bodies. Who is refused by an older centre speaks the one before it.
    public static let packed: UInt32 = 3
    /// The oldest version that this build still reads: devices may be away for as long as they like.
    public static let oldest: UInt32 = 1

    /// Refuses what this build does not speak.
    ///
    /// - Throws: `clientTooNew` or `clientTooOld`, from the centre's point of view.
    public static func check(_ version: UInt32) throws(ProtocolError) {
        if version > current { throw ProtocolError(.clientTooNew, in: "protocol") }
        if version < oldest { throw ProtocolError(.clientTooOld, in: "protocol") }
    }
}

/// The version of the replica's and the centre's domain tables. Columns are only ever appended.
public enum SchemaVersion {
    /// What this build knows.
    public static let current: UInt32 = 9
}

/// Limits of the wire. The centre checks each before it takes the memory that the limit bounds.
public enum WireLimits {
    /// Bytes of a request's body as it arrives.
    public static let requestBytesMax = 4 << 20
    /// Bytes of a request's body after decompression.
    public static let requestDecompressedBytesMax = 32 << 20
    /// Bytes of a response's body as it arrives.
    public static let responseBytesMax = 8 << 20
    /// Bytes of a response's body after decompression. More than a page: one entity is never cut.
    public static let responseDecompressedBytesMax = 64 << 20
    /// Commands in one request, and retained ones beside them.
    public static let commandsPerRequestMax = 500
    /// Bytes of one sealed payload. A note of 1 MB stands in it twice: as argument and in the changeset.
    public static let payloadBytesMax = 4 << 20
    /// Bytes of a page's rows, if the request does not ask for less.
    public static let pageBytesMax = 256 << 10
    /// Tickets in a page.
    public static let ticketsPerPageMax = 500
    /// Entities of a page that a device accepts.
    public static let entitiesPerPageMax = 10_000
    /// Rows of a page that a device accepts.
    public static let rowsPerPageMax = 200_000
    /// Arguments of one command.
    public static let argumentsMax = 64
    /// Bytes of a name, a code or a version text in a message.
    public static let nameBytesMax = 1_024
    /// Bytes that a zstd frame may make the decoder remember.
    public static let windowLogMax: Int32 = 23
}

/// What the bodies of the protocol are, byte for byte.
public enum ContentType {
    /// zstd of a message of sync.proto.
    public static let sync = "application/x-gridline-sync"
    /// RFC 9457.
    public static let problem = "application/problem+json"
    /// The debug rendering of a response.
    public static let json = "application/json"
}
