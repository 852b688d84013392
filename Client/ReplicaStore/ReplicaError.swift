public import Tickets

/// What can go wrong with a replica. Each has a stable code; `description` says what it means and what to do, and never holds a
/// citizen's data. Unless a case says otherwise, nothing was written.
public enum ReplicaError: Error, Hashable, Sendable {
    /// Another process holds the replica and did not let go in the time given. Normal while `sync` runs elsewhere.
    case busy
    /// There is no replica at this place yet.
    case notEnrolled
    /// There is a replica at this place already; enrolling again must not overwrite it.
    case alreadyEnrolled
    /// The file is something else: no SQLite database, or another program's.
    case notAReplica(path: String)
    /// A newer release has written the file. `found` and `known` are schema versions.
    case newerSchema(found: Int, known: Int)
    /// SQLite reports damage. What was written by hand can be read out with `rescue`.
    case damaged(detail: String)
    /// The device's storage is full. Everything is as before.
    case diskFull
    /// The device's storage refused to write or to confirm what was written; `code` is SQLite's extended result code. What was told
    /// to be recorded stands; whether the last command does, only the next opening of the file shows.
    case storageFailed(code: Int32)
    /// The file or its folder may not be written.
    case readOnly
    /// The last commands that were recorded are not there: the log beside the file was deleted, or exchanged for an older one.
    case commandsMissing(count: Int)
    /// This device was revoked: tickets are gone, what was given stays and is still sent.
    case revoked
    /// The code enrols another person than `owner`, whose data is on this device. Nothing was changed; a replica belongs to one person.
    case otherPerson(owner: String)
    /// The command is not possible on this ticket as the device knows it.
    /// `fault` says which argument is to blame, if one is.
    case refused(Reason, fault: ArgumentFault? = nil)
    /// The ticket is about to leave the device: no new commands on it. `reason` is the centre's code.
    case leaving(reason: String)
    /// No ticket goes by this number or identifier on this device.
    case unknownTicket(reference: String)
    /// More than one ticket's identifier begins like this.
    case ambiguousTicket(reference: String)
    /// No command goes by this number or identifier on this device, or more than one begins like this.
    case unknownCommand(reference: String)
    /// There is nothing to undo; `offered` says that the newest command was offered to the centre already.
    case nothingToUndo(offered: Bool)
    /// A command of this CommandID is here already.
    case duplicateCommand
    /// The centre's answer contradicts itself or what this replica knows. Nothing of it was kept.
    case badAnswer(detail: String)
    /// A command that the centre asks for again is not retained any more.
    case cannotResend(expected: UInt64)
    /// A stored change cannot be taken back because the row is not as the change left it. A fault in Gridline or in the file.
    case inconsistent(detail: String)
    /// A file could not be written. `code` is the system's error number.
    case cannotWrite(path: String, code: Int32)
    /// SQLite refused for another reason; `code` is its extended result code.
    case database(code: Int32)

    /// Stable, never reused.
    public var code: String {
        switch self {
        case .busy: "GL-R1001"
        case .notEnrolled: "GL-R1002"
        case .alreadyEnrolled: "GL-R1003"
        case .notAReplica: "GL-R1004"
        case .newerSchema: "GL-R1005"
        case .damaged: "GL-R1006"
        case .diskFull: "GL-R1007"
        case .readOnly: "GL-R1008"
        case .revoked: "GL-R1009"
        case .storageFailed: "GL-R1010"
        case .otherPerson: "GL-R1011"
        case .commandsMissing: "GL-R1012"
        case .refused: "GL-R2001"
        case .leaving: "GL-R2002"
        case .unknownTicket: "GL-R2003"
        case .ambiguousTicket: "GL-R2004"
        case .nothingToUndo: "GL-R2005"
        case .duplicateCommand: "GL-R2006"
        case .unknownCommand: "GL-R2007"
        case .badAnswer: "GL-R3001"
        case .cannotResend: "GL-R3002"
        case .inconsistent: "GL-R3003"
        case .cannotWrite: "GL-R3004"
        case .database: "GL-R3005"
        }
    }
}

extension ReplicaError: CustomStringConvertible {
    /// Code, what happened and what to do, in English.
    public var description: String { "\(code) \(english)" }

    /// What happened and what to do.
    public var english: String {
        switch self {
        case .busy: "Another gridline is working on this device's data. Wait until it is done, then try again."
        case .notEnrolled: "This device is not enrolled. Ask the centre for a code and run: gridline enrol"
        case .alreadyEnrolled:
            "This device is enrolled already. To enrol it anew and keep what is unsent: gridline enrol --again. For another person, choose another folder (GRIDLINE_HOME)."
        case .notAReplica(let path): "\(path) is not Gridline's data. Choose another folder, or move the file away."
        case .newerSchema(let found, let known):
            "The data was written by a newer Gridline (version \(found) of the data, this program knows \(known)). Update this program."
        case .damaged(let detail):
            "The data on this device is damaged (\(detail)). Keep the file, read what you wrote with: gridline rescue FILE; then enrol again."
        case .diskFull: "The device's storage is full. Nothing was changed. Free some space and try again."
        case .storageFailed(let code):
            "The device's storage refused to write (SQLite error \(code)): it is failing, or full. Whether the last command was kept shows: gridline log. Check the storage."
        case .readOnly: "The data on this device may not be written. Check the permissions of its folder."
        case .commandsMissing(let count):
            "What you gave last is missing (commands: \(count)): the file replica.sqlite-wal was deleted or exchanged. Put it back. If it is gone, delete replica.sqlite.lock to go on without."
        case .revoked: "This device was revoked by the centre. Its unsent work is kept; ask the centre for a new code."
        case .otherPerson(let owner):
            "This code is for another person; the data on this device belongs to \(owner). Ask for a code for \(owner), or choose another folder (GRIDLINE_HOME)."
        case .refused(let reason, let fault): fault.map { "\(reason.english) (\($0.english))" } ?? reason.english
        case .leaving(let reason): "This ticket is leaving the device (\(reason)): nothing new can be added to it here."
        case .unknownTicket(let reference): "There is no ticket \(reference) on this device. Run: gridline list"
        case .ambiguousTicket(let reference): "More than one ticket begins with \(reference). Give more of it."
        case .unknownCommand(let reference): "No one command goes by \(reference) on this device. Its number is in: gridline log"
        case .nothingToUndo(let offered):
            offered
                ? "The newest command on this ticket was offered to the centre already; it can no longer be taken back here."
                : "There is no command on this ticket to take back."
        case .duplicateCommand: "This command is recorded already."
        case .badAnswer(let detail): "The centre's answer cannot be used (\(detail)). Nothing was changed. Sync again later."
        case .cannotResend(let expected):
            "The centre asks for command \(expected) again, which this device no longer keeps. Tell the centre's operator."
        case .inconsistent(let detail):
            "A change on this device cannot be taken back (\(detail)). Nothing was changed. Keep the file and report this."
        case .cannotWrite(let path, let code): "\(path) cannot be written (system error \(code))."
        case .database(let code): "The data on this device cannot be used (SQLite error \(code))."
        }
    }

    /// What happened and what to do, in Chinese.
    public var chinese: String {
        switch self {
        case .busy: "另一个 gridline 正在使用本机数据。请等它结束后再试。"
        case .notEnrolled: "本机尚未登记。请向中心索取注册码，然后运行：gridline enrol"
        case .alreadyEnrolled: "本机已经登记。如需重新登记并保留未发送的内容：gridline enrol --again。如为他人登记，请另选目录（GRIDLINE_HOME）。"
        case .notAReplica(let path): "\(path) 不是 Gridline 的数据。请换一个目录，或移走该文件。"
        case .newerSchema(let found, let known): "数据由更新版本的 Gridline 写入（数据版本 \(found)，本程序支持到 \(known)）。请升级本程序。"
        case .damaged(let detail): "本机数据已损坏（\(detail)）。请保留文件，用 gridline rescue 文件 读出您写的内容，然后重新登记。"
        case .diskFull: "本机存储空间已满。没有任何改动。请清理空间后再试。"
        case .storageFailed(let code):
            "本机存储拒绝写入（SQLite 错误 \(code)）：存储可能出现故障或已满。最后一条命令是否已记录，请运行：gridline log 查看。请检查存储。"
        case .readOnly: "本机数据不可写。请检查目录权限。"
        case .commandsMissing(let count):
            "您最后下达的 \(count) 条命令缺失：文件 replica.sqlite-wal 已被删除或替换。请将其放回。如已无法找回，请删除 replica.sqlite.lock 后继续。"
        case .revoked: "本机已被中心停用。未发送的工作仍保留；请向中心索取新的注册码。"
        case .otherPerson(let owner): "此注册码属于另一人，而本机数据属于 \(owner)。请索取 \(owner) 的注册码，或另选目录（GRIDLINE_HOME）。"
        case .refused(let reason, let fault): fault.map { "\(reason.chinese)（\($0.chinese)）" } ?? reason.chinese
        case .leaving(let reason): "该工单正在离开本机（\(reason)）：不能再添加内容。"
        case .unknownTicket(let reference): "本机没有工单 \(reference)。请运行：gridline list"
        case .ambiguousTicket(let reference): "不止一个工单以 \(reference) 开头。请多输入几位。"
        case .unknownCommand(let reference): "本机没有唯一对应 \(reference) 的命令。序号见：gridline log"
        case .nothingToUndo(let offered): offered ? "该工单最新的命令已交给中心，不能再在本机撤销。" : "该工单没有可撤销的命令。"
        case .duplicateCommand: "该命令已经记录。"
        case .badAnswer(let detail): "中心的应答无法使用（\(detail)）。没有任何改动。请稍后再同步。"
        case .cannotResend(let expected): "中心要求重发命令 \(expected)，但本机已不再保留。请告知中心运维。"
        case .inconsistent(let detail): "本机的一项改动无法撤回（\(detail)）。没有任何改动。请保留文件并报告。"
        case .cannotWrite(let path, let code): "无法写入 \(path)（系统错误 \(code)）。"
        case .database(let code): "本机数据无法使用（SQLite 错误 \(code)）。"
        }
    }
}

extension ReplicaError {
    /// Whether what stands in the file can still be looked at.
    var leavesReading: Bool {
        switch self {
        case .readOnly, .diskFull, .storageFailed, .cannotWrite, .commandsMissing: true
        default: false
        }
    }
}
