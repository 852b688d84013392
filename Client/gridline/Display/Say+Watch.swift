import SyncProtocol

/// What `sync` says while it waits.
extension Say {
    static let watchOption = Words(
        "Stay: sync when the centre has news or something was given here, until stopped.", "保持同步：中心有新内容或本机有新命令时即同步，直到停止。")
    static let intervalOption = Words(
        "With --watch: the longest time between two syncs, seconds; 600 unless given, 60 where the centre cannot tell of news.",
        "--watch 时两次同步的最长间隔秒数；默认 600，中心不支持通知时为 60。")
    static let waitOption = Words(
        "Go on trying for so many seconds where waiting can help, also without signal. Unless given: half a minute, and only while the centre is busy.",
        "在等待有用时持续重试的秒数，无信号时也重试。默认半分钟，且仅在中心繁忙时重试。")

    static let busyAgain = Words("The centre is busy; trying again in %1 s.", "中心繁忙，%1 秒后重试。")
    static let unreachableAgain = Words("The centre cannot be reached; trying again in %1 s.", "连不上中心，%1 秒后重试。")
    static let safeMeanwhile = Words("Your %1 commands are safe on this device.", "您的 %1 条命令安全地保存在本机。")
    static let safeMeanwhileOne = Words("Your 1 command is safe on this device.", "您的 1 条命令安全地保存在本机。")
    static let waitedInVain = Words(
        "Waited %1 s in vain. Run the command again later, or with --wait SECONDS.", "已等待 %1 秒仍未成功。请稍后再运行，或加上 --wait 秒数。")
    static let watching = Words(
        "Up to date. The centre tells when there is news. Stop with Ctrl-C.", "已是最新。中心有新内容时会通知。按 Ctrl-C 停止。")
    static let watchingByClock = Words("Next sync in %1 s. Stop with Ctrl-C.", "%1 秒后再次同步。按 Ctrl-C 停止。")
    static let newsHere = Words("The centre has news.", "中心有新内容。")
    static let stopped = Words("Stopped.", "已停止。")
}
