import ReplicaStore
import Screen
import SyncProtocol
import Tickets

/// Chinese for what the replica and the network library say in English as the detail of an error.
enum ReplicaWords {
    /// An error of the replica in both languages.
    static func of(_ error: ReplicaError) -> Words {
        let translated: ReplicaError =
            switch error {
            case .damaged(let text): .damaged(detail: detail(text).chinese)
            case .badAnswer(let text): .badAnswer(detail: detail(text).chinese)
            case .inconsistent(let text): .inconsistent(detail: detail(text).chinese)
            case .leaving(let reason): .leaving(reason: leaveWords(reason).chinese)
            default: error
            }
        if case .leaving(let reason) = error {
            return Words(ReplicaError.leaving(reason: leaveWords(reason).english).english, translated.chinese)
        }
        return Words(error.english, translated.chinese)
    }

    /// A detail; as it is where a newer release has worded it.
    static func detail(_ english: String) -> Words { details.words(english) ?? Words(same: english) }

    /// Why there is no connection, in the library's words.
    static func network(_ english: String) -> Words { reasons.words(english) ?? Words(same: english) }

    static let details = Translation(detailTable + changesetTable)
    static let detailTable = [
        Words("SQLite error %1", "SQLite 错误 %1"),
        Words("the replica does not say whose it is", "数据中没有所属人信息"),
        Words("a command has no identity", "有命令缺少标识"),
        Words("a given changeset cannot be read: %1", "变更集无法读取：%1"),
        Words("a stored changeset cannot be read: %1", "已存的变更集无法读取：%1"),
        Words("a staged page cannot be read", "暂存页无法读取"),
        Words("a ticket without identity", "有工单缺少标识"),
        Words("a row of another entity", "有一行不属于该实体"),
        Words("a row without key", "有一行缺少主键"),
        Words("a reading was not finished", "读取未能完成"),
        Words("a part of a row that is not here", "收到一行的部分内容，但本机没有该行"),
        Words("a row without its ticket", "有一行缺少所属工单"),
        Words("a row breaks a constraint", "有一行违反约束"),
        Words("a row of %1 is missing", "%1 表缺少一行"),
        Words("a row of %1 lacks its ticket", "%1 表有一行缺少所属工单"),
        Words("a confirmed row is missing", "缺少一行已确认的数据"),
        Words("the pull does not move", "拉取没有进展"),
        Words("base %1 lies before %2", "基点 %1 早于 %2"),
        Words("a verdict on sequence %1, which was never given", "裁决所指的序号 %1 从未给出"),
        Words("sequence %1 was never given", "序号 %1 从未给出"),
        Words("fork to epoch %1 from %2", "从第 %2 代分叉到第 %1 代"),
        Words("%1 of a row of %2", "对 %2 表一行的操作（%1）"),
        Words("command %1 is not what was sealed", "命令 %1 与封存内容不一致"),
        Words("given %1 ≠ judged %2 + outbox %3 + taken back %4", "给出 %1 ≠ 已裁决 %2 + 发件箱 %3 + 已撤销 %4"),
        Words("%1 tickets have no number", "%1 张工单没有编号"),
        Words("the sum of %1 entities is not that of the %2 rows", "%1 个实体的校验和与 %2 行不符"),
        Words("sequence %1 is missing", "缺少序号 %1"), Words("header %1 does not follow", "链头 %1 不连续"),
        Words("the acknowledged head is not header %1's", "已确认的链头与链头 %1 不符"),
        Words("the chain does not end at its head", "链的末端与链头不符"),
    ]

    /// Errors of a changeset, with their own codes.
    static let changesetTable = [
        Words("%1 The changeset ends inside the part that begins at byte %2. %3", "%1 变更集在第 %2 字节起的部分中断"),
        Words("%1 This is a patchset, not a changeset, at byte %2. %3", "%1 第 %2 字节：这是补丁集，不是变更集"),
        Words("%1 A table without columns, key or changes at byte %2. %3", "%1 第 %2 字节：表没有列、主键或变更"),
        Words("%1 Neither a table nor an insert, update or delete at byte %2. %3", "%1 第 %2 字节：既不是表，也不是新增、修改或删除"),
        Words("%1 A flag other than 0 or 1 at byte %2. %3", "%1 第 %2 字节：标志不是 0 或 1"),
        Words("%1 An unknown type of value at byte %2. %3", "%1 第 %2 字节：未知的值类型"),
        Words("%1 A number that is too large or not in its shortest form at byte %2. %3", "%1 第 %2 字节：数字过大或不是最短写法"),
        Words("%1 A missing value at byte %2. %3", "%1 第 %2 字节：缺少值"),
        Words("%1 NULL in a primary key at byte %2. %3", "%1 第 %2 字节：主键为空"),
        Words("%1 An update with only one of a column's two values at byte %2. %3", "%1 第 %2 字节：修改只有新旧两值之一"),
        Words("%1 A real that is not a number at byte %2. %3", "%1 第 %2 字节：实数不是数字"),
        Words("%1 Text that is not UTF-8 at byte %2. %3", "%1 第 %2 字节：文字不是 UTF-8"),
        Words("%1 Bytes after the last value at byte %2. %3", "%1 第 %2 字节：最后一个值之后还有内容"),
        Words("%1 More %2 than the %3 allowed at byte %4. %5", "%1 第 %4 字节：超过 %3 的上限"),
    ]

    private static let reasons = Translation(reasonTable)
    static let reasonTable = [
        Words("Couldn't connect to server", "无法连接服务器"), Words("Could not connect to server", "无法连接服务器"),
        Words("Couldn't resolve host name", "无法解析主机名"), Words("Could not resolve hostname", "无法解析主机名"),
        Words("Could not resolve host: %1", "无法解析主机名 %1"), Words("Couldn't resolve proxy name", "无法解析代理名"),
        Words("Could not resolve proxy name", "无法解析代理名"),
        Words("Failed to connect to %1 port %2 after %3 ms: %4", "无法连接 %1 端口 %2（%3 毫秒后）"),
        Words("Failed sending data to the peer", "发送数据失败"), Words("Failure when receiving data from the peer", "接收数据失败"),
        Words("Server returned nothing (no headers, no data)", "服务器没有返回内容"),
        Words("SSL connect error", "TLS 连接失败"), Words("SSL peer certificate or SSH remote key was not OK", "对方证书不可信"),
        Words("Problem with the SSL CA cert (path? access rights?)", "CA 证书不可用"),
        Words("SSL: no alternative certificate subject name matches target host name '%1'", "证书不是发给主机 %1 的"),
        Words("SSL certificate problem: %1", "证书有问题：%1"), Words("Network unreachable", "网络不可达"),
        Words("Weird server reply", "服务器应答异常"), Words("Failed initialization", "初始化失败"),
        Words("unable to get local issuer certificate", "签发者不受信任"), Words("self-signed certificate", "自签名证书"),
        Words("certificate has expired", "证书已过期"),
    ]
}
