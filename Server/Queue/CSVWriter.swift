/// Writes CSV (RFC 4180) with LF as line end: quotes only where a reader needs them.
public struct CSVWriter {
    /// What was written since it was last taken away.
    public var bytes: [UInt8] = []

    /// An empty one.
    public init() {}

    /// One row.
    public mutating func row(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(field)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func write(_ field: String) {
        var field = field
        field.withUTF8 { text in
            let needsQuotes = text.contains {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
            }
            guard needsQuotes else {
                bytes.append(contentsOf: text)
                return
            }
            bytes.append(UInt8(ascii: "\""))
            for byte in text {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
