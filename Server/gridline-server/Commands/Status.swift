import ArgumentParser
import Foundation
import Queue
import Telemetry

/// Says how the centre stands.
struct Status: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how centre and devices stand: load, lag, unsent and held commands, backup, disk.",
        discussion: "With a running serve it asks it; without one it reads the store. Example: gridline-server status --lang zh")

    @OptionGroup var common: CommonOptions

    private struct Whole: Encodable {
        var status: StatusReport
        var store: String
        var diskFreeBytes: Double?
        var storeBytes: Double
        var now: Int64
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let now = Edge.clock()
        guard case .status(let report) = try await centre.run(.status(now: now)) else { throw OperationProblem.strangeAnswer }
        let directory = try common.directory()
        let files = ["", "-wal"].compactMap { suffix in
            (try? FileManager.default.attributesOfItem(atPath: directory.database + suffix))?[.size] as? Int
        }
        let whole = Whole(
            status: report, store: directory.path, diskFreeBytes: StoreGauges.freeBytes(beside: directory.database),
            storeBytes: Double(files.reduce(0, +)), now: now)
        if output.json { output.data(whole) } else { show(whole, output) }
    }

    private func show(_ whole: Whole, _ output: Output) {
        let (report, now) = (whole.status, whole.now)
        var rows: [(String, String)] = []
        func add(_ english: String, _ chinese: String, _ value: String) { rows.append((output.words(english, chinese), value)) }
        add("release", "版本", report.version.release)
        if let live = report.live, let process = report.version.process {
            let age = Age.shown(since: live.startedAt, now: now, output)
            add("serving", "服务", output.words("process \(process), for \(age)", "进程 \(process)，已运行 \(age)"))
            add(
                "requests", "请求",
                output.words(
                    "\(Age.tenths(live.requestsPerSecond))/s, half within \(Self.milliseconds(live.p50Milliseconds)), "
                        + "99 % within \(Self.milliseconds(live.p99Milliseconds))",
                    "每秒 \(Age.tenths(live.requestsPerSecond))，半数不超过 \(Self.milliseconds(live.p50Milliseconds))，"
                        + "99 % 不超过 \(Self.milliseconds(live.p99Milliseconds))"))
            add(
                "load", "负载",
                output.words(
                    "\(live.waitingRequests) waiting, \(live.openRequests) open, \(live.connections) connections, "
                        + "\(live.shedRequests) turned away",
                    "排队 \(live.waitingRequests)，处理中 \(live.openRequests)，连接 \(live.connections)，"
                        + "已回绝 \(live.shedRequests)"))
        } else {
            add("serving", "服务", output.words("no", "未运行"))
        }
        add(
            "store", "库",
            "\(whole.store), \(Age.bytes(whole.storeBytes)), "
                + output.words("\(Age.bytes(whole.diskFreeBytes)) free", "磁盘剩余 \(Age.bytes(whole.diskFreeBytes))"))
        let head = report.version.head ?? 0
        let behind = head >= report.backupWatermark ? head - report.backupWatermark : 0
        add("journal", "留痕", output.words("head \(head)", "最新序号 \(head)"))
        add(
            "backup", "备份",
            report.backupWatermark == 0
                ? output.words("never", "从未备份")
                : output.words(
                    "up to \(report.backupWatermark), \(behind) entries behind, "
                        + "\(Age.shown(since: report.backupAt, now: now, output)) old",
                    "至 \(report.backupWatermark)，落后 \(behind) 条，已过 \(Age.shown(since: report.backupAt, now: now, output))"))
        add("copy", "留痕副本", Self.copy(report.journalCopy, output))
        add(
            "devices", "设备",
            output.words(
                "\(report.devices), \(report.heardInDay) heard in 24 h, \(report.revokedDevices) revoked; farthest \(report.lagMax) behind",
                "\(report.devices) 台，24 小时内联系过 \(report.heardInDay) 台，已停用 \(report.revokedDevices) 台；最多落后 \(report.lagMax) 条"))
        add(
            "unsent", "未发",
            output.words(
                "\(report.unsentCommands) on \(report.devicesWithUnsent) devices, oldest "
                    + Age.shown(since: report.oldestUnsentAt, now: now, output),
                "\(report.unsentCommands) 条，在 \(report.devicesWithUnsent) 台设备上，最早 "
                    + Age.shown(since: report.oldestUnsentAt, now: now, output)))
        add(
            "held", "待裁定",
            output.words(
                "\(report.heldCommands), oldest \(Age.shown(since: report.heldSince, now: now, output))",
                "\(report.heldCommands) 条，最早 \(Age.shown(since: report.heldSince, now: now, output))"))
        add("raised", "时限提示", Self.raised(report, output))
        add("alarms", "警报", Self.alarms(report, now: now, output))
        let width = rows.map(\.0.cells).max() ?? 0
        for (name, value) in rows { output.line(name + String(repeating: " ", count: width - name.cells + 2) + value) }
    }

    private static func copy(_ copy: CopyReport?, _ output: Output) -> String {
        guard let copy else { return output.words("none: serve --journal-copy", "无：serve --journal-copy") }
        if let fault = copy.fault {
            return output.words("cannot be written, nothing is acknowledged: \(fault)", "无法写入，暂停确认：\(fault)")
        }
        let size = Age.bytes(Double(copy.bytes))
        return copy.isExact
            ? output.words("\(copy.path), up to \(copy.head), \(size)", "\(copy.path)，至 \(copy.head)，\(size)")
            : output.words(
                "\(copy.path), only from \(copy.begin) on: take a backup", "\(copy.path)，仅自 \(copy.begin) 起：请做一次备份")
    }

    /// What the scheduler raised.
    private static func raised(_ report: StatusReport, _ output: Output) -> String {
        let kinds = [("overdue", "超时"), ("unanswered", "久未答复"), ("undecided", "久未裁定"), ("due-soon", "即将到期")]
        let parts = kinds.compactMap { word, chinese in
            report.raised[word].map { output.words("\($0) \(word)", "\(chinese) \($0) 项") }
        }
        return parts.isEmpty
            ? output.words("none", "无")
            : parts.joined(separator: output.words(", ", "，")) + output.words(": alarms", "：见 alarms")
    }

    /// What does not mend itself.
    private static func alarms(_ report: StatusReport, now: Int64, _ output: Output) -> String {
        var alarms: [String] = []
        if report.poisonedCommands > 0 {
            let age = Age.shown(since: report.poisonedSince, now: now, output)
            alarms.append(
                output.words(
                    "\(report.poisonedCommands) commands that could not be decided, oldest \(age): held",
                    "\(report.poisonedCommands) 条命令无法裁决，最早 \(age)：见 held"))
        }
        if report.twoHeadedDevices > 0 {
            alarms.append(
                output.words(
                    "\(report.twoHeadedDevices) devices with two heads: device list",
                    "\(report.twoHeadedDevices) 台设备出现双头：见 device list"))
        }
        return alarms.isEmpty ? output.words("none", "无") : alarms.joined(separator: output.words("; ", "；"))
    }

    private static func milliseconds(_ value: Double?) -> String { value.map { "\(Age.tenths($0)) ms" } ?? "-" }
}
