/// What a ticket is about. Raw values stand in `ticket.kind`.
public enum TicketKind: String, CaseIterable, Sendable, Hashable {
    case consultation, assistance, suggestion, complaint, dispute
    case gridReport = "grid-report"
    /// The handover diary of a desk: no matter of anybody's, its notes are the entries.
    case diary
    case reportTask = "task-report"
    case publicityTask = "task-publicity"
    case inspectionTask = "task-inspection"
    case serviceTask = "task-service"

    /// What the centre asks people in the field to do, without anybody having called: 信息员, 宣传员, 排查员, 服务员. It counts apart from
    /// what callers ask.
    public var isTask: Bool { Self.tasks.contains(self) }
    /// The four kinds of tasks.
    public static let tasks: [TicketKind] = [.reportTask, .publicityTask, .inspectionTask, .serviceTask]

    /// The name people know.
    public var chinese: String {
        switch self {
        case .consultation: "咨询"
        case .assistance: "求助"
        case .suggestion: "意见建议"
        case .complaint: "投诉举报"
        case .dispute: "矛盾纠纷"
        case .gridReport: "网格上报"
        case .diary: "交接班日记"
        case .reportTask: "信息任务"
        case .publicityTask: "宣传任务"
        case .inspectionTask: "排查任务"
        case .serviceTask: "服务任务"
        }
    }
}

/// How it came in. Raw values stand in `ticket.channel`.
public enum Channel: String, CaseIterable, Sendable, Hashable {
    case phone, sms, web, wechat, weibo, app
    case gridWorker = "grid-worker"
    case otherSystem = "other-system"

    /// The name people know.
    public var chinese: String {
        switch self {
        case .phone: "电话"
        case .sms: "短信"
        case .web: "网站"
        case .wechat: "微信"
        case .weibo: "微博"
        case .app: "手机APP"
        case .gridWorker: "网格员"
        case .otherSystem: "其他系统"
        }
    }
}

/// Who found it. Raw values stand in `ticket.origin`.
public enum Origin: String, CaseIterable, Sendable, Hashable {
    case caller, patrol

    /// The name people know.
    public var chinese: String { self == .caller ? "来电" : "巡查" }
}

/// How pressing it is. Raw values stand in `ticket.urgency`.
public enum Urgency: String, CaseIterable, Sendable, Hashable {
    case normal, urgent

    /// The name people know.
    public var chinese: String { self == .normal ? "一般" : "紧急" }
}

/// How a visit went. Kept in the note's kind as `visit-<outcome>`.
public enum VisitOutcome: String, CaseIterable, Sendable, Hashable {
    case met, absent, refused
}

/// What a note says to people: what a dispatch leaves is written for programs.
public func noteText(kind: String, body: String) -> (english: String, chinese: String) {
    if kind == Descent.ofTask || kind == Descent.ofReport, let descent = Descent(body) { return (descent.shown, descent.shown) }
    if let taken = Diary.takenOver(by: body) { return ("taken over: \(taken.count)", "已交接 \(taken.count) 条") }
    guard kind == Route.byRule || kind == Route.byHand, let route = Route(body) else { return (body, body) }
    return (route.english, route.chinese)
}

/// Words for what stands in `note.kind`: the command that wrote it, for a visit with its outcome. Unknown kinds come back as
/// they are.
public func noteWords(kind: String) -> (english: String, chinese: String) {
    switch kind {
    case "note": ("note", "备注")
    case "visit": ("visit", "走访")
    case "visit-met": ("visit, met", "走访（见到本人）")
    case "visit-absent": ("visit, nobody there", "走访（无人）")
    case "visit-refused": ("visit, refused", "走访（拒绝）")
    case "edit": ("correction", "更正说明")
    case "resolve": ("resolution", "处置结果")
    case "return": ("sent back", "退回理由")
    case "withdraw": ("withdrawn", "撤回理由")
    case "explain": ("told the citizen", "向诉求人说明")
    case "extend": ("asks for more time", "申请延期")
    case "dispute": ("not theirs", "职责争议")
    case "defer": ("written opinion", "书面意见")
    case "urge": ("urged", "催办")
    case "whistle": ("called units in", "吹哨")
    case "report-in": ("reported in", "报到")
    case "finish-part": ("share done", "联办完成")
    case "unmerge": ("taken out of its incident", "移出并案")
    case "reply": ("reply to the caller", "答复诉求人")
    case "close": ("closed", "结案意见")
    case Route.byRule: ("dispatched by rule", "按规则派遣")
    case Descent.ofTask: ("a task that comes from", "任务来源")
    case Descent.ofReport: ("found on the task", "发现于任务")
    case Route.byHand: ("dispatched", "派遣")
    default: (kind, kind)
    }
}
