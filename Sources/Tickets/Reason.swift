/// Why a verdict is what it is. Raw values are stable codes of the wire, the journal and every `--json`; never reused.
///
/// A device stores codes as text: a newer centre may send one that is not in here (`Reason.words(forCode:)`).
public enum Reason: String, CaseIterable, Sendable, Hashable {
    /// Nothing to say.
    case ok
    /// The change was there already.
    case nothingToDo = "nothing-to-do"
    /// Words landed on a ticket that was finished or had moved.
    case late
    /// A report outside the author's area.
    case outsideArea = "outside-area"
    /// Both sides changed a column.
    case bothChanged = "both-changed"
    /// Another command is held first.
    case waitsFor = "waits-for"
    /// The ticket went to somebody else, or back, or was given out anew.
    case moved
    /// Somebody accepted it already.
    case alreadyAccepted = "already-accepted"
    /// Somebody started already.
    case alreadyStarted = "already-started"
    /// Somebody resolved it already.
    case alreadyHandled = "already-handled"
    /// It was given out already.
    case alreadyDispatched = "already-dispatched"
    /// It was sent back already.
    case returned
    /// It was closed.
    case closed
    /// The centre withdrew it.
    case withdrawn
    /// An edit of a ticket that is closed or withdrawn.
    case editAfterClose = "edit-after-close"
    /// Resolving or starting before accepting.
    case acceptFirst = "accept-first"
    /// No edge of the state machine.
    case wrongState = "wrong-state"
    /// The author neither holds the ticket nor held it; the same if there is none.
    case notYours = "not-yours"
    /// The author's role may not give this command.
    case notPermitted = "not-permitted"
    /// The author's role may not change this column.
    case notEditable = "not-editable"
    /// At the centre only: no such ticket.
    case unknownTicket = "unknown-ticket"
    /// At the centre only: no such person.
    case unknownPerson = "unknown-person"
    /// An argument is missing or cannot be taken.
    case badArguments = "bad-arguments"
    /// A command or argument of a newer release.
    case unknownCommand = "unknown-command"
    /// The payload cannot be read.
    case unreadable
    /// Deciding it failed inside the centre.
    case poisoned
    /// The device was revoked.
    case revoked
    /// A known CommandID with other contents.
    case clash
    /// It was applied before the centre was restored and fits no more.
    case afterRestore = "after-restore"
    /// Its author took the held command back.
    case retracted
    /// A command that took effect is to be taken back.
    case retractAsked = "retract-asked"
    /// What is to be taken back cannot be put back any more.
    case retractTooLate = "retract-too-late"
    /// What is to be taken back is not known; the same if it is somebody else's.
    case waitsForTarget = "waits-for-target"
    /// What is to be taken back has no effect.
    case nothingToRetract = "nothing-to-retract"
    /// The author asked for the same command back before, and that is undecided.
    case alreadyAsked = "already-asked"
    /// A retraction is not taken back.
    case retractOfRetract = "retract-of-retract"
    /// Acts of the centre are not taken back.
    case notRetractable = "not-retractable"
    /// On a device only: what was never offered is undone.
    case undoInstead = "undo-instead"
    /// Both sides changed a column, and the columns' rules made one result of it.
    case merged
    /// Both sides changed a column, the centre's value stands, and nothing else was to be written.
    case centreDecides = "centre-decides"
    /// The same, and the value from the field stands.
    case fieldDecides = "field-decides"
    /// The author may not choose between these values.
    case notYoursToChoose = "not-yours-to-choose"
    /// The command of the conflict is held: its decision settles it.
    case decideInstead = "decide-instead"
    /// What the conflict is about cannot be chosen.
    case notAColumn = "not-a-column"

    /// What it means and what to do, in English.
    public var english: String { words.english }
    /// What it means and what to do, in Chinese.
    public var chinese: String { words.chinese }

    /// Words for any code, also one of a newer release.
    public static func words(forCode code: String) -> (english: String, chinese: String) {
        if let known = Reason(rawValue: code) { return known.words }
        return (
            "The centre gave the reason “\(code)”, which this release does not know. Upgrade, or ask the dispatcher.",
            "中心给出的原因“\(code)”本版本无法识别。请升级，或联系派单员。"
        )
    }
}

extension Reason {
    private var words: (english: String, chinese: String) {
        retractWords ?? choiceWords ?? settledWords ?? openWords
    }

    /// Nothing is expected of the author any more.
    private var settledWords: (english: String, chinese: String)? {
        switch self {
        case .ok: ("Done.", "已生效。")
        case .nothingToDo: ("It was so already. Nothing to do.", "内容与现状一致，无需处理。")
        case .late:
            (
                "The ticket was finished or had moved on; your words are kept with it, marked late.",
                "工单已办结或已转他人；您的记录已保留，并标为迟到。"
            )
        case .alreadyAccepted: ("Somebody accepted it before you. Nothing to do.", "已有人签收，无需处理。")
        case .alreadyStarted: ("The work was started already. Nothing to do.", "已有人开始处置，无需处理。")
        case .alreadyHandled:
            ("Somebody resolved it before you. Your words are kept with the ticket.", "已有人先行处置完毕；您填写的内容已随工单保留。")
        case .alreadyDispatched: ("It was dispatched already. Use assign to give it to somebody else.", "工单已派遣；如需换人请用改派。")
        case .returned: ("It was sent back already. The dispatcher has it.", "工单已退回，由派单员处理。")
        case .closed: ("The ticket is closed. What you wrote is kept with it.", "工单已结案；您填写的内容已保留。")
        case .withdrawn:
            ("The centre withdrew the ticket. What you wrote is kept; nothing more to do.", "中心已撤回该工单；您填写的内容已保留，无需再办。")
        default: nil
        }
    }

    /// Somebody has to do something.
    private var openWords: (english: String, chinese: String) {
        switch self {
        case .outsideArea:
            (
                "The place is outside your grid. The report is in; a dispatcher checks where it belongs.",
                "地点不在您的网格内。上报已收到，由派单员核定归属。"
            )
        case .bothChanged:
            (
                "You and somebody else changed the same field. Both values are kept; a dispatcher decides.",
                "您与他人修改了同一字段。两个值均已保留，由派单员裁定。"
            )
        case .waitsFor:
            (
                "It waits for an earlier command of yours on this ticket, which a dispatcher must decide first.",
                "须等派单员先裁定您在该工单上较早的一条命令。"
            )
        case .moved:
            (
                "The ticket was given to somebody else meanwhile. Read it again; the dispatcher sees what you wrote.",
                "工单已转给他人。请重新查看；您填写的内容派单员可见。"
            )
        case .editAfterClose:
            ("The ticket is finished. A dispatcher decides whether your change still goes in.", "工单已办结，您的修改由派单员裁定是否采纳。")
        case .acceptFirst: ("Accept the ticket first, then go on.", "请先签收该工单，再继续。")
        case .wrongState:
            ("The ticket's state does not allow this. Read it again and choose another command.", "工单当前状态不允许此操作。请重新查看后另选命令。")
        case .notYours:
            (
                "This is not one of your tickets. Check the number, or ask the dispatcher to give it to you.",
                "这不是您的工单。请核对编号，或请派单员派给您。"
            )
        case .notPermitted: ("Your role may not do this. Ask the dispatcher.", "您的角色无权执行此操作。请联系派单员。")
        case .notEditable:
            ("Your role may not change this field. Ask the dispatcher, or write a note.", "您的角色不能修改该字段。请联系派单员，或改写备注。")
        case .unknownTicket: ("There is no such ticket. Check the number.", "没有该工单。请核对编号。")
        case .unknownPerson: ("There is no such person. Add them first, or check the name.", "没有该人员。请先登记，或核对标识。")
        case .badArguments:
            ("An argument is missing or cannot be taken. Correct it and give the command again.", "参数缺失或无效。请改正后重新提交。")
        case .unknownCommand:
            ("This centre does not know the command yet. It is kept until the centre is upgraded.", "中心版本尚不支持该命令。已保留，待中心升级后处理。")
        case .unreadable:
            ("The centre could not read the command. It is kept; an operator looks at it.", "中心无法读取该命令。已保留，由运维人员处理。")
        case .poisoned:
            ("Deciding the command failed at the centre. It is kept; an operator looks at it.", "中心处理该命令时出错。已保留，由运维人员处理。")
        case .revoked:
            ("This device was revoked. What it sent is kept; ask the operator for a new code.", "本设备已停用。所发内容已保留；请向运维人员索取新的注册码。")
        case .clash:
            ("Another command has the same identity. Both are kept; an operator looks at them.", "存在标识相同的另一条命令。两者均已保留，由运维人员处理。")
        case .afterRestore:
            ("The centre was restored from a backup and this no longer fits. A dispatcher decides.", "中心已从备份恢复，此前的结果不再适用，由派单员裁定。")
        default: ("", "")  // every other case is settled: a test asks all of them
        }
    }
}
