extension Reason {
    /// What is said about taking a sent command back.
    var retractWords: (english: String, chinese: String)? {
        switch self {
        case .retracted: ("Its author took it back.", "提交人已收回。")
        case .retractAsked:
            (
                "You asked to take a command back that took effect. A dispatcher decides; until then it stands.",
                "您申请收回一条已生效的命令，由派单员裁定；裁定前仍然有效。"
            )
        case .retractTooLate:
            (
                "The ticket has gone on from that command, so it cannot simply be put back. A dispatcher answers you.",
                "工单已在该命令之后继续办理，无法直接复原。由派单员答复。"
            )
        case .waitsForTarget:
            (
                "The command that this is about has not reached the centre. It waits; if the other never comes, a dispatcher answers.",
                "所涉及的命令尚未到达中心，先行等待；若一直不到，由派单员答复。"
            )
        case .nothingToRetract:
            ("There is nothing to take back: the command has no effect, or has been put back.", "没有可收回的内容：该命令未生效，或已复原。")
        case .alreadyAsked:
            ("You asked for this command back before. A dispatcher decides on that one.", "您已申请收回该命令，由派单员裁定先前的申请。")
        case .retractOfRetract:
            (
                "A retraction cannot be taken back. If it has not been sent, undo does it; else give the command anew.",
                "收回申请本身不能再收回。尚未发送的可用 undo 撤销；否则请重新给出原命令。"
            )
        case .notRetractable:
            ("An act of the centre is not taken back like this; give the act that sets it right.", "中心的操作不能这样收回；请用相应的操作更正。")
        case .undoInstead:
            (
                "The command was never sent. Take it back with undo; on the same ticket the newest one goes first.",
                "该命令从未发送。请用 undo 撤销；同一工单上先撤销最新的。"
            )
        default: nil
        }
    }
}

extension Reason {
    /// What is said where two sides changed one column.
    var choiceWords: (english: String, chinese: String)? {
        switch self {
        case .merged:
            (
                "You and somebody else changed the same field. The rules settled it; both values are kept, and can be chosen.",
                "您与他人修改了同一字段，已按规则处理。两个值均已保留，可另行选定。"
            )
        case .centreDecides:
            (
                "The centre changed this meanwhile, and its value stands. Yours is kept; the centre can choose it.",
                "中心已先行修改，以中心为准。您的值已保留，中心可改选。"
            )
        case .fieldDecides:
            (
                "Somebody in the field changed this meanwhile, and their value stands. Yours is kept and can be chosen.",
                "现场人员已先行修改，以现场为准。您的值已保留，可另行选定。"
            )
        case .notYoursToChoose:
            ("You may not choose between these values. Ask the dispatcher.", "您无权选定该值。请联系派单员。")
        case .decideInstead:
            ("That command is held. A dispatcher decides it, and that settles this.", "该命令处于搁置，由派单员裁定，届时一并确定。")
        case .notAColumn:
            ("There is nothing to choose here: it is no field of the ticket. Both sides are kept.", "此处无可选定：它不是工单字段。双方内容均已保留。")
        default: nil
        }
    }
}
