import ArgumentParser
import Queue

/// Devices: list, revoke.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Enrolled devices.", subcommands: [List.self, Revoke.self])

    /// All devices.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "List devices with their last contact and what is still on them.")

        @OptionGroup var common: CommonOptions

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .devices(let devices) = try await centre.run(.listDevices) else { throw OperationProblem.strangeAnswer }
            guard !output.json else { return output.data(devices) }
            let heading = output.words("REPLICA PERSON LAST-CONTACT UNSENT BASE FORKS STATE", "副本 人员 最近联系 未发 已读到 分叉 状态")
            output.table(
                heading.split(separator: " ").map(String.init),
                devices.map { device in
                    [
                        device.replica, device.person, Moment.shown(device.lastContact), device.unsent.map(String.init) ?? "-",
                        device.base.map(String.init) ?? "-", "\(device.forks)",
                        device.revokedAt == nil ? output.words("good", "正常") : output.words("revoked", "已停用"),
                    ]
                })
        }
    }

    /// A device may no longer hold tickets.
    struct Revoke: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a device: what it still sends is kept and held, and it is told to erase its tickets.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The replica's id, as device list shows it.")
        var replica: String

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            _ = try await centre.run(.revokeDevice(replica: replica, by: try author.author()))
            if output.json { output.data(["revoked": replica]) } else { output.line(replica) }
        }
    }
}
