import Synchronization

/// One label of a family with every value that it can have. Closed lists keep the number of series bounded, whatever arrives.
struct Label: Sendable {
    let name: String
    let values: [String]
    private let places: [String: Int]

    /// - Parameter values: The last one stands for everything that is not in the list.
    init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
        places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    }

    /// The place of a value.
    subscript(value: String) -> Int { places[value] ?? values.count - 1 }
}

/// The series of one family: every combination of its labels' values, numbered row by row.
struct Series: Sendable {
    let labels: [Label]

    /// 1 where there is no label.
    var count: Int { labels.reduce(1) { $0 * $1.values.count } }

    /// Name and value of each label of one series.
    func pairs(of series: Int) -> [(String, String)] {
        var rest = series
        var pairs: [(String, String)] = []
        for label in labels.reversed() {
            pairs.append((label.name, label.values[rest % label.values.count]))
            rest /= label.values.count
        }
        return pairs.reversed()
    }
}

/// Counters that only grow. All cells exist from the beginning: counting is one lock and one addition.
final class Counters: Sendable {
    let name: String
    let help: String
    let series: Series
    private let cells: Mutex<[UInt64]>

    /// - Parameter name: Ends in `_total`, with the unit before it.
    init(_ name: String, _ help: String, _ labels: Label...) {
        self.name = name
        self.help = help
        series = Series(labels: labels)
        cells = Mutex([UInt64](repeating: 0, count: series.count))
    }

    func add(_ count: Int = 1, at series: Int = 0) {
        guard count > 0 else { return }
        cells.withLock { $0[series] &+= UInt64(count) }
    }

    var values: [UInt64] { cells.withLock { $0 } }
}

/// How often a value fell under each of fixed bounds, by series. Values are whole: nanoseconds, requests.
final class Histograms: Sendable {
    let name: String
    let help: String
    let series: Series
    let bounds: [UInt64]
    /// Raw units of one unit of the name: 1e9 for nanoseconds that are shown as seconds.
    let scale: Double
    /// By series: one cell per bound, one beyond the last, the sum.
    private let cells: Mutex<[UInt64]>

    init(_ name: String, _ help: String, bounds: [UInt64], scale: Double, _ labels: Label...) {
        self.name = name
        self.help = help
        self.bounds = bounds
        self.scale = scale
        series = Series(labels: labels)
        cells = Mutex([UInt64](repeating: 0, count: series.count * (bounds.count + 2)))
    }

    func observe(_ value: UInt64, at series: Int = 0) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        let start = series * (bounds.count + 2)
        cells.withLock {
            $0[start + bucket] &+= 1
            $0[start + bounds.count + 1] &+= value
        }
    }

    /// The cells of each series: counts by bucket, not yet added up, and the sum.
    var values: [(buckets: [UInt64], sum: UInt64)] {
        let all = cells.withLock { $0 }
        let width = bounds.count + 2
        return (0..<series.count).map { index in
            (Array(all[index * width..<(index + 1) * width - 1]), all[(index + 1) * width - 1])
        }
    }

    /// Bounds of durations in nanoseconds, from half a millisecond to a minute.
    static let durations: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000,
        1_000_000_000, 2_500_000_000, 10_000_000_000, 60_000_000_000,
    ]
    /// Bounds of counts.
    static let counts: [UInt64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000]
}
