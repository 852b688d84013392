import ArgumentParser
import Screen
import SyncProtocol

/// The two languages that everything is said in.
enum Language: String, CaseIterable, ExpressibleByArgument, Sendable {
    case zh, en

    /// `--lang`, then GRIDLINE_LANG, then what the system's locale says; English where nothing is said.
    static func chosen(flag: String?, _ environment: (String) -> String?) -> Language {
        if let flag, let language = Language(rawValue: flag) { return language }
        if let own = environment("GRIDLINE_LANG") { return own.lowercased().hasPrefix("zh") ? .zh : .en }
        let locale = environment("LC_ALL") ?? environment("LC_MESSAGES") ?? environment("LANG") ?? ""
        return locale.lowercased().hasPrefix("zh") ? .zh : .en
    }

    /// Of this run. Help texts are made while the command line is being parsed, so the language is looked up in it beforehand.
    static let launch: Language = {
        let arguments = CommandLine.arguments
        var flag: String?
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("--lang=") { flag = String(argument.dropFirst(7)) }
            if argument == "--lang", index + 1 < arguments.count { flag = arguments[index + 1] }
        }
        return chosen(flag: flag, environment)
    }()
}

extension Words {
    /// In one language.
    func text(_ language: Language) -> String { language == .zh ? chinese : english }

    /// The language of the running command, for help texts.
    var launch: String { text(.launch) }
    var help: ArgumentHelp { ArgumentHelp(stringLiteral: text(.launch)) }

    /// One after the other, with a space where the language has one.
    static func + (left: Words, right: Words) -> Words {
        Words(left.english + " " + right.english, left.chinese + right.chinese)
    }
}
