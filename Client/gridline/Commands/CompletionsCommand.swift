import ArgumentParser

struct CompletionsCommand: Action {
    static let configuration = CommandConfiguration(commandName: "completions", abstract: Say.completionsHelp.launch)
    @Argument(help: Say.shellArgument.help) var shell: Shell
    @OptionGroup var common: CommonOptions

    /// Shells that the argument parser writes for.
    enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

    func run(in context: Context) throws -> ExitStatus {
        let known = CompletionShell(rawValue: shell.rawValue)!  // its three names are these
        context.console.out([Gridline.completionScript(for: known)])
        return .done
    }
}
