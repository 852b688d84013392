import SyncProtocol

extension HelpSentences {
    /// Help of what is sent out to the field.
    static let field: [Words] = [
        Words(
            "Make one task for each grid from a closed ticket, or show how far they are.", "由一件已结案工单向多个网格派发任务，或查看进展。"),
        Words(
            "With --grids like they go to the grids that had the same category within a year; each line says how often, and when last. Given again, it makes nothing twice. Without --grids it shows the tasks of the ticket and what was found.",
            "用 --grids like 时，派给一年内有同类工单的网格，每行说明件数和最近时间。重复执行不会重复派发。不写 --grids 则显示该工单的任务及发现的问题。"),
        Words("The handover diaries alone.", "只看交接班日记。"),
        Words("like, or grids with commas between.", "like，或以逗号分隔的网格标识。"),
        Words("Of like: days back that count.", "用 like 时往前计算的天数。"),
        Words(
            "task-report, task-publicity, task-inspection or task-service.",
            "task-report 信息、task-publicity 宣传、task-inspection 排查、task-service 服务。"),
        Words("The last day for it, YYYY-MM-DD.", "完成期限，YYYY-MM-DD。"),
        Words("Why, in words that the workers read.", "理由，网格员可见。"),
        Words("Show which grids and why, make nothing.", "只显示哪些网格及原因，不派发。"),
        Words("Say why with --reason.", "请用 --reason 说明理由。"),
        Words("--days is from 1 to 36500.", "--days 须为 1 到 36500。"),
        Words("--due is no day; write it as 2026-09-30.", "--due 不是日期，请写作 2026-09-30。"),
    ]
}
