import SyncProtocol

// Chinese for the help of what goes up the ladder, and of incidents.
extension HelpSentences {
    static let ladder = [
        Words(
            "Bring a ticket to the next step of the city's ladder: a joint meeting, a supervision order, a task force.",
            "将工单升级到本市督办阶梯的上一级：联席会议、督办件、专项工作组。"),
        Words(
            "The step below must have failed: record that with conclude. The clock runs on; only a decision with --due moves it, and why-due shows it on both sides. A step that the profile restricts is for supervisors alone.",
            "下一级须已记录为未果（conclude）。计时不停；只有附 --due 的决定才改变时限，双方的 why-due 均会列出。配置中受限的级次仅督办员可用。"),
        Words("Which step, as ladder lists them.", "哪一级，见 ladder 的输出。"), Words("What was decided.", "会议或督办的决定。"),
        Words("Until when, if that was decided, YYYY-MM-DD.", "决定的时限，YYYY-MM-DD；未定则不写。"),
        Words("Why it came to that.", "升级的理由。"),
        Words(
            "Record how the step of the ladder at which a ticket stands ended: the next one needs its failure.",
            "记录工单当前级次的结果：未果方可进入上一级。"),
        Words(
            "Before anybody escalated it a ticket stands at the lowest step, its ordinary handling.", "未升级过的工单处于最低一级，即常规办理。"),
        Words("It did not settle the matter.", "未能解决。"), Words("It did.", "已解决。"), Words("What came of it.", "结果说明。"),
        Words("Say --failed or --settled.", "请写明 --failed 或 --settled。"),
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
