package import SyncProtocol

/// What the argument parser says of a command line that it does not understand. It speaks English only; every sentence that it can
/// make stands here.
package enum ParserSentences {
    private static let translation = Translation(table)

    /// A sentence of the parser in both languages; nil if it is not one of them.
    package static func words(_ sentence: String) -> Words? {
        guard let words = translation.words(sentence) else { return nil }
        // The parser joins the values that it would take with English words.
        let chinese = words.chinese.replacing("' and '", with: "、").replacing("', '", with: "、").replacing("' or '", with: "、")
        return Words(words.english, chinese.replacing("：'", with: "：").replacing("'。", with: "。"))
    }

    /// The option that the parser does not know, where that is what it says.
    package static func unknownOption(_ sentence: String) -> String? {
        // With a suggestion of its own or without; ours follows the same rule everywhere.
        for form in ["Unknown option '%1'. Did you mean '%2'?", "Unknown option '%1'"] {
            if let values = Translation.values(of: sentence, in: form) { return values[0] }
        }
        return nil
    }

    /// Narrower ones first.
    package static let table: [Words] = [
        Words("%1\n   or: %2 in '%3'", "%1，或者：%2（在 %3 中）"),
        Words("Missing expected argument '%1'", "缺少参数：%1"),
        Words("Missing one of: '%1'", "缺少以下之一：%1"),
        Words("Missing value for '%1'", "缺少取值：%1"),
        Words("Unknown option '%1'. Did you mean '%2'?", "没有这个选项：%1"),
        Words("Unknown option '%1'", "没有这个选项：%1"),
        Words("Unexpected argument '%1'", "多余的参数：%1"),
        Words("%1 unexpected arguments: '%2'", "有 %1 个多余的参数：%2"),
        Words("The option '%1' does not take any value, but '%2' was specified.", "选项 %1 不带取值，却给出了“%2”。"),
        Words("Value to be set with %1 had already been set with %2", "%1 与 %2 重复。"),
        Words(
            "The value '%1' is invalid for '%2'. Please provide one of the following:\n%3", "取值“%1”不适用于 %2。可用的取值：\n%3"),
        Words("The value '%1' is invalid for '%2'. Please provide one of %3.", "取值“%1”不适用于 %2。可用的取值：%3。"),
        Words("The value '%1' is invalid for '%2': %3", "取值“%1”不适用于 %2（%3）"),
        Words("The value '%1' is invalid for '%2'", "取值“%1”不适用于 %2"),
        Words("The value '%1' is invalid.%2", "取值“%1”无效。%2"),
        Words("Invalid option: %1", "选项无效：%1"),
        Words("Missing required subcommand.", "缺少命令。"),
        Words("Command '%1' is not a parent of the current command.", "命令“%1”不是当前命令的上级命令。"),
        Words("Can't generate completion scripts for '%1'.\n%2", "不能为“%1”生成补全脚本；支持 bash、zsh、fish。"),
        Words("Can't autodetect a supported shell.\n%1", "认不出当前的命令解释器；请指明 bash、zsh 或 fish。"),
        Words("Internal error. %1", "命令行解析内部错误。"),
    ]
}
