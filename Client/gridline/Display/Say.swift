import SyncProtocol

/// Everything that `gridline` says, in both languages. %1, %2 … are filled in. What the modules below say (reasons of verdicts,
/// problems, replica errors) stands with them.
enum Say {
    // What happens to work
    static let workIsSafe = Words("Your unsent work is safe on this device.", "未发送的内容安全地保存在本机。")
    static let onlyToRead = Words("This is what the device holds; nothing can be recorded now.", "以下为本机现有内容；目前无法记录任何操作。")
    static let codeIsKept = Words("The code can be used again from this device.", "本机可以再次使用同一注册码。")
    static let nothingRecorded = Words("Nothing was recorded; what you gave before is safe.", "本次未记录任何内容，此前的内容安全无损。")

    // Input
    static let cancelled = Words("Cancelled; nothing was done.", "已取消，未做任何操作。")
    static let argument = Words("argument %1", "第 %1 个参数")
    static let standardInput = Words("standard input", "标准输入")
    static let invalidText = Words(
        "The text of %1 is not valid UTF-8. Set the terminal to UTF-8, or save the file as UTF-8, and give it again.",
        "%1 不是有效的 UTF-8 文本。请把终端或文件设为 UTF-8 后重新输入。")
    static let argumentFault = Words("This cannot be recorded: %1.", "无法记录：%1。")
    static let needsWords = Words(
        "Words are missing: write them behind the number, or - to read them from standard input.", "缺少文字：请写在编号之后，或用 - 从标准输入读取。")
    static let wordsTwice = Words(
        "The words are given twice. Give them once, behind the number or with --note.", "文字给了两次。请只在编号之后或用 --note 给出一次。")
    static let nothingToEdit = Words(
        "Name at least one field to change: gridline help edit", "请至少指定一个要更正的字段：gridline help edit")
    static let needsCode = Words(
        "The one-time code is missing: give it behind the address, or - to read it from standard input.",
        "缺少一次性注册码：请写在地址之后，或用 - 从标准输入读取。")
    static let unreadableFile = Words(
        "%1 cannot be read (system error %2). Check the path and its permissions.", "无法读取 %1（系统错误 %2）。请检查路径和权限。")
    static let unwritableFile = Words(
        "%1 cannot be written (system error %2). Check space and permissions.", "无法写入 %1（系统错误 %2）。请检查空间和权限。")
    static let tooLong = Words("%1 is too long. Shorten it, or split it over several notes.", "%1 过长。请缩短，或分成几条记录。")
    static let unforeseen = Words(
        "Something unforeseen happened (%1). Run the command again; if it stays, report this code.", "发生意外错误（%1）。请重试；如仍出现，请报告此代码。"
    )
    static let usageError = Words("The command line cannot be understood.", "命令行无法理解。")

    // The way to the centre
    static let offline = Words(
        "No connection to the centre (%1). Go where there is signal and run the command again.", "连不上中心（%1）。请到有信号的地方重新运行该命令。")
    static let timedOut = Words("The centre did not answer in time. Run the command again.", "中心未及时应答。请重新运行该命令。")
    static let tls = Words(
        "The centre could not prove who it is (%1), so nothing was sent. Check this device's date and the CA file given at enrolment; ask the operator.",
        "无法确认中心的身份（%1），因此没有发送任何内容。请核对本机日期和登记时的 CA 文件，并询问运维。")
    static let interrupted = Words(
        "The connection broke after %1 bytes of the answer. What came before is kept. Run the command again.",
        "连接中断（已收到应答 %1 字节）。此前收到的已保留。请重新运行该命令。")
    static let redirected = Words(
        "The answer points elsewhere (HTTP %1, %2) and was not followed. Is there a login page of the network to click through? Else check the centre's address.",
        "应答要求转到别处（HTTP %1，%2），未跟随。是否需要先在网络登录页面认证？否则请核对中心地址。")
    static let tooLarge = Words(
        "The answer is larger than %1 MiB, which no centre sends. Tell the operator.", "应答超过 %1 MiB，不是中心的正常应答。请告知运维。")
    static let garbled = Words(
        "What answers there is not a web server (%1). Check the centre's address and the network.", "对方不是网页服务（%1）。请核对中心地址和网络。")
    static let authorityUnreadable = Words(
        "The CA file has no certificate that can be read. Enrol with the PEM file that the operator gave you.",
        "CA 文件中没有可读的证书。请用运维提供的 PEM 文件登记。")
    static let libraryMissing = Words(
        "libcurl is missing on this machine (%1). Install it: apt install libcurl4", "本机缺少 libcurl（%1）。请安装：apt install libcurl4")
    static let notGridline = Words(
        "Something else answered in place of the centre (HTTP %1, %2), perhaps a login page of the network. Sign in to the network and run the command again.",
        "应答的不是中心（HTTP %1，%2），可能是网络的登录页面。请先登录网络，再重新运行该命令。")
    static let busy = Words(
        "The centre is busy (HTTP %1). Run the command again in a few minutes.", "中心繁忙（HTTP %1）。请几分钟后重新运行该命令。")
    static let endless = Words(
        "The sync did not come to an end in %1 rounds. It goes on with the next: gridline sync",
        "同步 %1 轮仍未结束。下次运行 gridline sync 会继续。")
    static let turningInCircles = Words(
        "The centre and this device do not agree on what was sent. Try again; if it stays, tell the operator.",
        "中心与本机对已发送内容不一致。请重试；如仍出现，请告知运维。")
    static let wrongCertificate = Words(
        "The centre's certificate is not for this device. Ask the operator for a new code.", "中心发来的证书不属于本机。请向运维索取新的注册码。")
    static let badAddress = Words(
        "This is no address of a centre. It looks like https://host or https://host:port/path",
        "这不是中心的地址。地址形如 https://主机 或 https://主机:端口/路径")
    static let plainAddress = Words(
        "Plain http is for this machine only: everybody on the way could read citizens' data. Use https://",
        "http 只能用于本机：途中任何人都能看到市民信息。请使用 https://")
    static let problem = Words("%1. %2 %3", "%1。%2%3")

    // enrol, sync
    static let askCode = Words("One-time code:", "一次性注册码：")
    static let enrolled = Words(
        "This device now belongs to %1 (%2). Take the tickets along with: gridline sync",
        "本机已登记给 %1（%2）。接下来运行 gridline sync 取得工单。")
    static let enrolledAgain = Words(
        "This device is enrolled anew for %1 (%2). What was unsent (%3) is kept and goes with the next: gridline sync",
        "本机已为 %1（%2）重新登记。未发送的 %3 条命令已保留，下次运行 gridline sync 时发送。")
    static let enrolAgain = Words(
        "A copy of this device goes on elsewhere. Ask the operator for a code and run: gridline enrol CODE. Unsent work is kept.",
        "本机数据的副本正在另一台设备上使用。请向运维索取注册码并运行：gridline enrol 注册码。未发送的内容会保留。")
    static let elsewhere = Words(
        "From another device, or from before this one was restored: %1. See: gridline log --elsewhere",
        "另有 %1 条命令来自您的其他设备，或本机恢复之前：gridline log --elsewhere")
    static let noneElsewhere = Words("No commands from elsewhere.", "没有来自别处的命令。")
    static let needsAddress = Words(
        "The centre's address is missing: gridline enrol https://host", "缺少中心地址：gridline enrol https://主机")
    static let synced = Words("Up to date as of %1.", "已与中心一致，截至 %1。")
    static let broughtTickets = Words("Tickets: %1 new, %2 changed, %3 left.", "工单：新增 %1，变更 %2，离开 %3。")
    static let broughtVerdicts = Words("Verdicts: %1.", "裁决：%1。")
    static let newsWaits = Words("News: %1. Read them: gridline news", "有 %1 条新动态：gridline news")
    static let stillUnsent = Words(
        "Still without a verdict, in the outbox: %1. See: gridline outbox", "还有 %1 条命令没有裁决，留在发件箱：gridline outbox")
    static let newlyHeld = Words("Held for the dispatcher: %1. See: gridline status", "%1 条命令被搁置，待派单员裁定：gridline status")
    static let wiped = Words(
        "The centre revoked this device. Its tickets were erased; what you gave was delivered and is kept.",
        "中心已停用本机。工单已清除；您给出的命令已送达并保留。")
    static let wipedUnsent = Words(
        "The centre revoked this device. Its tickets were erased; %1 commands are still undelivered and kept.",
        "中心已停用本机。工单已清除；仍有 %1 条命令未送达，已保留。")
    static let picturesDiffer = Words(
        "The device's picture did not agree with the centre's; everything is read anew with the next sync.",
        "本机与中心的内容不一致，下次同步将全部重读。")

    // Giving
    static let recorded = Words("Recorded: %1 on %2. Only on this device until the next sync.", "已记录：%2 %1。同步前仅在本机。")
    static let takenBack = Words("Taken back: %1 on %2.", "已撤销：%2 %1。")
    static let words = Words("Words: %1", "内容：%1")

    // Titles of columns and fields
    static let title = Words("Title", "标题")
    static let number = Words("Number", "编号")
    static let state = Words("State", "状态")
    static let due = Words("Due", "时限")
    static let mark = Words("Mark", "标记")
    static let time = Words("Time", "时间")
    static let ticket = Words("Ticket", "工单")
    static let command = Words("Command", "命令")
    static let standing = Words("Standing", "结果")
    static let content = Words("Content", "内容")
    static let what = Words("What", "动态")
    static let detail = Words("Detail", "说明")
    static let kind = Words("Kind", "类型")
    static let channel = Words("Channel", "来源")
    static let urgency = Words("Urgency", "紧急程度")
    static let description = Words("Description", "描述")
    static let category = Words("Category", "分类")
    static let unit = Words("Unit", "承办单位")
    static let grid = Words("Grid", "网格")
    static let assignee = Words("Assignee", "负责人")
    static let helpers = Words("Helpers", "协办人")
    static let reporter = Words("Reporter", "上报人")
    static let location = Words("Location", "地点")
    static let position = Words("Position", "坐标")
    static let finding = Words("Finding", "现场发现")
    static let tags = Words("Tags", "标签")
    static let created = Words("Created", "创建")
    static let dispatched = Words("Dispatched", "派遣")
    static let accepted = Words("Accepted", "签收")
    static let started = Words("Started", "开始处置")
    static let resolved = Words("Resolved", "处置完毕")
    static let closed = Words("Closed", "结案")
    static let citizen = Words("Citizen", "诉求人")
    static let phone = Words("Phone", "电话")
    static let address = Words("Address", "住址")
    static let identityNumber = Words("Identity no.", "身份证号")
    static let clocks = Words("Clocks", "时限")
    static let requests = Words("Asked for", "申请")
    static let transfers = Words("Transfers", "转办")
    static let parts = Words("Units that take part", "参与单位")
    static let checklist = Words("Checklist", "现场清单")
    static let rungs = Words("Rulings", "认定")
    static let leader = Words("Answers for it", "包保领导")
    static let incident = Words("Incident", "并案")
    static func partOf(_ name: String) -> Words { Words("part of \(name): handled and answered there", "已并入 \(name)，由其统一办理和答复") }
    static let escalations = Words("Supervision", "督办")
    static func urgedMark(_ count: Int) -> Words { Words("urged \(count)×", "催办\(count)次") }
    static func transferMark(_ count: Int) -> Words { Words("transferred \(count)×", "转办\(count)次") }
    static let notes = Words("Notes", "记录")
    static let commandsHere = Words("Given on this device", "本机命令")

    // Marks and standings
    static let pendingMark = Words("%1 pending", "待并入 %1")
    static let heldMark = Words("%1 held", "搁置 %1")
    static let leavingMark = Words("leaving", "离开中")
    static let onlyHereMark = Words("only here", "仅本机")
    static let helpingMark = Words("helping", "协办")
    static let overdue = Words("overdue", "逾期")
    static let late = Words("late", "迟到")
    static let onlyHere = Words("only here", "仅在本机")
    static let offered = Words("sent, no answer yet", "已交，未得答复")
    static let needsCentre = Words("needs the centre", "须由中心裁定")
    static let takenBackStanding = Words("taken back", "已撤销")
    static let decided = Words("%1 (%2)", "%1（%2）")
    static let decidedBy = Words("%1 (decided by %2)", "%1（由 %2 裁定）")
    static let confidential = Words("confidential", "保密")

    // status
    static let device = Words("Device", "设备")
    static let centre = Words("Centre", "中心")
    static let onDevice = Words("Only here", "仅在本机")
    static let unanswered = Words("Unanswered", "未得答复")
    static let confirmed = Words("Confirmed", "中心确认")
    static let held = Words("Held", "搁置")
    static let tickets = Words("Tickets", "工单")
    static let leaving = Words("Leaving", "离开中")
    static let clock = Words("Clock", "时钟")
    static let news = Words("News", "动态")
    static let totals = Words("Given", "累计命令")
    static let none = Words("none", "无")
    static let countSince = Words("%1, the oldest %2 old", "%1 条，最早的在%2前")
    static let asOf = Words("as of %1 (%2 ago), sequence %3", "截至 %1（%2前），序号 %3")
    static let neverSynced = Words("nothing yet: gridline sync", "尚未同步：gridline sync")
    static let heldFor = Words("%1 %2, for %3: %4", "%1 %2，已 %3：%4")
    static let total = Words("%1 = %2 judged + %3 without verdict + %4 taken back", "%1 = 已裁决 %2 + 未裁决 %3 + 已撤销 %4")
    static let clockBehind = Words("this device is %1 behind the centre; times are corrected", "本机比中心慢 %1，时间已自动校正")
    static let clockAhead = Words("this device is %1 ahead of the centre; times are corrected", "本机比中心快 %1，时间已自动校正")
    static let pullUnderWay = Words("%1 pages have come, the rest follows with the next sync", "已收到 %1 页，其余下次同步接收")
    static let revoked = Words("revoked at %1", "已于 %1 停用")
    static let unlooked = Words("%1 not looked at: gridline news", "%1 条未查看：gridline news")

    // Empty
    static let noTickets = Words("No tickets here. To take them along: gridline sync", "本机没有工单。取得工单：gridline sync")
    static let ticketGone = Words("The ticket has left this device.", "工单已离开本机。")
    static let givenOnIt = Words("What you gave on it:", "您在该工单上给出的命令：")
    static let noCommands = Words("No commands.", "没有命令。")
    static let outboxEmpty = Words("The outbox is empty: everything given here has its verdict.", "发件箱为空：本机命令均已有裁决。")
    static let noNews = Words("Nothing new since the last look.", "上次查看后没有新动态。")
    static let exported = Words("%1 changesets were written to %2.", "已将 %1 个变更集写入 %2。")
    static let rescued = Words("%1 commands were read, %2 of them without a verdict.", "读出 %1 条命令，其中 %2 条没有裁决。")
    static let rescueLosses = Words(
        "Lost: %1 damaged commands, %2 places in the order of giving are empty.", "未能读出：损坏 %1 条，顺序中空缺 %2 处。")
    static let takenIn = Words("%1 commands were put into this device's outbox: gridline sync", "已将 %1 条命令放入本机发件箱：gridline sync")
    static let checkedWell = Words("The data on this device is whole.", "本机数据完好。")
    static let checkedBadly = Words(
        "GL-C2010 The data on this device is not as it must be. Keep the folder, sync what can be sent, and report these lines.",
        "GL-C2010 本机数据有问题。请保留数据目录，先同步能发送的内容，并报告以上各行。")

    // Spans
    static let days = Words("%1 d", "%1天")
    static let hours = Words("%1 h", "%1小时")
    static let minutes = Words("%1 min", "%1分钟")
    static let lessThanAMinute = Words("less than a minute", "不到1分钟")
}
