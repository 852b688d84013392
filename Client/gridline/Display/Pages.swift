import ArgumentParser
import Screen
import SyncProtocol

/// Help and the manual page, made from what the argument parser knows of the commands. Only looked at when somebody asks: an
/// ordinary run pays nothing for them.
enum Pages {
    /// What the parser knows; nil only if its own description cannot be read.
    static let root = CommandPage(dump: Gridline._dumpHelp())

    private static func style(_ language: Language, width: Int, _ measure: DisplayWidth = DisplayWidth()) -> PageStyle {
        PageStyle(
            language: language == .zh ? .zh : .en, width: width, measure: measure,
            examples: { Examples.of[$0] ?? [] })
    }

    /// What `--help` shows of the command that these words name.
    static func help(of words: [String], _ language: Language, width: Int) -> [String] {
        guard let root else { return [] }
        var lines = root.command(named: words).help(style(language, width: width))
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The manual page of the whole program.
    static func manual(_ language: Language) -> [String] {
        let frame = ManualFrame(
            release: "gridline \(programVersion)",
            sections: [
                (
                    Say.exitCodes,
                    [
                        ("0", Say.exitDone), ("1", Say.exitError), ("2", Say.exitCancelled), ("3", Say.exitUnsent),
                        ("4", Say.exitNotAuthorised), ("5", Say.exitConflict), ("64", Say.exitUsage),
                    ]
                ),
                (
                    Say.environment,
                    [
                        ("GRIDLINE_HOME", Say.homeVariable), ("GRIDLINE_LANG", Say.langVariable),
                        ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", Say.colourVariable), ("COLUMNS", Say.columnsVariable),
                    ]
                ),
                (Say.files, [("~/.local/share/gridline/replica.sqlite", Say.replicaFile)]),
            ])
        return root?.manual(style(language, width: 80), frame) ?? []
    }
}
