/// A script that once broke something, as a text file: comments for people, the script, and the hash of its trace.
///
///     # I8: the centre's clock stood back when it came up again
///     trace 5f0c…            left out where the trace may change with the rules
///     seed 151
///     …
///     clock 12 99 3
package struct CaseFile {
    /// What is played.
    package var script: Script
    /// What its trace must be; nil = whatever it is.
    package var trace: String?

    /// Reads a file's text; nil if a line means nothing.
    package init?(text: String) {
        var rest: [Substring] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("trace ") { trace = String(line.dropFirst(6)) } else { rest.append(line) }
        }
        guard let script = Script(text: rest.joined(separator: "\n")) else { return nil }
        self.script = script
    }

    /// The text of a file.
    package static func text(_ script: Script, _ violation: Violation, trace: String) -> String {
        "# \(violation)\n# trace \(trace)\n\(script)"
    }
}
