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
    /// They came to the visitor: 接访.
    case received
}

/// What a visit's note says besides its words: how it went, and how many persons came. It stands in the note's kind, `visit-met+3`, so that
/// every release carries it; one record is one batch.
public struct VisitRecord: Hashable, Sendable {
    /// How it went; nil = it was not said.
    public var outcome: String?
    /// How many persons; nil = nobody counted them, and the visit counts as no batch.
    public var persons: Int?

    init(outcome: String?) { self.outcome = outcome }

    init(of command: Command) {
        outcome = command.text("outcome")
        persons = isRemoved("PZ2") ? nil : command.arguments["persons"]?.int.map { Int($0) }
    }

    /// Reads what stands in `note.kind`. Nil for what is no visit.
    public init?(noteKind: String) {
        guard noteKind.hasPrefix("visit") else { return nil }
        let parts = noteKind.split(separator: "+", maxSplits: 1)
        let word = parts[0].dropFirst("visit".count)
        guard word.isEmpty || word.hasPrefix("-") else { return nil }
        outcome = word.isEmpty ? nil : String(word.dropFirst())
        persons = parts.count > 1 ? Int(parts[1]) : nil
    }

    /// What stands in `note.kind`.
    public var noteKind: String { "visit" + (outcome.map { "-" + $0 } ?? "") + (persons.map { "+\($0)" } ?? "") }
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
    if let visit = VisitRecord(noteKind: kind), let persons = visit.persons {
        let words = noteWords(kind: VisitRecord(outcome: visit.outcome).noteKind)
        return ("\(words.english), \(persons) persons", "\(words.chinese)，\(persons) 人")
    }
    return plainNoteWords(kind: kind)
}

private func plainNoteWords(kind: String) -> (english: String, chinese: String) {
    switch kind {
    case "note": ("note", "备注")
    case "visit": ("visit", "走访")
    case "visit-met": ("visit, met", "走访（见到本人）")
    case "visit-absent": ("visit, nobody there", "走访（无人）")
    case "visit-refused": ("visit, refused", "走访（拒绝）")
    case "visit-received": ("received them", "接访")
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
