import SyncProtocol

/// What finding, waiting and mistyping say.
extension Say {
    // list
    static let dueOption = Words(
        "Only what is due: today, overdue, week (today and six days more) or a day, YYYY-MM-DD.",
        "只列时限：today（今天）、overdue（逾期）、week（今起七天）或某日 YYYY-MM-DD。")
    static let gridOption = Words("Only this grid, by its name or code.", "只列该网格（名称或编码）。")
    static let hit = Words("Found in", "命中")
    static let note = Words("Note", "记录")
    static let colon = Words(": ", "：")
    static let comma = Words(", ", "，")
    static let semicolon = Words("; ", "；")
    static let inBrackets = Words("(%1)", "（%1）")
    static let totalTickets = Words("%1 in all", "共 %1 张")
    static let totalOverdue = Words("%1 overdue", "逾期 %1")
    static let totalToday = Words("%1 due today", "今日到期 %1")
    static let totalPending = Words("%1 with unconfirmed work", "有待并入命令 %1")
    static let totalHeld = Words("%1 with held work", "有搁置命令 %1")
    static let noMatch = Words("No ticket matches %1. On this device: %2.", "没有工单符合 %1。本机共 %2 张。")
    static let noOpenMatch = Words(
        "No open ticket matches %1. On this device: %2, with closed and withdrawn ones, which --all lists too.",
        "没有未结工单符合 %1。本机共 %2 张，含已结案和已撤回的；加 --all 一并列出。")
    static let onlyFinalTickets = Words(
        "No open tickets. %1 are closed or withdrawn: gridline list --all", "没有未结工单。已结案或已撤回 %1 张：gridline list --all")
    static let tooManyWords = Words("Search for at most %1 words at once.", "一次最多搜索 %1 个词。")

    // What was mistyped
    static let didYouMean = Words("Did you mean: %1", "您是不是要输入：%1")
    static let unknownCommand = Words("There is no command “%1”. Commands: %2", "没有命令“%1”。可用命令：%2")
    static let unknownCommandNear = Words("There is no command “%1”. Did you mean: %2", "没有命令“%1”。您是不是要输入：%2")
    static let usageLine = Words("Usage: %1", "用法：%1")
    static let moreHelpLine = Words("More: %1 --help", "详细说明：%1 --help")
    static let oneOrTwo = Words("--ambiguous-width is 1 or 2.", "--ambiguous-width 只能是 1 或 2。")

    // While something takes its time
    static let sending = Words("Sending %1 commands …", "正在发送 %1 条命令……")
    static let fetching = Words("Asking the centre …", "正在询问中心……")
    static let underWay = Words("Syncing: %1 answers, %2, %3 commands sent", "正在同步：应答 %1，%2，发送命令 %3")
    static let checking = Words("Checking this device's data …", "正在检查本机数据……")
    static let exporting = Words("Writing files …", "正在写入文件……")
    static let enrolling = Words("Enrolling …", "正在登记……")
    static let rescuing = Words("Reading the damaged file …", "正在读取损坏的文件……")

    // completions, manual, --quiet
    static let completionsHelp = Words("Print the completion script of a shell.", "输出命令补全脚本。")
    static let shellArgument = Words("bash, zsh or fish.", "bash、zsh 或 fish。")
    static let manualHelp = Words("Print the manual page, for man.", "输出手册页，供 man 阅读。")
    static let quietOption = Words("Say nothing but results and errors.", "只输出结果和错误。")

    // The manual page
    static let exitCodes = Words("EXIT STATUS", "退出码")
    static let exitDone = Words("Done.", "完成。")
    static let exitError = Words("An error; the message has its code and what to do.", "出错；信息中有代码和处理办法。")
    static let exitCancelled = Words("Cancelled by its person.", "使用者取消。")
    static let exitUnsent = Words("Offline, or something is still unsent. Normal in the field.", "离线，或仍有未发送的内容。在外作业时属正常。")
    static let exitNotAuthorised = Words("Not enrolled, not authorised, or revoked.", "未登记、无权限或已停用。")
    static let exitConflict = Words("A conflict needs a person.", "有冲突待人处理。")
    static let exitUsage = Words("The command line is wrong.", "命令行用法错误。")
    static let environment = Words("ENVIRONMENT", "环境变量")
    static let homeVariable = Words("Folder of this person's data.", "本人数据所在目录。")
    static let langVariable = Words(
        "zh or en; before LC_ALL, LC_MESSAGES and LANG, after --lang.", "zh 或 en；先于 LC_ALL、LC_MESSAGES、LANG，后于 --lang。")
    static let colourVariable = Words("Whether colours are used.", "是否使用颜色。")
    static let columnsVariable = Words("Width of the terminal, if it does not say itself.", "终端宽度；不设则由终端告知。")
    static let files = Words("FILES", "文件")
    static let replicaFile = Words(
        "This person's tickets and commands, where neither GRIDLINE_HOME nor XDG_DATA_HOME is set.",
        "本人的工单和命令；设了 GRIDLINE_HOME 或 XDG_DATA_HOME 时在该目录下。")
}
