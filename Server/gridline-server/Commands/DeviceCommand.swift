import ArgumentParser
import Queue

/// Devices: list, revoke.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Enrolled devices.", subcommands: [List.self, Revoke.self])

    /// All devices.
    struct List: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "List devices, the one that was silent longest first, with what is still on them.",
            discussion: """
                LAG counts journal entries that a device has not read, OLDEST says how long its oldest unsent command had been \
                waiting, CLOCK how far its clock is off; all as of its last contact. FORKS counts how often it went on from an older state \
                of itself: once is a restored phone; two heads are two devices with one key.
                Example: gridline-server device list --stale 7
                """)

        @OptionGroup var common: CommonOptions
        @Option(help: ArgumentHelp("Only devices in use that were not heard for so many days.", valueName: "days"))
        var stale: Int?

        func validate() throws {
            guard stale.map({ (0...3650).contains($0) }) ?? true else { throw ValidationError("--stale is from 0 to 3650 days.") }
        }

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .devices(let all) = try await centre.run(.listDevices) else { throw OperationProblem.strangeAnswer }
            let now = Edge.clock()
            let devices = all.filter { device in
                guard let stale else { return true }
                return device.revokedAt == nil && (device.lastContact ?? .min) < now - Int64(stale) * 86_400_000
            }
            guard !output.json else { return output.data(devices) }
            let heading = output.words(
                "REPLICA PERSON LAST-CONTACT UNSENT OLDEST LAG CLIENT CLOCK FORKS STATE",
                "副本 人员 最近联系 未发 最早未发 落后 客户端 时钟偏差 分叉 状态")
            output.table(
                heading.split(separator: " ").map(String.init),
                devices.map { device in
                    [
                        device.replica, device.person, Moment.shown(device.lastContact), device.unsent.map(String.init) ?? "-",
                        Age.shown(since: device.oldestUnsentAt, now: now, output), device.lag.map(String.init) ?? "-",
                        device.clientVersion?.clipped(16) ?? "-", Self.offset(device.clockOffset, output), "\(device.forks)",
                        Self.state(device, output),
                    ]
                })
        }

        private static func state(_ device: DeviceLine, _ output: Output) -> String {
            if device.revokedAt != nil { return output.words("revoked", "已停用") }
            return device.hasTwoHeads ? output.words("two heads", "双头") : output.words("good", "正常")
        }

        /// `+12 s`, `-3 min`; within two seconds it is nothing.
        private static func offset(_ milliseconds: Int64?, _ output: Output) -> String {
            guard let milliseconds else { return "-" }
            let seconds = Int64(clamping: milliseconds.magnitude / 1000)
            guard seconds >= 2 else { return "0" }
            return (milliseconds < 0 ? "-" : "+") + Age.shown(seconds: seconds, output)
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
