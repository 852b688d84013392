/// Which clock a ticket runs on.
public enum DeadlineClass: String, CaseIterable, Sendable, Hashable {
    /// 咨询: the same day.
    case consultation
    /// 一般事项.
    case general
    /// 较为复杂的事项: the dispatcher may choose the days within the profile's limits.
    case complex
    /// 紧急.
    case urgent

    /// The name people know.
    public var chinese: String {
        switch self {
        case .consultation: "咨询"
        case .general: "一般事项"
        case .complex: "较为复杂事项"
        case .urgent: "紧急事项"
        }
    }
}

/// The clock of one class.
public struct DeadlineRule: Hashable, Sendable {
    /// Working days after the day of dispatch; 0 = the day itself, whatever day it is.
    public var days: Int
    /// The fewest days that the dispatcher may choose; nil = no choice.
    public var daysMin: Int?
    /// The most days that the dispatcher may choose; nil = no choice.
    public var daysMax: Int?
    /// Hours, day and night, until the caller must have been contacted; nil = no such clock.
    public var contactHours: Int?

    /// A rule.
    public init(days: Int, daysMin: Int? = nil, daysMax: Int? = nil, contactHours: Int? = nil) {
        self.days = days
        self.daysMin = daysMin
        self.daysMax = daysMax
        self.contactHours = contactHours
    }
}
