import ReplicaStore
import SyncProtocol
import Tickets

/// What is said about conflicts and choices.
extension Say {
    static let conflictsHelp = Words("What you and somebody else wrote into the same field.", "您与他人对同一字段的不同填写。")
    static let conflictsDiscussion = Words(
        "Both values are kept, whichever stands. A choice is a command: it works without signal, shows in log and outbox, and undo takes it back before it is sent.",
        "无论以哪个为准，两个值都保留。选定也是一条命令：无信号可用，见于 log 和 outbox，发送前可用 undo 撤销。")
    static let conflictsListHelp = Words("List the open ones; --all also those that are settled.", "列出未定的冲突；--all 连同已定的。")
    static let conflictsShowHelp = Words("Show both values, who wrote them and when, and what stands.", "查看两个值、填写人和时间，以及以哪个为准。")
    static let conflictsChooseHelp = Words("Choose what is to stand.", "选定以哪个为准。")
    static let chooseDiscussion = Words(
        "Give exactly one of --ours, --theirs and --text. A place is given as LATITUDE,LONGITUDE and chosen whole.",
        "--ours、--theirs、--text 任选其一。坐标写作 纬度,经度，两项一并选定。")
    static let conflictArgument = Words("The conflict's number, as the list shows it.", "冲突序号，见列表。")
    static let settledOption = Words("Also what is settled, and what cannot be chosen.", "连同已定的和无可选定的。")
    static let oursOption = Words("Your value.", "以您的值为准。")
    static let theirsOption = Words("The other one's value.", "以对方的值为准。")
    static let textOption = Words("Another value; - reads it from standard input.", "另填一个值；用 - 从标准输入读取。")

    static let oneSide = Words(
        "Say what is to stand: one of --ours, --theirs and --text.", "请指明以哪个为准：--ours、--theirs、--text 任选其一。")
    static let unknownConflict = Words(
        "There is no conflict %1 here. gridline conflicts --all lists them.", "本机没有冲突 %1。列出全部：gridline conflicts --all")
    static let noConflicts = Words("No conflicts.", "没有冲突。")
    static let noOpenConflicts = Words(
        "Nothing is open. gridline conflicts --all lists what is settled.", "没有未定的冲突。已定的：gridline conflicts --all")
    static let conflictsTitle = Words("Conflicts", "冲突")
    static let openConflicts = Words("%1 open: gridline conflicts", "%1 处未定：gridline conflicts")
    static let newConflicts = Words(
        "New conflicts: %1. Both values are kept. See: gridline conflicts", "%1 处新冲突，两个值都已保留：gridline conflicts")
    static let bothValues = Words(
        "Both values whole, and what can be done: gridline conflicts show NO.", "查看两个完整的值及可做的事：gridline conflicts show 序号")
    static let dispatcherDecides = Words(
        "The command is held: a dispatcher decides, and you read the answer after a sync.", "该命令已搁置，由派单员裁定，同步后可见结果。")
    static let onlyCentreChooses = Words(
        "Only the centre may change what stands here; tell the dispatcher.", "此处以哪个为准只能由中心改定；如有异议请告知派单员。")
    static let howToChoose = Words(
        "To choose: gridline conflicts choose %1 --ours, --theirs or --text '…'",
        "选定：gridline conflicts choose %1 --ours、--theirs 或 --text '…'")

    static let field = Words("Field", "字段")
    static let yourValue = Words("Yours", "您的值")
    static let otherValue = Words("The other's", "对方的值")
    static let outcome = Words("Outcome", "结果")
    static let conflictTitle = Words("Conflict", "冲突")
    static let before = Words("Before", "原值")
    static let ruleTitle = Words("Rule", "规则")
    static let chosenBy = Words("Settled by", "选定人")
    static let byAndWhen = Words("%1, %2", "%1，%2")
    static let standsNow = Words("On the ticket", "工单现值")
    static let mayChoose = Words("May choose", "可选定")
    static let emptyValue = Words("(empty)", "（空）")
    static let holderNow = Words("Now with", "现由")

    static let yoursShort = Words("yours", "您的")
    static let othersShort = Words("the other's", "对方")
    static let bothShort = Words("both", "并存")
    static let thirdShort = Words("another", "另定")
    static let openShort = Words("held", "搁置")
    static let chosenShort = Words("chosen here", "已选定")
    static let yoursStands = Words("yours stands", "以您的为准")
    static let othersStands = Words("the other's stands", "以对方为准")
    static let bothStand = Words("both stand", "两者并存")
    static let thirdStands = Words("a third value stands", "另定了值")
    static let openStands = Words("held: a dispatcher decides", "搁置，待派单员裁定")
    static let chosenHere = Words("chosen here, not answered yet: %1", "本机已选定（未得答复）：%1")
    static let holderMay = Words("handlers of the ticket and the centre", "工单处置人和中心")
    static let centreMay = Words("the centre", "中心")

    static let choiceContent = Words("%1: %2", "%1：%2")

    static let conflictNews = Words("conflict", "冲突")
    static let conflictNewsDetail = Words("no. %1, %2: %3", "第 %1 号，%2：%3")
    static let conflictNewsValue = Words("%1: “%2”", "%1：“%2”")
    static let conflictNewsBy = Words("%1 (%2)", "%1（%2）")
    static let conflictSettledNews = Words("chosen", "已选定")

    /// A rule in words; one of a newer release as it is.
    static func rule(_ code: String) -> Words {
        switch code {
        case "centre": Words("the centre's value stands", "以中心为准")
        case "field": Words("the value from the field stands", "以现场为准")
        case "union": Words("what both sides added and removed counts", "双方增减都算")
        case "person", "hold": Words("a person decides", "由人裁定")
        case "first": Words("who was first", "先到为准")
        case "retract": Words("changed since, so it did not go back", "其后又有变更，未复原")
        default: Words(same: code)
        }
    }
}

extension Say {
    private static let nowWith = Words("%1 It is with %2 now.", "%1现由 %2 负责。")

    /// What became of a command or a ticket, and who has the ticket now.
    static func withHolder(_ words: Words, _ holder: TicketHolder?) -> Words {
        guard let holder else { return words }
        let isSentence = words.english.last == "."
        return nowWith(isSentence ? words : words + Words(".", "。"), Words(same: holder.name))
    }

    /// A line of news about a conflict: its number, what stands, the field; then who did that, and the value that stands.
    static func newsOfConflict(_ detail: String, by person: String? = nil, value: String? = nil) -> Words {
        var words = conflictNews(code: detail)
        if let person { words = conflictNewsBy(words, Words(same: person)) }
        guard let value, !value.isEmpty else { return words }
        return conflictNewsValue(words, Words(same: value))
    }

    private static func conflictNews(code detail: String) -> Words {
        let parts = detail.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count == 3 else { return Words(same: detail) }
        let stands =
            switch parts[1] {
            case "yours": yoursStands
            case "other": othersStands
            default: Conflict.Outcome(rawValue: parts[1]).map(\.newsWords) ?? Words(same: parts[1])
            }
        return conflictNewsDetail(Words(same: parts[0]), fieldWords(parts[2]), stands)
    }
}

extension Conflict.Outcome {
    /// Where it is no side's.
    fileprivate var newsWords: Words {
        switch self {
        case .ours, .theirs: Words(same: rawValue)
        case .both: Say.bothStand
        case .text: Say.thirdStands
        case .open: Say.openStands
        }
    }
}

extension TicketHolder {
    var json: JSON { ["person": .optional(person), "unit": .optional(unit), "name": .text(name)] }
}
