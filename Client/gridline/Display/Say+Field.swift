import SyncProtocol

/// Words of what people do on the spot: checklists.
extension Say {
    static let checklistHelp = Words(
        "Show the on-site checklist of a ticket, or fill items in, also without signal.", "查看工单的现场清单，或填写清单项（无信号时也可）。")
    static let checklistSetOption = Words(
        "CODE=VALUE; may be given several times. Without a value the item is cleared.", "编码=内容，可多次给出；不写内容则清除该项。")
    static func noAnswer(_ text: String) -> Words {
        Words("“\(text)” is no CODE=VALUE on one line.", "“\(text)”不是一行的“编码=内容”。")
    }
    static let noChecklist = Words("Nothing is asked for on this ticket.", "该工单没有现场清单。")
    static let notFilled = Words("-", "-")
    static func requiredItem(_ reason: String) -> Words { Words("required: \(reason)", "必填：\(reason)") }
    static let answersDiffer = Words("they differ: fill it in again to settle it", "各填不一，请核实后重新填写")
    static let cleared = Words("cleared", "已清除")
    static let yes = Words("yes", "是")
    static let no = Words("no", "否")
    static func checklistGaps(_ codes: String) -> Words {
        Words("Not filled in of the checklist: \(codes)", "现场清单尚未填写：\(codes)")
    }

    static let taskHelp = Words(
        "Finish a task of the centre's, also without signal: done, or with a finding, which can become a ticket.",
        "完成中心派下的任务（无信号时也可）：已完成，或填写发现的问题，可转为工单。")
    static let taskDoneOption = Words("What was done; nothing was found.", "完成情况，未发现问题。")
    static let taskFoundOption = Words("What was found.", "发现的问题。")
    static let taskReportOption = Words("Of a finding: report it as a ticket with this title.", "将发现的问题按此标题上报为工单。")
    static let taskOneOf = Words("Give --done or --found, one of the two.", "请给出 --done 或 --found 其中之一。")
    static let taskReportNeedsFinding = Words("--report stands with --found.", "--report 须与 --found 同用。")
    static func noTask(_ label: String) -> Words {
        Words("\(label) is no task: resolve it with gridline resolve.", "\(label) 不是任务，请用 gridline resolve 办结。")
    }
    static let tasksOption = Words("Only tasks of the centre's.", "只看任务。")
    static let totalTasks = Words("%1 of them tasks", "其中任务 %1 项")

    static let rosterHelp = Words("Show who is expected at which desk, also without signal.", "查看各岗位值班安排（无信号时也可）。")
    static let rosterDayOption = Words("The day, as 2026-09-30; left out = today.", "日期，如 2026-09-30；不写为今天。")
    static let deskOption = Words("The desk, a unit; left out = your own unit's.", "岗位（单位标识）；不写为本单位。")
    static func noRoster(_ day: String) -> Words { Words("Nobody is on the roster for \(day).", "\(day) 没有值班安排。") }
    static func noRosterOf(_ unit: String, _ day: String) -> Words {
        Words("Nobody is on the roster of \(unit) for \(day).", "\(unit) 在 \(day) 没有值班安排。")
    }
    static let diaryHelp = Words(
        "The handover diary of a desk: read it, add to it, take it over; also without signal.", "交接班日记：查看、记录、接班（无信号时也可）。")
    static let diaryShowHelp = Words("Show a day's entries, and which the next shift has taken over.", "查看当日各条记录及是否已交接。")
    static let diaryDayOption = rosterDayOption
    static let diaryAddHelp = Words("Write an entry. It is never changed afterwards.", "写一条记录，写后不改。")
    static let diaryTakeOverHelp = Words("Say that the entries here have been read by the next shift.", "下一班已阅本机所见各条记录。")
    static let noDesk = Words("You belong to no unit; name the desk with --unit.", "您不属于任何单位，请用 --unit 指明岗位。")
    static func noDiary(_ unit: String, _ month: String) -> Words {
        Words(
            "This device has no diary of \(unit) for \(month). The centre makes it when it imports the roster; then sync.",
            "本机没有 \(unit) \(month) 的日记。中心导入值班表时建立，请随后同步。")
    }
    static func noEntries(_ day: String) -> Words { Words("No entry on \(day).", "\(day) 没有记录。") }
    static let noEntry = Words("That is what a handover looks like; write an entry in words.", "这是交接标记的写法，请用文字记录。")
    static let nothingToTakeOver = Words("Everything here has been taken over.", "本机所见各条均已交接。")
    static func takenOver(_ at: String) -> Words { Words("taken over \(at)", "已交接 \(at)") }
    static let notTakenOver = Words("not taken over yet", "未交接")
}
