import Screen
import SyncProtocol

/// Chinese for the words of an `OperationProblem`: they are written in English where they arise, cross the local socket as they are,
/// and are put into the operator's language here. A test finds the ones that are missing.
enum ProblemSentences {
    static let translation = Translation(store + storeErrors + files + calendars + configuration + lines + arguments)

    static let store = [
        Words(
            "name the store's folder: --store DIR, GRIDLINE_STORE, or store in the configuration file",
            "请指明库目录：--store 目录、GRIDLINE_STORE，或配置文件中的 store"),
        Words("the store cannot be opened (%1)", "库无法打开（%1）"), Words("the store cannot be made (%1)", "库无法建立（%1）"),
        Words("the running serve gave another kind of answer; it is another release", "正在运行的服务给出了另一种应答，它是另一版本"),
        Words(
            "the running serve is another release; use its own gridline-server, or restart it",
            "正在运行的服务是另一版本；请用它自己的 gridline-server，或重启服务"),
        Words("cannot read the centre key %1; restore it from its own backup", "无法读取中心密钥 %1；请从密钥的备份恢复"),
        Words("others may read the centre key; chmod 600 %1", "中心密钥可被他人读取；请执行 chmod 600 %1"),
        Words("cannot make the centre key %1: %2", "无法生成中心密钥 %1：%2"), Words("cannot write the centre key %1", "无法写入中心密钥 %1"),
        Words("it exists already; move it away, or name it with --key", "已存在；请移走，或用 --key 指明"),
        Words("a serve is running on %1; stop it, and move its folder away", "%1 上正有服务运行；请停止服务并移走其目录"),
        Words("a serve is running on %1; init makes a new store elsewhere", "%1 上正有服务运行；init 请在别处建库"),
        Words("a serve is running on %1 already", "%1 上已有服务在运行"),
        Words("%1 has a store; move it away first, nothing was changed", "%1 中已有库；请先移走，没有任何改动"),
        Words("%1 has a store already; nothing was changed", "%1 中已有库；没有任何改动"),
        Words("there is no store in %1; make one with gridline-server init", "%1 中没有库；请用 gridline-server init 建库"),
        Words("cannot restore into %1", "无法恢复到 %1"), Words("cannot make the folder %1", "无法建立目录 %1"),
        Words("--key is inside the store's folder; a copy of the store must not carry the key", "--key 在库目录之内；库的副本不得带有密钥"),
        Words("cannot serve on %1: %2", "无法在 %1 提供服务：%2"), Words("cannot open the local socket %1: %2", "无法打开本地套接字 %1：%2"),
        Words("cannot reach the running serve at %1: %2", "连不上正在 %1 运行的服务：%2"),
        Words("the connection to serve broke; look whether it was done before you do it again", "与服务的连接中断；请先核对是否已执行，再决定是否重做"),
        Words("the operation failed (%1); nothing was done", "操作失败（%1）；没有任何改动"),
        Words("the answer is larger than %1 bytes; ask for less, or stop serve and ask again", "应答超过 %1 字节；请缩小范围，或停止服务后再查"),
    ]

    /// Errors of the store, with their own codes.
    static let storeErrors = [
        Words(
            "%1 another process has the store open: %2. Use its local socket, or stop it first.",
            "%1 另一进程正打开该库：%2。请使用其本地套接字，或先停止它。"),
        Words(
            "%1 another process took the store over (fencing %2, ours %3). Stop this one.",
            "%1 另一进程已接管该库（其序号 %2，本进程 %3）。请停止本进程。"),
        Words(
            "%1 no Gridline store at %2. `gridline-server init` makes one.",
            "%1 %2 不是 Gridline 的库。可用 gridline-server init 建库。"),
        Words(
            "%1 the store has schema %2, this program knows %3. Upgrade the program.",
            "%1 库的结构版本为 %2，本程序支持到 %3。请升级程序。"),
        Words("%1 the store is damaged: %2. Restore a backup.", "%1 库已损坏：%2。请恢复备份。"),
        Words("%1 the disk is full. Make room; nothing was lost.", "%1 磁盘已满。请腾出空间；没有任何丢失。"),
        Words("%1 %2 exists already; nothing was overwritten. Name another file.", "%1 %2 已存在，未作覆盖。请另指文件。"),
        Words("%1 a row does not fit what is stored: %2.", "%1 有一行与库中内容不符：%2。"),
        Words(
            "%1 the journal copy cannot be used: %2. Nothing is acknowledged without it; mend its disk, or serve with another folder.",
            "%1 留痕副本无法使用：%2。没有副本就不作确认；请修复其磁盘，或另指目录重新启动。"),
        Words(
            "%1 the store ends at %2, its journal copy at %3: the store's disk lost what it had confirmed, or its file is an older one. Restore the newest backup with --journal-copy.",
            "%1 库止于 %2，而留痕副本止于 %3：库所在磁盘丢失了已确认的内容，或库文件是旧的。请用 --journal-copy 恢复最新备份。"),
        Words(
            "%1 %2 holds the journal copy of another store or another life of this one. Name an empty folder, or restore what it holds.",
            "%1 %2 中是另一个库或本库另一世代的留痕副本。请另指空目录，或恢复其中内容。"),
        Words(
            "%1 the journal copy begins at %2, after this backup, which ends at %3. Take a newer backup, or restore without --journal-copy.",
            "%1 留痕副本自 %2 开始，晚于此备份（止于 %3）。请用更新的备份，或不带 --journal-copy 恢复。"),
        Words("%1 the operating system refused: %2. Check the disk and its permissions.", "%1 操作系统拒绝：%2。请检查磁盘及权限。"),
        Words(
            "%1 the disk did not confirm what was written: %2. Nothing of it was acknowledged. Check the disk, then start again.",
            "%1 磁盘未确认写入：%2。相关内容均未作答复。请检查磁盘，然后重新启动。"),
    ]

    /// A calendar that cannot be loaded, behind its place.
    static let calendars = [
        Words(
            "%1, line %2: the calendar's line %3 cannot be read; write date,kind,name with kind off or work",
            "%1 第 %2 行：日历第 %3 行无法读取；请写 date,kind,name，kind 为 off 或 work"),
        Words(
            "%1, line %2: the calendar's line %3 is not after the one before; sort by date, each day once",
            "%1 第 %2 行：日历第 %3 行不在上一行之后；请按日期排序，每天一行"),
        Words(
            "%1, line %2: the calendar's line %3 makes %4 a working day, which it is anyway; correct the date",
            "%1 第 %2 行：日历第 %3 行把 %4 设为上班日，但该日本来就上班；请更正日期"),
        Words(
            "%1: the calendar's last line has no end; the file may have been cut off",
            "%1：日历最后一行没有行尾，文件可能不完整"),
        Words(
            "%1, line %2: the calendar's line %3 has a year before 2004 or after 2100; correct the date",
            "%1 第 %2 行：日历第 %3 行的年份早于 2004 或晚于 2100；请更正日期"),
        Words(
            "%1: the calendar has no day; write one line for each day that differs from the week",
            "%1：日历中没有任何日期；与周规律不同的每一天须写一行"),
        Words(
            "%1, line %2: the calendar's line %3 ends a year in which people work on %4, which is a holiday by law; the year is not whole",
            "%1 第 %2 行：日历第 %3 行结束的年份中，%4 为上班日，但该日是法定节假日；该年不完整"),
        Words(
            "%1, line %2: the calendar's line %3 ends the year %4, which makes up for more days than it takes off; look for a missing line",
            "%1 第 %2 行：日历第 %3 行结束的 %4 年，调休上班多于放假；请检查是否缺行"),
    ]

    static let files = [
        Words(
            "nobody with the skill %1 can be called there; look with: gridline-server experts",
            "没有可在该处调用的“%1”人员；请用 gridline-server experts 查看"),
        Words("a sweep needs an author: --as PERSON", "派发任务须说明由谁执行：--as 人员"),
        Words("%1 is not closed; a sweep begins with what was settled", "%1 尚未结案；只能由已结案的工单派发任务"),
        Words("%1: the day is none", "%1：日期无效"),
        Words("the diary could not be made: %1", "无法建立日记：%1"),
        Words("%1 is no kind of task", "%1 不是任务类别"),
        Words("a sweep goes over %1 grids at most", "一次最多派发到 %1 个网格"),
        Words(
            "--reason is empty, longer than 2000 bytes, or more than one line", "--reason 为空、超过 2000 字节或不止一行"),
        Words("name grids with commas between, or say like", "请以逗号分隔写明网格，或写 like"),
        Words("the ticket has no category; name the grids with --grids", "该工单没有分类；请用 --grids 指明网格"),
        Words("a page has 1 to 1000 tickets", "每页 1 至 1000 张工单"),
        Words("%1: unknown role", "%1：未知的职责"),
        Words("%1: a required item says why it is required", "%1：必填项须写明理由"),
        Words("no grid has the id %1", "没有标识为 %1 的网格"),
        Words("%1 is not UTF-8", "%1 不是 UTF-8 编码"),
        Words("%1 is there already; nothing was overwritten", "%1 已存在，未作覆盖"),
        Words("%1 cannot be read; restore it from a backup of the folder", "%1 无法读取；请从目录的备份恢复"),
        Words("cannot write the rejects %1: %2; name another file with --rejects", "无法写入被拒行文件 %1：%2；请用 --rejects 另指文件"),
        Words("cannot write %1: %2", "无法写入 %1：%2"), Words("cannot write %1", "无法写入 %1"), Words("cannot read %1", "无法读取 %1"),
        Words("standard output", "标准输出"), Words("Permission denied", "没有权限"),
        Words("No such file or directory", "没有该文件或目录"), Words("No space left on device", "磁盘空间不足"),
        Words("Read-only file system", "文件系统只读"), Words("Is a directory", "是一个目录"), Words("File exists", "文件已存在"),
        Words("Address already in use", "地址已被占用"),
        Words("the file is larger than %1 bytes", "文件超过 %1 字节"), Words("the file is empty", "文件为空"),
        Words("reading failed: %1", "读取失败：%1"), Words("reading failed (%1)", "读取失败（%1）"), Words("reading failed", "读取失败"),
        Words(
            "%1 is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 %2 > %3.utf8",
            "%1 是 UTF-16 编码；请先转换：iconv -f UTF-16 -t UTF-8 %2 > %3.utf8"),
        Words(
            "%1 is not UTF-8, it is most likely GB18030 (GBK); convert it first: iconv -f GB18030 -t UTF-8 %2 > %3.utf8",
            "%1 不是 UTF-8，很可能是 GB18030（GBK）；请先转换：iconv -f GB18030 -t UTF-8 %2 > %3.utf8"),
        Words("%1 is no readable profile file, nor one of: %2", "%1 不是可读的城市配置文件，也不是以下之一：%2"),
        Words(
            "%1, line %2: the profile's %3 cannot be taken; Schema/README.md names its limits",
            "%1 第 %2 行：配置项 %3 的值不可用；限值见 Schema/README.md"),
        Words("%1: the profile's %2 cannot be taken; Schema/README.md names its limits", "%1：配置项 %2 的值不可用；限值见 Schema/README.md"),
        Words("%1, line %2: the profile has no %3; add it", "%1 第 %2 行：配置项 %3 没有值；请补上"),
        Words("%1: the profile has no %2; add it", "%1：缺少配置项 %2；请补上"),
        Words(
            "%1, line %2: the profile has %3, which means nothing; correct its spelling or take it out",
            "%1 第 %2 行：没有 %3 这个配置项；请更正拼写或删去"),
        Words(
            "not a JSON object with start, profile and class, kind or title",
            "不是含 start、profile 以及 class、kind 或 title 的 JSON 对象"),
        Words(
            "start is no time; write RFC 3339, such as 2026-02-13T09:00:00+08:00",
            "start 不是时间；请按 RFC 3339 书写，如 2026-02-13T09:00:00+08:00"),
        Words("unknown class; the classes are %1", "未知的类别；可用的类别：%1"),
        Words("start is beyond all reason", "start 超出合理范围"),
        Words("%1, line %2: it is no YAML of keys and values", "%1 第 %2 行：不是由键和值组成的 YAML"),
        Words("%1: it is no YAML of keys and values", "%1：不是由键和值组成的 YAML"),
    ]

    /// Faults of a configuration, each behind its place.
    static let configuration = [
        Words("%1: unknown key; did you mean %2?", "%1：未知的配置项；是不是 %2？"),
        Words("%1: unknown key; gridline-server config lists the keys", "%1：未知的配置项；gridline-server config 列出全部"),
        Words("%1: unknown variable; did you mean GRIDLINE_%2?", "%1：未知的环境变量；是不是 GRIDLINE_%2？"),
        Words("%1: cannot be read", "%1：无法读取"), Words("%1 cannot be read", "%1 无法读取"),
        Words("%1: is larger than 1 MiB; this is no configuration", "%1：超过 1 MiB，不是配置文件"),
        Words("%1: is not YAML here", "%1：此处不是 YAML"), Words("%1: is not YAML", "%1：不是 YAML"),
        Words("%1: KEY: VALUE is expected, one a line", "%1：应为“键: 值”，每行一项"), Words("%1: a key is a word", "%1：键应为一个词"),
        Words("%1: stands here twice", "%1：出现两次"),
        Words("%1: one value is expected, no list and no section", "%1：应为单个值，不能是列表或分节"),
        Words("%1: tls_cert and tls_key belong together", "%1：tls_cert 与 tls_key 须同时设置"),
        Words("%1: this port is that of listen", "%1：与 listen 的端口相同"), Words("%1 is more than %2, %3", "%1 大于 %2（%3）"),
        Words("%1: there is no store in %2", "%1：%2 中没有库"),
    ]

    static let lines = [
        Words("line 1: the header cannot be read; is this a CSV file in UTF-8?", "第 1 行：表头无法读取；这是 UTF-8 的 CSV 文件吗？"),
        Words("line 1: the column %1 stands in the header twice", "第 1 行：列 %1 在表头中出现两次"),
        Words("line 1: a column stands there twice", "第 1 行：有一列出现两次"), Words("line 1: the column %1 is missing", "第 1 行：缺少列 %1"),
        Words("line 1: unknown column %1; known: %2", "第 1 行：未知列 %1；可用的列：%2"),
        Words(
            "line 1: the column %1 means nothing here%2. The header has: %3. Say with --map target=column,… which column becomes what; %4",
            "第 1 行：列 %1 在此没有意义%2。表头有：%3。请用 --map 目标=列,… 写明对应关系；%4"),
        Words("line 1: the header has no column %1 for %2%3; it has: %4", "第 1 行：表头中没有 %2 对应的列 %1%3；表头有：%4"),
        Words("line %1: not a JSON object of texts and numbers", "第 %1 行：不是由文字和数字组成的 JSON 对象"),
        Words("line %1: unknown name %2; known: %3", "第 %1 行：未知名称 %2；可用的名称：%3"),
        Words("line %1: %2 is empty", "第 %1 行：%2 为空"), Words("line %1, column %2: %3", "第 %1 行第 %2 列：%3"),
        Words("line %1: %2", "第 %1 行：%2"), Words("%1 is no number", "%1 不是数字"),
        Words(
            "due_at is no time (RFC 3339, or YYYY-MM-DD HH:MM:SS in Asia/Shanghai)",
            "due_at 不是时间（RFC 3339，或北京时间 YYYY-MM-DD HH:MM:SS）"),
        Words("--map: %1 is not target=column", "--map：%1 不是“目标=列”的形式"),
        Words("--map: %1 is no target of %2%3; %4", "--map：%1 不是 %2 的目标%3；%4"),
        Words("--map: %1 is named twice", "--map：%1 出现两次"),
        Words("--map: %1 is missing; every row of %2 needs it", "--map：缺少 %1；%2 的每一行都需要它"),
    ]

    static let arguments = [
        Words("--journal-copy is inside the store's folder; it belongs on another disk", "--journal-copy 在库目录之内；应放在另一块磁盘上"),
        Words("--minutes is from 1 to 10", "--minutes 为 1 至 10"),
        Words("%1 is no device id; device list shows them", "%1 不是设备标识；见 device list 的输出"),
        Words("the path of a backup must be absolute", "备份路径必须是绝对路径"),
        Words("%1: unknown kind; the kinds are %2", "%1：未知类别；可用的类别：%2"),
        Words("%1: unknown level; the levels are %2", "%1：未知层级；可用的层级：%2"),
        Words("%1: unknown role; the roles are %2", "%1：未知角色；可用的角色：%2"), Words("%1: the name is empty or too long", "%1：名称为空或过长"),
        Words(
            "%1 is no id: 1 to 64 ASCII letters, digits, '-', '_', '.', not beginning with '-' or '.'",
            "%1 不是有效的标识：须为 1 至 64 个 ASCII 字母、数字、“-”“_”“.”，且不以“-”或“.”开头"),
        Words("--state: unknown state; the states are %1", "--state：未知状态；可用的状态：%1"),
        Words("no ticket has the number or UUID %1", "没有编号或 UUID 为 %1 的工单"), Words("no person has the id %1", "没有标识为 %1 的人员"),
        Words("--source is empty; name where the rows come from", "--source 为空；请写明来源"),
        Words("%1 is no command id, nor four or more digits of its beginning", "%1 不是命令标识，也不是其开头的四位以上"),
        Words("several commands begin with %1; give more of the id", "有多条命令以 %1 开头；请多写几位"),
        Words("no held command begins with %1; held shows them", "没有以 %1 开头的待裁定命令；见 held 的输出"),
        Words("no request waits for an answer on %1", "%1 没有待批的申请"),
        Words("%1 does not belong to a request of kind %2", "%1 不适用于 %2 类申请"),
        Words("no unit has the id %1", "没有标识为 %1 的单位"),
        Words("until is no day (YYYY-MM-DD)", "until 不是日期（YYYY-MM-DD）"),
        Words("a ticket does not go into itself", "工单不能并入其自身"),
        Words(
            "%1 is closed, or part of an incident itself; name another ticket", "%1 已结案或已撤回，或其自身已并入其他工单；请另指主工单"),
        Words("due is no day (YYYY-MM-DD)", "due 不是日期（YYYY-MM-DD）"),
        Words("a dispute is granted to somebody: name who is to have the ticket", "批准争议须指明今后由谁办理"),
        Words("no conflict begins with %1; conflicts shows them", "没有以 %1 开头的冲突；见 conflicts 的输出"),
        Words("the command has several conflicts; name one with --field: %1", "该命令有多处冲突；请用 --field 指明：%1"),
        Words("--reason is missing: the author reads why it was not accepted as it was given", "缺少 --reason：作者要知道为何没有原样采纳"),
        Words("--set gives an amended command its values; only amend takes it", "--set 用于给出修改后的值，只能与 amend 同用"),
        Words("a page has 1 to 5000 rows", "一页为 1 至 5000 行"),
        Words("--personal-data is for tickets; %1 have none of a citizen's", "--personal-data 只用于工单；%1 中没有市民信息"),
        Words("personal data needs an author: --as PERSON", "导出个人信息须写明办理人：--as 人员"),
        Words("--reason is empty or longer than 2000 bytes; it is kept in the journal", "--reason 为空或超过 2000 字节；它会记入留痕"),
    ]
}
