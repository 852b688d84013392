import SyncProtocol

/// What `--help` says.
extension Say {
    static let program = Words("The hotline's tickets on your device, with or without signal.", "12345 热线工单随身带，有无信号都能办。")
    static let moreHelp = Words(
        "TICKET is the short number of this device (1, 2, 3 …), the official number, or the beginning of the UUID. Exit codes: 0 done, 1 error, 2 cancelled, 3 offline or something unsent, 4 not authorised, 5 a conflict needs a person, 64 wrong usage.",
        "“工单”可写本机短号（1、2、3……）、正式编号或 UUID 开头。退出码：0 完成，1 出错，2 取消，3 离线或仍有未发送，4 无权限，5 冲突待人处理，64 用法错误。")

    static let enrolHelp = Words("Enrol this device with a one-time code.", "用一次性注册码登记本机。")
    static let syncHelp = Words("Send what was given here and fetch what the centre has.", "发送本机命令并取回中心内容。")
    static let statusHelp = Words(
        "What is only here, what the centre confirmed, what is held and why.", "哪些只在本机、中心确认到何时、哪些被搁置及原因。")
    static let listHelp = Words("List the tickets on this device.", "列出本机工单。")
    static let showHelp = Words("Show everything about one ticket.", "查看一张工单的全部内容。")
    static let whyDueHelp = Words("Say why a ticket is due when it is due, as a sum.", "逐行说明工单时限的由来。")
    static let acceptHelp = Words("Accept a ticket.", "签收工单。")
    static let startHelp = Words("Say that the work has begun.", "开始处置。")
    static let visitHelp = Words("Record a visit on the spot.", "记录现场走访。")
    static let noteHelp = Words("Write a note on a ticket.", "给工单写备注。")
    static let explainHelp = Words("Record that the citizen was told why it takes longer.", "记录已向诉求人说明办理需要更长时间。")
    static let extendHelp = Words(
        "Ask for more time: before the due date, after explain. The centre decides; until then the due date stands.",
        "申请延期：须在时限内，且已先说明（explain）。由中心批准；批准前时限不变。")
    static let extendDaysOption = Words("How many days more.", "延长几天。")
    static let extendReasonOption = Words("Why it takes longer.", "延期理由。")
    static let extensionPending = Words(
        "Pending: the due date stands until the centre grants it.", "待批：中心批准之前，时限不变。")
    static let disputeHelp = Words(
        "Say why a ticket is not yours. The centre decides, beyond the city's limit by a joint ruling; the clock runs on.",
        "提出职责争议：说明为何不属本单位。由中心裁定，超过本市上限须联合认定；计时不停。")
    static let disputeReasonOption = Words("Why it is not yours, and whose it is.", "为何不属本单位，应属何单位。")
    static let disputePending = Words("Pending: it stays yours until the centre says otherwise.", "待裁：中心裁定之前，仍由您办理。")
    static let deferHelp = Words(
        "Ask for the long-term state, with a written opinion and a review date. The centre decides.",
        "申请长期办理：须附书面意见和复核日期。由中心批准。")
    static let deferUntilOption = Words("The day on which it is looked at again, YYYY-MM-DD.", "复核日期，YYYY-MM-DD。")
    static let deferOpinionOption = Words(
        "The written opinion: why it cannot be settled soon, and what is planned.", "书面意见：短期难以解决的原因和计划。")
    static let deferPending = Words("Pending: the due date stands until the centre grants it.", "待批：中心批准之前，时限不变。")
    static let urgeHelp = Words("Urge who handles a ticket. It can be repeated, and is counted.", "催办工单。可重复，每次计数。")
    static let whistleHelp = Words(
        "Call units in: each owes a report-in, and the ticket is not closed before all have done their share.",
        "吹哨：召集其他单位。各单位须按时报到；全部完成前不能结案。")
    static let whistleUnitsOption = Words("Their identifiers, with commas between.", "单位标识，以逗号分隔。")
    static let whistleReasonOption = Words("What each is needed for.", "召集理由。")
    static let reportInHelp = Words("Report your unit in on a ticket that it was called to.", "本单位报到。")
    static let finishPartHelp = Words("Say that your unit has done its share.", "填写本单位联办任务的完成情况。")
    static let finishPartTextOption = Words("What was done.", "完成情况。")
    static func unknownUnit(_ id: String) -> Words {
        Words("This device knows no unit “\(id)”.", "本机没有单位“\(id)”。")
    }
    static func noDay(_ text: String) -> Words {
        Words("“\(text)” is no day; write it as 2026-09-30.", "“\(text)”不是日期，请写作 2026-09-30。")
    }
    static let editHelp = Words("Correct fields of a ticket.", "更正工单字段。")
    static let resolveHelp = Words("Say how the matter was resolved.", "填写处置结果，办结工单。")
    static let returnHelp = Words("Send a ticket back to the dispatcher, with the reason.", "说明理由，把工单退回派单员。")
    static let reportHelp = Words("Report a new problem.", "上报新问题。")
    static let logHelp = Words("Everything that was given on this device, and what became of it.", "本机给出的命令及其结果。")
    static let newsHelp = Words("What changed since the last look.", "上次查看后的变化。")
    static let outboxHelp = Words(
        "Commands without a verdict; --export writes their changesets as files.", "尚无裁决的命令；--export 把变更集导出为文件。")
    static let undoHelp = Words("Take back the newest command on a ticket, if it was never sent.", "撤销工单上最新的、从未发送的命令。")
    static let rescueHelp = Words("Read commands out of a damaged replica file.", "从损坏的数据文件中读出命令。")
    static let checkHelp = Words("Look for damage in this device's data.", "检查本机数据是否完好。")
    static let versionHelp = Words("Print versions.", "显示版本。")

    static let langOption = Words("Language: zh or en.", "语言：zh 或 en。")
    static let jsonOption = Words("Print JSON.", "输出 JSON。")
    static let noInputOption = Words("Never ask; fail instead.", "不提问，缺少输入即报错。")
    static let ambiguousOption = Words("Cells of ambiguous characters in your terminal: 1 or 2.", "终端中宽度不定字符占几格：1 或 2。")
    static let ticketArgument = Words("The ticket.", "工单。")
    static let wordsArgument = Words("The words, or - for standard input.", "文字，或用 - 从标准输入读取。")
    static let editNoteOption = Words(
        "Words beside the change: they land even if the change is held. - reads them from standard input.",
        "附带说明：即使更正被搁置也会留下。- 表示从标准输入读取。")
    static let noteOption = Words("The same as the words behind the number.", "与写在编号之后的文字相同。")
    static let outcomeOption = Words(
        "met, absent, refused or received.", "met（见到）、absent（无人）、refused（拒绝）或 received（接访）。")
    static let personsOption = Words("How many persons: one record is one batch.", "人数：一条记录为一批次。")
    static let addressArgument = Words(
        "The centre: https://host[:port][/path]. A device that is enrolled knows it: then the code alone is enough.",
        "中心地址：https://主机[:端口][/路径]。已登记过的设备记得地址，只给注册码即可。")
    static let elsewhereOption = Words(
        "Commands of yours from another device, or from before this one was restored.", "您在其他设备上或本机恢复之前给出的命令。")
    static let codeArgument = Words(
        "The one-time code; - or nothing reads it from standard input, out of the process list.",
        "一次性注册码；写 - 或不写则从标准输入读取，不出现在进程列表中。")
    static let caOption = Words("PEM file of the only authority to believe.", "唯一可信的 CA 证书（PEM 文件）。")
    static let againOption = Words("Enrol anew although this device is enrolled; unsent work is kept.", "本机已登记时重新登记，未发送的内容保留。")
    static let takeInOption = Words("Put unsent commands into this device's outbox.", "把未发送的命令放入本机发件箱。")
    static let attemptsOption = Words("How often to send a request whose answer was cut off.", "应答中断时同一请求最多发送几次。")
    static let exitCodeOption = Words("Exit with 3 if something is unsent, 5 if something is held.", "有未发送时以 3 退出，有搁置时以 5 退出。")
    static let stateOption = Words("Only this state, by code or Chinese name; may be repeated.", "只列此状态，可写代码或中文名，可重复。")
    static let searchOption = Words(
        "Only tickets in which every one of these words stands: number, title, description, location, finding, tags, notes.",
        "只列含全部这些词的：编号、标题、描述、地点、现场发现、标签、记录。")
    static let mineOption = Words("Only tickets assigned to you.", "只列派给自己的。")
    static let allOption = Words("Closed and withdrawn tickets too.", "包括已结案和已撤回的。")
    static let clearOption = Words("Empty a field; may be repeated.", "清空一个字段，可重复。")
    static let limitOption = Words("At most so many.", "最多几条。")
    static let keepOption = Words("Do not mark them as looked at.", "不标记为已查看。")
    static let exportOption = Words("Folder for the changesets, one file each.", "变更集导出目录，每个一份文件。")
    static let fileArgument = Words("The damaged file.", "损坏的文件。")
    static let valueOption = Words("New value.", "新值。")
    static let degreesOption = Words("Degrees, WGS84.", "WGS84 坐标，度。")
    static let citizenOption = Words("Of the citizen.", "诉求人信息。")
}
