import SyncProtocol

// Chinese for the help of what goes up the ladder, and of incidents.
extension HelpSentences {
    static let ladder = [
        Words(
            "Bring a ticket to the next step of the city's ladder: a joint meeting, a supervision order, a task force.",
            "将工单升级到本市督办阶梯的上一级：联席会议、督办件、专项工作组。"),
        Words(
            "The step below must have failed: record that with conclude. The clock runs on; only a decision with --due moves it, and why-due shows it on both sides. A step that the profile restricts is for supervisors alone. Each --unit owes a first word (urge, note, report-in) by a clock of its own until the step ends; supervision counts what they did.",
            "下一级须已记录为未果（conclude）。计时不停；只有附 --due 的决定才改变时限，双方的 why-due 均会列出。配置中受限的级次仅督办员可用。每个 --unit 在本级结束前各有首次督办时限（催办、指导、报告均可）；用 supervision 统计其履职情况。"
        ),
        Words(
            "A unit that supervises the ticket together with the others; may be given several times.", "联合督办的单位，可多次给出。"),
        Words(
            "Count what the units that supervise tickets did: first word in time or late, urged, guided, reported.",
            "统计督办单位的履职情况：首次督办是否按时，催办、指导、报告各多少。"),
        Words(
            "One line for each unit; with --explain every ticket behind it. Units are counted, persons never. Counted are units set over a ticket by dispatch --supervisor and by escalate --unit, asked for from --since to --until, both days included.",
            "每个单位一行；加 --explain 列出其中每张工单。只统计单位，不统计个人。统计范围是 dispatch --supervisor 和 escalate --unit 指定的督办单位，通知日期从 --since 到 --until，含首尾两日。"
        ),
        Words("Only this unit.", "只看此单位。"), Words("Also every case that was counted.", "同时列出每一件。"),
        Words("The first day, YYYY-MM-DD; else the first of all.", "首日，YYYY-MM-DD；不写则从最早算起。"),
        Words("The last day, YYYY-MM-DD; else today.", "末日，YYYY-MM-DD；不写则到今天。"),
        Words("--since is no day; write it as 2026-09-30.", "--since 不是日期，请写作 2026-09-30。"),
        Words("--until is no day; write it as 2026-09-30.", "--until 不是日期，请写作 2026-09-30。"),
        Words(
            "Name the leader who answers for a ticket on one of six levels; they stay named whoever handles it.",
            "为工单指定包保领导（六级之一）；工单转办后仍然有效。"),
        Words(
            "Of each level whoever was named last counts. Devices show it. The ticket must be under way.",
            "同一级以最后指定者为准。设备上可见。工单须在办理中。"),
        Words("Who answers for it.", "由谁包保。"),
        Words(
            "city, county, township, village, grid or micro-grid.",
            "city（市级）、county（县级）、township（乡级）、village（村级）、grid（网格）或 micro-grid（微网格）。"),
        Words(
            "Write down that somebody was visited or received about a ticket, and how many persons it was.", "记录一次接访或下访，以及人数。"),
        Words("One record is one batch. visits counts batches and persons.", "一条记录为一批次。用 visits 统计批次和人数。"),
        Words("What was found and said.", "走访情况。"),
        Words(
            "met, absent, refused or received.", "met（见到）、absent（无人）、refused（拒绝）或 received（接访）。"),
        Words("How many persons.", "人数。"),
        Words(
            "Count visits whose persons were counted: batches and persons, received or visited.", "统计记有人数的接访、下访：批次和人数。"),
        Words(
            "With --explain every visit that was counted, by its ticket. Who went is never counted.",
            "加 --explain 按工单列出每一次。不统计由谁走访。"),
        Words("A leader settled it on the spot: which one.", "一把手现场调处：哪位领导。"),
        Words("Which step, as ladder lists them.", "哪一级，见 ladder 的输出。"), Words("What was decided.", "会议或督办的决定。"),
        Words("Until when, if that was decided, YYYY-MM-DD.", "决定的时限，YYYY-MM-DD；未定则不写。"),
        Words("Why it came to that.", "升级的理由。"),
        Words(
            "Record how the step of the ladder at which a ticket stands ended: the next one needs its failure.",
            "记录工单当前级次的结果：未果方可进入上一级。"),
        Words(
            "Before anybody escalated it a ticket stands at the lowest step, its ordinary handling. A leader may settle any step on the spot, the lowest one too.",
            "未升级过的工单处于最低一级，即常规办理。任何一级（含最低一级）均可由一把手现场调处。"),
        Words("It did not settle the matter.", "未能解决。"), Words("It did.", "已解决。"), Words("What came of it.", "结果说明。"),
        Words("Say --failed, --settled or --on-the-spot.", "请写明 --failed、--settled 或 --on-the-spot。"),
        Words(
            "Show the city's ladder and the tickets on it, the longest first; or each step that one ticket was brought to.",
            "显示本市督办阶梯及其上的工单，时间最长的在前；或一张工单的各级记录。"),
        Words("Restricted steps are shown to supervisors alone: name one with --as.", "受限的级次仅向督办员显示：用 --as 指明。"),
        Words("Who reads it; else nobody in particular.", "由谁查看；不写则不指明。"),
        Words(
            "Make tickets part of the incident of another one: handled together, due with it, one reply to all callers.",
            "将多张工单并入同一事件的主工单：统一办理，随其时限，统一答复所有诉求人。"),
        Words(
            "Closing the other ticket gives each of them its words as the reply and closes it; withdrawing the other one sets them free. What workers wrote on them without signal stays with them.",
            "主工单结案时，以其意见答复并办结各并入工单；主工单撤回时，各并入工单恢复独立。一线无信号时填写的内容随各工单保留。"),
        Words("Official numbers or UUIDs.", "正式编号或 UUID，可多个。"), Words("The ticket that they go into.", "并入哪张主工单。"),
        Words(
            "Take a ticket out of its incident: it waits for a dispatcher, due when it was before.", "将工单移出并案：待重新派遣，恢复原时限。"),
        Words(
            "Propose tickets to merge: of one category and place, close in time, in similar words; the largest group first.",
            "建议可并案的工单：同类、同地、时间相近、内容相似；数量多的在前。"),
        Words(
            "How close and how similar is the profile's (incident.…). Nothing is written; merge does it.",
            "相近与相似的标准见配置（incident.…）。不写入任何内容；并案请用 merge。"),
        Words("The longest time from the first to the last; else the profile's.", "首末两单相隔最多几小时；不写则按配置。"),
        Words("How many there must be; else the profile's.", "至少几张；不写则按配置。"),
        Words("--hours: from 1 to 720.", "--hours：1 至 720。"),
        Words("--least: from 2 to 1000.", "--least：2 至 1000。"),
    ]
}
