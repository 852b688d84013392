import ArgumentParser
import SyncProtocol

/// Of this program, as it is told to the centre.
let programVersion = "0.1.0"

struct VersionCommand: Action {
    static let configuration = CommandConfiguration(commandName: "version", abstract: Say.versionHelp.launch)
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        if context.console.json {
            context.console.out([
                "version": .text(programVersion), "protocol": .count(ProtocolVersion.current),
                "schema": .count(SchemaVersion.current),
            ])
        } else {
            context.console.out([
                "gridline \(programVersion) (protocol \(ProtocolVersion.current), schema \(SchemaVersion.current))"
            ])
        }
        return .done
    }
}
