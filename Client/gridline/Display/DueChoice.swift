import ArgumentParser
import ReplicaStore
import Tickets

/// What `--due` takes.
enum DueChoice: ExpressibleByArgument, Hashable {
    case today, overdue
    /// Today and the six days after it.
    case week
    /// One day, by its beginning.
    case day(Milliseconds)

    private static let dayMilliseconds: Milliseconds = 86_400_000
    static var allValueStrings: [String] { ["today", "overdue", "week", "YYYY-MM-DD"] }
    static var defaultCompletionKind: CompletionKind { .list(["today", "overdue", "week"]) }

    init?(argument: String) {
        switch argument {
        case "today", "今天", "今日": self = .today
        case "overdue", "逾期": self = .overdue
        case "week", "本周", "一周": self = .week
        default:
            guard let start = ShanghaiTime.midnight(argument) else { return nil }
            self = .day(start)
        }
    }

    /// - Parameter now: The device's clock, corrected.
    func filter(now: Milliseconds) -> TicketFilter.Due {
        let today = ShanghaiTime(now).midnight
        switch self {
        case .today: return .within(today..<today &+ Self.dayMilliseconds)
        case .week: return .within(today..<today &+ 7 * Self.dayMilliseconds)
        case .day(let start): return .within(start..<start &+ Self.dayMilliseconds)
        case .overdue: return .overdue(at: now)
        }
    }

    /// As it was typed.
    var typed: String {
        switch self {
        case .today: "today"
        case .week: "week"
        case .overdue: "overdue"
        case .day(let start): String(ShanghaiTime(start).full.prefix(10))
        }
    }
}

/// Ticket states as a person types them: by code or by name.
enum TicketStateName {
    static let allChinese = TicketState.allCases.map(\.chinese)
}

extension TicketState: ExpressibleByArgument {
    /// The code or the name that people know.
    public init?(argument: String) {
        guard let state = Self(rawValue: argument) ?? Self.allCases.first(where: { $0.chinese == argument }) else { return nil }
        self = state
    }
}
