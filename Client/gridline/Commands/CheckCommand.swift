import ArgumentParser
import ReplicaStore
import Screen

struct CheckCommand: Action {
    static let configuration = CommandConfiguration(commandName: "check", abstract: Say.checkHelp.launch)
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let findings = try context.console.working(Say.checking) { _ in try context.replica().check() }
        if context.console.json {
            context.console.out(.array(findings.map { ["code": .text($0.code), "detail": .text($0.detail)] }))
        } else if findings.isEmpty {
            context.console.out(Say.checkedWell)
        } else {
            context.console.out(
                findings.map { printable("\($0.code): \(ReplicaWords.detail($0.detail).text(context.console.language))") })
            context.console.talk(Say.checkedBadly, .bad)
        }
        return findings.isEmpty ? .done : .error
    }
}
