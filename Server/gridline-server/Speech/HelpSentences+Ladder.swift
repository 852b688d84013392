import SyncProtocol

// Chinese for the help of what goes up the ladder.
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
    ]
}
