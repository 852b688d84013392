import ArgumentParser
import ReplicaStore

struct CheckCommand: Action {
    static let configuration = CommandConfiguration(commandName: "check", abstract: Say.checkHelp.launch)
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let findings = try context.replica().check()
        if context.console.json {
            context.console.out(.array(findings.map { ["code": .text($0.code), "detail": .text($0.detail)] }))
        } else if findings.isEmpty {
            context.console.out(Say.checkedWell)
        } else {
            context.console.out(findings.map { printable("\($0.code): \($0.detail)") })
            context.console.talk(Say.checkedBadly, .bad)
        }
        return findings.isEmpty ? .done : .error
    }
}
