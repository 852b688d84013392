import ArgumentParser
import Foundation
import Queue

/// The languages of the programs.
enum Language: String, ExpressibleByArgument, CaseIterable {
    case zh, en

    /// As the environment says: GRIDLINE_LANG, LC_ALL, LC_MESSAGES, LANG, the first that is set.
    static var ofEnvironment: Language {
        let environment = ProcessInfo.processInfo.environment
        for name in ["GRIDLINE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            return value.hasPrefix("zh") ? .zh : .en
        }
        return .en
    }
}

/// Options of every command.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The store's folder; else GRIDLINE_STORE.", valueName: "dir"))
    var store: String?

    @Flag(help: "Print data as JSON.")
    var json = false

    @Option(help: "zh or en; else as GRIDLINE_LANG or LANG say.")
    var lang: Language?

    /// The folder.
    /// - Throws: Wrong usage if none is named.
    func directory() throws -> StoreDirectory {
        guard let path = store ?? ProcessInfo.processInfo.environment["GRIDLINE_STORE"], !path.isEmpty else {
            throw ValidationError("Name the store's folder: --store DIR, or GRIDLINE_STORE in the environment.")
        }
        return StoreDirectory(path)
    }

    /// Where data and talk go.
    var output: Output { Output(json: json, language: lang ?? .ofEnvironment) }
}

/// The option of every act: who gives it.
struct AuthorOption: ParsableArguments {
    @Option(name: .customLong("as"), help: ArgumentHelp("Who does it; else GRIDLINE_AS.", valueName: "person"))
    var person: String?

    /// The author.
    /// - Throws: Wrong usage if none is named.
    func author() throws -> String { try Self.author(person) }

    /// The same where the option may be left out, because nothing is done without it.
    static func author(_ person: String?) throws -> String {
        guard let author = person ?? ProcessInfo.processInfo.environment["GRIDLINE_AS"], !author.isEmpty else {
            throw ValidationError("Say who does it: --as PERSON. Every act at the centre has an author.")
        }
        return author
    }
}
