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
