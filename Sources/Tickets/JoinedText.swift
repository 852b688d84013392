extension Sequence<String> {
    /// The texts one after the other with a separator between them: `joined(separator:)` for the short runs of the client, whose first call
    /// has the runtime look through every conformance of the program (decision 0010).
    public func text(joinedBy separator: String) -> String {
        var text = ""
        var isFirst = true
        for part in self {
            if !isFirst { text += separator }
            text += part
            isFirst = false
        }
        return text
    }
}
