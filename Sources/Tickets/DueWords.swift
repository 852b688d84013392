/// The words of a due date's sum. Dates stand first and have one width, so that the lines make a column.
enum DueWords {
    /// `2026-02-13 09:00:00 Fri` and `2026-02-13 09:00:00 周五`, in China.
    static func moment(_ moment: Milliseconds) -> DueLine {
        let day = Day(containing: moment)
        let seconds = Int((moment - day.start) / 1000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let time = "\(day) \(clock.joined(separator: ":"))"
        let name = weekday(day)
        return DueLine("\(time) \(name.english)", "\(time) \(name.chinese)")
    }

    /// What is counted.
    static func rule(_ deadlineClass: DeadlineClass, _ days: Int, _ isChosen: Bool, source: String) -> DueLine {
        let name = deadlineClass.rawValue
        guard days > 0 else {
            return DueLine(
                "\(name): due on the day of dispatch (profile \(source))", "\(deadlineClass.chinese)：派遣当日办结（配置 \(source)）")
        }
        let chosen = isChosen ? (", chosen by the dispatcher", "，由派单员选定") : ("", "")
        return DueLine(
            "\(name): \(days) working \(days == 1 ? "day" : "days") after the day of dispatch\(chosen.0) (profile \(source))",
            "\(deadlineClass.chinese)：自派遣次日起 \(days) 个工作日\(chosen.1)（配置 \(source)）")
    }

    /// A day that counts.
    static func counted(_ day: Day, _ count: Int, makeUpFor holiday: String?) -> DueLine {
        let name = weekday(day)
        let why = holiday.map { (" make-up working day (\(english($0)))", " 调休上班（\($0)）") } ?? ("", "")
        return DueLine(
            "\(day)          \(name.english)  + \(count)\(why.0)", "\(day)          \(name.chinese)  + \(count)\(why.1)")
    }

    /// A run of days that do not count.
    static func off(_ first: Day, _ last: Day, _ holiday: String?) -> DueLine {
        let days = last.number - first.number + 1
        let range = first == last ? "\(first)         " : "\(first)..\(String(last.description.dropFirst(5)))  "
        let name = weekday(last)
        let count = days == 1 ? "" : "\(days) "
        let english = holiday.map { "\(count)\(days == 1 ? "day" : "days") off (\(Self.english($0)))" } ?? "weekend"
        let chinese = holiday.map { "休假 \(days) 天（\($0)）" } ?? "周末"
        return DueLine("\(range) \(name.english)    \(english)", "\(range) \(name.chinese)    \(chinese)")
    }

    private static func weekday(_ day: Day) -> DueLine {
        let names = [
            ("Mon", "周一"), ("Tue", "周二"), ("Wed", "周三"), ("Thu", "周四"), ("Fri", "周五"), ("Sat", "周六"), ("Sun", "周日"),
        ]
        let name = names[day.weekday]
        return DueLine(name.0, name.1)
    }

    /// A holiday's name; unknown ones come back as they are. A notice may name two at once.
    private static func english(_ name: String) -> String {
        let names = [
            "元旦": "New Year", "春节": "Spring Festival", "清明节": "Qingming", "劳动节": "Labour Day", "端午节": "Dragon Boat Festival",
            "中秋节": "Mid-Autumn Festival", "国庆节": "National Day", "抗战胜利70周年纪念日": "70 years of victory",
        ]
        return name.split(separator: "、").map { names[String($0)] ?? String($0) }.joined(separator: ", ")
    }
}
