import ReplicaStore
import SyncProtocol
import Tickets

/// What is said about taking sent commands back.
extension Say {
    static let retractHelp = Words(
        "Ask the centre to take a sent command back; log and outbox show its number.", "请中心收回已发送的命令；序号见 log 和 outbox。")
    static let retractDiscussion = Words(
        "What the centre still holds is ended at once. What took effect goes back when a dispatcher agrees, and stands until then. A command that was never sent is taken back here, without the centre.",
        "中心仍搁置的命令立即结束；已生效的须经派单员同意，同意前仍然有效；从未发送的直接在本机撤销。")
    static let commandArgument = Words(
        "The command's number in log or outbox, or its UUID or the beginning of it.", "命令在 log 或 outbox 中的序号，或 UUID（开头即可）。")
    static let whyOption = Words("Why, for the dispatcher; - reads it from standard input.", "理由，供派单员参考；用 - 从标准输入读取。")
    static let retractTicketOption = Words(
        "Its ticket, for a command of another device of yours.", "该命令所在的工单（命令由您的另一台设备给出时填写）。")

    static let commandNumber = Words("No.", "序号")
    static let retractRecorded = Words(
        "Recorded: the centre is asked to take %1 back. Until it answers, the command stands.", "已记录：请中心收回%1。答复前该命令仍然有效。")
    static let numbered = Words("no. %1 (%2 on %3)", "第 %1 条（%3 %2）")
    static let neverSent = Words("It had never been sent.", "该命令从未发送。")
    static let takesBack = Words("takes back no. %1 (%2)", "收回第 %1 条（%2）")
    static let takesBackElsewhere = Words("takes back %1", "收回 %1")
    static let standingAndRetraction = Words("%1; %2", "%1；%2")
    static let askedBack = Words("asked to take back", "已申请收回")
    static let takenBackByCentre = Words("taken back by the centre", "中心已收回")
    static let retractionDeclined = Words("not taken back", "未予收回")
}

extension CommandRecord.Retraction {
    var words: Words {
        switch outcome {
        case .asked: Say.askedBack
        case .takenBack: Say.takenBackByCentre
        case .declined: Say.retractionDeclined
        }
    }

    var json: JSON {
        [
            "command": .text(command.description), "ordinal": .int(ordinal), "outcome": .text(outcome.rawValue),
            "decision": decision?.json ?? .null,
        ]
    }
}

extension CommandRecord.Retracted {
    /// What a retraction takes back.
    var words: Words {
        guard let ordinal else { return Say.takesBackElsewhere(String(command.description.prefix(8))) }
        return Say.takesBack(Words(same: "\(ordinal)"), commandWords(kind ?? ""))
    }

    var json: JSON {
        [
            "command": .text(command.description), "ordinal": ordinal.map { .int($0) } ?? .null, "kind": .optional(kind),
        ]
    }
}
