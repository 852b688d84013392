import Changeset

/// The whole reader, the parts of it that other formats use, the writer and the inverter.
func changesetFault(in bytes: [UInt8]) -> String? {
    var readCount = 0
    let parsed = try? Changeset(parsing: bytes[...], limits: .default, readCount: &readCount)
    if readCount > 2 * bytes.count + 2 { return "\(readCount) reads of \(bytes.count) bytes" }
    if let fault = valuesFault(in: bytes) { return fault }
    guard let changeset = parsed else { return nil }
    let written = changeset.serialized()
    if written.count > bytes.count { return "written longer than read" }
    guard let again = try? Changeset(parsing: written) else { return "what was written cannot be read" }
    if again != changeset { return "read, written and read: not the same" }
    if again.serialized() != written { return "written twice: not the same" }
    // A header may stand again where the table goes on; everything else has one form only.
    if !repeatsHeader(bytes), written != bytes { return "bytes in the only form came out in another" }
    let inverse = changeset.inverted()
    if (try? Changeset(parsing: inverse.serialized())) != inverse { return "the inverse cannot be read again" }
    return libsqlite3Fault(changeset, written, inverse)
}

/// Values without changes around them, as pages and arguments have them.
private func valuesFault(in bytes: [UInt8]) -> String? {
    guard let count = bytes.first else { return nil }
    let content = Array(bytes.dropFirst())
    guard let values = try? decodeValues(content, count: Int(count)) else { return nil }
    var written: [UInt8] = []
    encodeValues(values, into: &written)
    return written == content ? nil : "values came out in another form"
}

/// Whether a table's header stands where the header before it says the same.
private func repeatsHeader(_ bytes: [UInt8]) -> Bool {
    var reader = ChangesetReader(bytes)
    var end = 0
    var header: TableHeader?
    while let change = try? reader.next() {
        if change.offsets.lowerBound > end, change.header == header { return true }
        header = change.header
        end = change.offsets.upperBound
    }
    return false
}
