/// Prometheus' text format 0.0.4, as it grows.
///
/// - Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
struct Exposition {
    /// The content type of what `text` is.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// A family of one kind of value. Names carry their unit; only counters end in `_total`.
    mutating func family(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind)\n"
    }

    /// One value of the family that was begun last.
    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// One gauge without labels; nothing where there is no value.
    mutating func gauge(_ name: String, _ help: String, _ value: Double?) {
        guard let value else { return }
        family(name, "gauge", help)
        sample(name, [], value)
    }

    /// One gauge by one label.
    mutating func gauge(_ name: String, _ help: String, by label: String, _ values: [(String, Double)]) {
        family(name, "gauge", help)
        for (value, number) in values { sample(name, [(label, value)], number) }
    }

    /// All series of counters; where there are labels, only those that ever counted.
    mutating func counters(_ counters: Counters) {
        family(counters.name, "counter", counters.help)
        for (index, value) in counters.values.enumerated() where value > 0 || counters.series.labels.count < 2 {
            sample(counters.name, counters.series.pairs(of: index), Double(value))
        }
    }

    /// All series of histograms; where there are labels, only those that ever counted.
    mutating func histograms(_ histograms: Histograms) {
        family(histograms.name, "histogram", histograms.help)
        for (index, cells) in histograms.values.enumerated() {
            let total = cells.buckets.reduce(0, &+)
            guard total > 0 || histograms.series.labels.isEmpty else { continue }
            let labels = histograms.series.pairs(of: index)
            var below: UInt64 = 0
            for (bound, count) in zip(histograms.bounds, cells.buckets) {
                below += count
                sample(
                    histograms.name + "_bucket", labels + [("le", Self.number(Double(bound) / histograms.scale))], Double(below))
            }
            sample(histograms.name + "_bucket", labels + [("le", "+Inf")], Double(total))
            sample(histograms.name + "_sum", labels, Double(cells.sum) / histograms.scale)
            sample(histograms.name + "_count", labels, Double(total))
        }
    }

    /// Whole numbers without a fraction: shorter, and the same number.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
