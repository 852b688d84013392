import ArgumentParser
import Foundation
import Queue

/// Data to standard output, talk to standard error.
struct Output {
    /// JSON instead of tables.
    let json: Bool
    /// Of the talk and of tables' headings.
    let language: Language

    /// One line of data.
    func line(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// A sentence for the person.
    func say(_ english: String, _ chinese: String) { write((language == .zh ? chinese : english) + "\n", to: .standardError) }

    /// Either text.
    func words(_ english: String, _ chinese: String) -> String { language == .zh ? chinese : english }

    /// A value as one line of JSON, keys sorted.
    func data(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Our own values of texts and numbers: there is nothing in them that JSON cannot hold.
        guard let text = try? encoder.encode(value) else { preconditionFailure("\(type(of: value)) does not encode") }
        line(String(decoding: text, as: UTF8.self))
    }

    /// A problem with what to do, and the exit code.
    func report(_ problem: OperationProblem) -> ExitCode {
        write("gridline-server: \(Speaking.said(problem, language))\n", to: .standardError)
        switch problem.code {
        case .badArguments, .badConfiguration: return ExitCode(64)
        case .notAllowed: return ExitCode(4)
        default: return ExitCode(1)
        }
    }

    /// A table: columns separated by two spaces, as wide as their widest cell; the last one as it comes.
    ///
    /// - Parameters:
    ///   - above: Of each row what it is about, where that would not fit beside it; the rows stand further in then.
    ///   - below: Of each row what would not fit beside it, further in.
    func table(_ heading: [String], _ rows: [[String]], above: [String] = [], below: [String] = []) {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].cells }.max() ?? 0 }
        for (index, row) in all.enumerated() {
            if index > 0, above.indices.contains(index - 1) { wrapped(above[index - 1], indent: 0, hanging: 4) }
            var text = above.isEmpty ? "" : "  "
            for (column, cell) in row.enumerated() {
                text += cell
                if column + 1 < row.count { text += String(repeating: " ", count: widths[column] - cell.cells + 2) }
            }
            line(text)
            if index > 0, below.indices.contains(index - 1) { wrapped(below[index - 1], indent: 4) }
        }
    }

    /// Tickets that are due at another time; nothing for none.
    func table(moved tickets: [ProfileTrial.Moved]) {
        if tickets.isEmpty { return }
        table(
            words("TICKET DUE THEN", "工单 时限 届时").split(separator: " ").map(String.init),
            tickets.map { [$0.ticket, Moment.shown($0.dueAt), Moment.shown($0.dueThen)] })
    }

    /// Says so if these are not all.
    func sayCut(_ tickets: [ProfileTrial.Moved], of count: Int) {
        guard count > tickets.count else { return }
        say("The \(tickets.count) most urgent are listed.", "仅列出最紧急的 \(tickets.count) 件。")
    }

    /// What became of an act that was not applied.
    func say(refused act: ActReport, at place: String = "") {
        let (ticket, why) = (act.number ?? act.ticket, Explained(act.reason))
        say(
            "\(place)\(ticket): \(act.verdict), \(why.english)",
            "\(place)\(ticket)：\(Values(output: self).verdict(act.verdict))，\(why.chinese)")
    }

    private func write(_ text: String, to handle: FileHandle) {
        // A reader that has gone away (`| head`) is no error of ours.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

extension String {
    /// Columns in a terminal: East Asian wide characters take two.
    var cells: Int { unicodeScalars.reduce(0) { $0 + $1.cells } }

    /// On one line, at most so many columns, without control characters.
    func clipped(_ limit: Int) -> String {
        var text = ""
        var width = 0
        for scalar in unicodeScalars {
            let shown = scalar.properties.generalCategory == .control ? " " : scalar
            if width + shown.cells > limit { return text + "…" }
            text.unicodeScalars.append(shown)
            width += shown.cells
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var cells: Int {
        switch value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}

/// Times as people in China read them.
enum Moment {
    /// `2026-02-13 09:00:00`, or "-".
    static func shown(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "-" }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
}

extension OperationProblem.Code {
    /// What it means, in Chinese.
    var chinese: String {
        switch self {
        case .unreadableFile: "文件无法读写"
        case .badArguments: "参数有误，未作任何操作"
        case .unknownTicket: "没有该工单"
        case .unknownPerson: "没有该人员"
        case .unknownGrid: "没有该网格"
        case .unknownCommand: "没有该命令，或该命令不在待裁定之列"
        case .unknownDevice: "没有该设备"
        case .notAllowed: "该角色无权执行此操作"
        case .refused: "规则不允许，未写入任何内容"
        case .storeBusy: "另一进程正占用该库，且没有服务在应答"
        case .noStore: "此处没有可用的库"
        case .serving: "服务正在运行，请先停止"
        case .otherVersion: "正在运行的服务版本不同"
        case .storeFailed: "存储失败，未作任何操作"
        case .interrupted: "与服务的连接中断，请先核对是否已执行"
        case .badKey: "密钥或证书文件不可用"
        case .badProfile: "城市配置无效"
        case .notWhole: "校验未通过"
        case .exists: "该处已有内容，未作覆盖"
        case .badConfiguration: "配置有误，服务未启动"
        case .unknownConflict: "没有该冲突"
        case .nothingAsked: "该工单没有待批的申请"
        case .nobodyFits: "没有适合的人员，未派遣"
        case .badCalendar: "日历无效，未载入"
        }
    }
}
