/// The command line as bytes, before anything repairs it: Swift itself would turn bytes that are no UTF-8 into U+FFFD, and a
/// worker's words must be kept as they are or refused.
///
/// - Throws: `Failure` with the position of the first argument that is no text.
func validated(_ raw: [[UInt8]]) throws(Failure) -> [String] {
    var arguments: [String] = []
    for (index, bytes) in raw.enumerated() {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidText(Say.argument("\(index + 1)")) }
        arguments.append(text)
    }
    return arguments
}

/// Moves options that every command has from before the command to behind it: `gridline --lang zh list` is what people type, and
/// the parser wants `gridline list --lang zh`.
func hoisted(_ arguments: [String]) -> [String] {
    var moved: [String] = []
    var rest = arguments[...]
    while let first = rest.first, first.hasPrefix("-") {
        if ["--json", "--no-input", "--quiet", "-q"].contains(first) || first.hasPrefix("--lang=")
            || first.hasPrefix("--ambiguous-width=")
        {
            moved.append(rest.removeFirst())
        } else if ["--lang", "--ambiguous-width"].contains(first), rest.count >= 2 {
            moved.append(rest.removeFirst())
            moved.append(rest.removeFirst())
        } else {
            break
        }
    }
    guard let command = rest.first, !command.hasPrefix("-") else { return moved.isEmpty ? arguments : Array(rest) }
    // The parser's own command takes no options; the language was looked up before.
    if command == "help" { return Array(rest) }
    let nested: [String: Set<String>] = ["conflicts": ConflictsCommand.words, "diary": DiaryCommand.words]
    let head = rest.dropFirst().first.map { nested[command]?.contains($0) == true } == true ? 2 : 1
    return rest.prefix(head) + moved + rest.dropFirst(head)
}

/// Words from a stream: valid UTF-8, line ends of any system, without the last one.
func decodedWords(_ bytes: [UInt8]) throws(Failure) -> String {
    // A byte order mark is how some editors begin a file; it is no word of the author's.
    let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else { throw .invalidText(Say.standardInput) }
    var scalars = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        if !(scalar == "\n" && previous == "\r") { scalars.append(scalar == "\r" ? "\n" : scalar) }
        previous = scalar
    }
    while scalars.last == "\n" { scalars.removeLast() }
    return String(scalars)
}
