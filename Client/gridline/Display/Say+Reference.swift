import SyncProtocol

/// What is said about the reference set and the rules.
extension Say {
    static let rulesHelp = Words("Print the rules: what becomes of a command, and why.", "显示规则：每条命令在什么情况下如何裁决，以及原因。")
    static let rulesCommandOption = Words("Only this command.", "只看这条命令。")
    static let rulesStateOption = Words("Only tickets in this state, by code or Chinese name.", "只看此状态的工单，可写代码或中文名。")
    static let rulesRelationOption = Words("Only authors who stand so to the ticket.", "只看与工单有此关系的人。")
    static let rulesOfRetract = Words(
        "A retraction is judged by what has become of the command that it takes back: gridline help retract",
        "收回按所收回命令的现状裁决：gridline help retract")

    static let categoriesHelp = Words("Search the categories on this device.", "查找本机上的分类。")
    static let categoriesArgument = Words(
        "The beginning of a code, any text of the path, or pinyin initials; several words must all fit.",
        "编码开头、路径中任意文字或拼音首字母；多个词须同时符合。")
    static let retiredOption = Words("Also those that are not in use any more.", "包括已停用的分类。")
    static let categoryOption = Words(
        "The category: a code, or words that find one; gridline categories shows them.",
        "分类：编码，或能唯一找到的文字；用 gridline categories 查看。")

    static let whoHelp = Words("Say who owns a matter, without signal.", "查询事项归谁负责，无信号也可用。")
    static let whoMore = Words(
        "Of the catalogue's rules that fit, the one with the longest category counts, then the one with the smallest area. Exit code 1 if nobody owns it, or if two rules contradict each other.",
        "在适用的规则中，分类最长者优先，其次区域最小者优先。无人负责或规则矛盾时以 1 退出。")
    static let whoArgument = Words(
        "The beginning of a code, any text of the path, pinyin initials, or words of a rule.", "编码开头、路径中任意文字、拼音首字母或规则中的文字。")
    static let whoGridOption = Words(
        "Where it is; without it your own grid, and for who has none only rules that hold everywhere fit.",
        "所在网格；不写则为本人网格，没有网格的人员只适用全域规则。")
    static let inOwnGrid = Words("In your own grid, %1 (%2); --grid names another.", "按本人网格 %1（%2）查询，可用 --grid 指明其他网格。")
    static let nothingOwned = Words(
        "No category and no rule has this. Look with: gridline categories", "没有符合的分类或规则。可用 gridline categories 查看。")
    static let ownedByNobody = Words("  nobody owns it", "  无承办单位")
    static let ownedInAreas = Words(
        "  %1 rules hold in some areas only: name one with --grid", "  另有 %1 条规则仅在部分区域适用：请用 --grid 指明")
    static let ownedTwice = Words(
        "  the rules contradict each other: nothing is dispatched by them", "  规则相互矛盾，不按其派遣")
    static let ownedBy = Words("  owner  %1  rule %2, version %3", "  承办  %1  规则 %2 第 %3 版")
    static let supervisedBy = Words("  supervisor  %1  rule %2, version %3", "  督导  %1  规则 %2 第 %3 版")
    static let inArea = Words(", area %1", "，区域 %1")
    static let unknownGrid = Words("No grid on this device has the id “%1”.", "本机没有标识为“%1”的网格。")

    static let code = Words("Code", "编码")
    static let initials = Words("Initials", "拼音")
    static let categoryPath = Words("Category", "分类")
    static let retired = Words("retired", "已停用")
    static let noCategories = Words(
        "No categories on this device. They come with the next sync: gridline sync", "本机没有分类，下次同步时取得：gridline sync")
    static let noCategoryFound = Words(
        "No category has this. Fewer or other words find more: gridline categories", "没有符合的分类。请换用更少或其他文字：gridline categories")
    static let whichCategory = Words("Which one (1-%1)?", "选择哪一个（1-%1）？")
    static let severalCategories = Words(
        "Several categories fit “%1”. Give the code of one, for example --category %2, or more words:\n%3",
        "“%1”有多个分类符合。请写其中一个编码，如 --category %2，或增加文字：\n%3")
    static let noCategory = Words(
        "No category fits “%1”. Look for it with: gridline categories", "没有符合“%1”的分类。查找：gridline categories")
    static let retiredCategory = Words("The category %1 (%2) is not in use any more.", "分类 %1（%2）已停用。")
    static let useInstead = Words("Use --category %1", "请改用 --category %1")
    static let searchCategories = Words("Look for another: gridline categories", "请另行查找：gridline categories")
}
