package import SyncProtocol

extension Words {
    /// Puts values in the places %1, %2 …
    package func callAsFunction(_ values: String...) -> Words {
        Words(Self.filled(english, values), Self.filled(chinese, values))
    }

    /// Puts words in the places %1, %2 …, each in its own language.
    package func callAsFunction(_ values: Words...) -> Words {
        Words(Self.filled(english, values.map(\.english)), Self.filled(chinese, values.map(\.chinese)))
    }

    /// The same in both languages: names, numbers, codes.
    package init(same text: String) { self.init(text, text) }

    /// In one pass, so that a value which has a %1 in it stays as it is.
    package static func filled(_ pattern: String, _ values: [String]) -> String {
        var text = ""
        var rest = pattern[...]
        while let mark = rest.firstIndex(of: "%") {
            // As a text of its own: to append a slice the runtime looks through every conformance of the program.
            text += String(rest[..<mark])
            let after = rest.index(after: mark)
            if after < rest.endIndex, let place = rest[after].wholeNumberValue, values.indices.contains(place - 1) {
                text += values[place - 1]
                rest = rest[rest.index(after: after)...]
            } else {
                text += "%"
                rest = rest[after...]
            }
        }
        return text + String(rest)
    }
}
