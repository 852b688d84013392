import ArgumentParser

struct ManualCommand: Action {
    static let configuration = CommandConfiguration(commandName: "manual", abstract: Say.manualHelp.launch)
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        context.console.out(Pages.manual(context.console.language))
        return .done
    }
}
