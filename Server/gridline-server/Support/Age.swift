import Queue

/// How long ago something was, for people: the two largest units would be more than anybody acts on.
enum Age {
    /// `12 s`, `45 min`, `30 h`, `9 d`; "-" for nil.
    static func shown(since: Int64?, now: Int64, _ output: Output) -> String {
        guard let since else { return "-" }
        return shown(seconds: max(0, now.subtractingReportingOverflow(since).partialValue / 1000), output)
    }

    static func shown(seconds: Int64, _ output: Output) -> String {
        switch seconds {
        case ..<120: output.words("\(seconds) s", "\(seconds) 秒")
        case ..<7200: output.words("\(seconds / 60) min", "\(seconds / 60) 分钟")
        case ..<172_800: output.words("\(seconds / 3600) h", "\(seconds / 3600) 小时")
        default: output.words("\(seconds / 86_400) d", "\(seconds / 86_400) 天")
        }
    }

    /// `1.5 GiB`.
    static func bytes(_ count: Double?) -> String {
        guard let count else { return "-" }
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = count
        var place = 0
        while value >= 1024, place < units.count - 1 {
            value /= 1024
            place += 1
        }
        return place == 0 ? "\(Int(value)) B" : "\(tenths(value)) \(units[place])"
    }

    /// One digit after the point.
    static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
