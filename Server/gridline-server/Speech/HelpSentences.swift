import Screen
import SyncProtocol

/// Chinese for what `--help` and the manual page say. The commands say it in English where they stand; a test finds the sentences
/// that are missing here.
enum HelpSentences {
    static let translation = Translation(
        program + shared + tickets + people + reference + responsibility + ladder + field + files + serving)

    static let program = [
        Words(
            "The central queue of a city's hotline: serve devices, and do the centre's work.",
            "城市热线的中央队列：为设备提供服务，办理中心的工作。"),
        Words(
            "Every command but init and restore also works while serve runs: it then goes through the local socket in the store's folder. Data goes to standard output, talk to standard error.\nExit codes: 0 done, 1 error, 4 not authorised, 5 a conflict needs a person, 64 wrong usage.",
            "除 init 和 restore 外，各命令在 serve 运行时也可使用：此时经由库目录中的本地套接字。数据写到标准输出，说明写到标准错误。\n退出码：0 完成，1 出错，4 无权限，5 冲突待人处理，64 用法错误。"
        ),
        Words("Print the manual page, for man.", "输出手册页，供 man 阅读。"),
        Words("Print the rules: what becomes of a command, and why.", "显示规则：每条命令在什么情况下如何裁决，以及原因。"),
        Words("Only this command.", "只看这条命令。"), Words("Only tickets in this state.", "只看此状态的工单。"),
        Words("Only authors who stand so to the ticket.", "只看与工单有此关系的人。"),
    ]

    static let shared = [
        Words("The store's folder; else GRIDLINE_STORE.", "库目录；不写则取 GRIDLINE_STORE。"),
        Words("Print data as JSON.", "以 JSON 输出数据。"),
        Words("zh or en; else as GRIDLINE_LANG or LANG say.", "zh 或 en；不写则按 GRIDLINE_LANG 或 LANG。"),
        Words(
            "Name the store's folder: --store DIR, or GRIDLINE_STORE in the environment.",
            "请指明库目录：--store 目录，或设环境变量 GRIDLINE_STORE。"),
        Words("Who does it; else GRIDLINE_AS.", "以谁的名义办理；不写则取 GRIDLINE_AS。"),
        Words("Say who does it: --as PERSON. Every act at the centre has an author.", "请说明以谁的名义办理：--as 人员。中心的每项操作都有办理人。"),
        Words("Rows at most.", "最多几行。"),
        Words("Official number or UUID.", "正式编号或 UUID。"),
        Words("The file, UTF-8; - = standard input.", "UTF-8 文件；- 表示标准输入。"),
    ]

    static let tickets = [
        Words("Take in one request: a new ticket. Prints its official number.", "登记一件诉求，生成新工单，输出正式编号。"),
        Words("What it is about.", "诉求标题。"), Words("What the citizen says.", "诉求内容。"),
        Words("A code of the taxonomy.", "分类编码。"),
        Words(
            "consultation, assistance, suggestion, complaint, dispute, grid-report, task-report, task-publicity, task-inspection, task-service.",
            "consultation（咨询）、assistance（求助）、suggestion（建议）、complaint（投诉举报）、dispute（矛盾纠纷）、grid-report（网格上报）、task-report（信息任务）、task-publicity（宣传任务）、task-inspection（排查任务）、task-service（服务任务）。"
        ),
        Words("normal or urgent.", "normal（一般）或 urgent（紧急）。"),
        Words(
            "phone, sms, web, wechat, weibo, app, grid-worker, other-system.",
            "phone（电话）、sms（短信）、web（网站）、wechat（微信）、weibo（微博）、app、grid-worker（网格员）、other-system（其他系统）。"),
        Words("The place in words.", "地点描述。"), Words("WGS84 degrees; with --longitude.", "WGS84 坐标，度；与 --longitude 同用。"),
        Words("WGS84 degrees; with --latitude.", "WGS84 坐标，度；与 --latitude 同用。"), Words("The citizen's name.", "诉求人姓名。"),
        Words("The citizen's phone.", "诉求人电话。"), Words("The citizen's address.", "诉求人住址。"),
        Words("The citizen's identity number.", "诉求人身份证号。"),
        Words(
            "List what the field asks for, oldest first: what to answer with grant, refuse or rule.",
            "列出一线的申请，最早的在前；用 grant、refuse 或 rule 答复。"),
        Words(
            "Settle the dispute on a ticket by a joint ruling; disputed again, by a leader's sign-off.",
            "联合认定工单的职责争议；再次争议的，由领导签批。"),
        Words(
            "The clock runs on meanwhile. A sign-off needs a ruling before it, and is final.", "其间计时不停。签批须先有认定，且为最终决定。"),
        Words("Who has to handle it.", "由谁办理。"),
        Words("Who took part; may be given several times.", "参与认定的人员或单位，可多次给出。"),
        Words("A leader signed it off.", "领导已签批。"),
        Words("Urge who handles a ticket. It can be repeated, and is counted.", "催办工单。可重复，每次计数。"),
        Words("What the worker reads.", "办理人看到的内容。"),
        Words("Of a dispute: who has the ticket from now on.", "职责争议获准时：今后由谁办理。"),
        Words(
            "Of a long-term one: another review date than was asked for, YYYY-MM-DD.", "长期办理：与申请不同的复核日期，YYYY-MM-DD。"),
        Words("Which supervisor approves that it leaves its first unit.", "由哪位督办员批准转出首派单位。"),
        Words(
            "Which unit is set over it: it urges and guides, and does not close.", "抄送哪个行业主管部门：负责督促指导，不结案。"),
        Words("Name at least one --member.", "请至少给出一个 --member。"),
        Words("Also those that are answered.", "包括已答复的。"),
        Words(
            "Grant the request that waits on a ticket: its due date moves, or somebody else has it.",
            "批准工单上待批的申请：时限顺延，或改由他人办理。"),
        Words("Refuse the request that waits on a ticket: it stays as it is.", "不批准工单上待批的申请，一切照旧。"),
        Words("Fewer or more days than were asked for.", "批准的天数，可少于或多于申请天数。"),
        Words("Why, in words that the worker reads.", "理由，办理人会看到。"),
        Words("List what is overdue, due soon, or unanswered for too long.", "列出已超时、即将到期、久未裁定和久未答复的事项。"),
        Words(
            "A running serve looks every half minute and raises each once; an alarm goes when its reason is gone. Exit code 1 if anything is overdue.",
            "serve 运行时每半分钟检查一次，每项只提示一次；原因消除后提示随之消失。有超时事项时退出码为 1。"),
        Words("List commands that wait for a dispatcher's decision, oldest first.", "列出待派单员裁定的命令，最早的在前。"),
        Words("Take a ticket back from everybody.", "撤回工单，所有人不再持有。"),
        Words("Why, in words that stay with the ticket.", "理由，随工单留存。"),
        Words("Give a ticket that is under way to somebody else.", "改派办理中的工单。"),
        Words("Who becomes responsible.", "由谁负责。"),
        Words("Who helps from now on; may be given several times; none = as before.", "今后由谁协办，可重复；不写则不变。"),
        Words("Show a ticket with its history, conflicts and held commands.", "显示工单及其留痕、冲突和搁置的命令。"),
        Words("Give a ticket to a person; with --batch many tickets in one transaction.", "派遣工单；用 --batch 在一个事务中派遣多张。"),
        Words(
            "With --auto the rule of the responsibility catalogue that fits best says which unit gets it, and its handler becomes responsible; the rule and its version stay with the ticket. What no single rule fits stays where it is, and so does what was dispatched before: the exit code is then 1.\n\nA batch is CSV with the header ticket,assignee[,helper,grid,unit,class], or one JSON object per line with these names; several helpers are separated by spaces.",
            "用 --auto 时，按职责清单中最适用的规则决定承办单位，由其经办人负责；规则及其版本随工单留存。没有唯一适用规则的工单以及曾派遣过的工单保持原状，退出码为 1。\n\n批量文件为 CSV，表头 ticket,assignee[,helper,grid,unit,class]，或每行一个含这些名称的 JSON 对象；多名协办人以空格分隔。"
        ),
        Words("Who helps; may be given several times.", "由谁协办，可重复。"),
        Words(
            "Which clock runs: consultation, general, complex, urgent; else as kind and urgency say.",
            "适用哪种时限：consultation（咨询）、general（一般）、complex（复杂）、urgent（紧急）；不写则按类型和紧急程度。"),
        Words("Many at once; - = standard input.", "批量文件；- 表示标准输入。"),
        Words("Give TICKET and --to PERSON, or --batch FILE.", "请给出工单和 --to 人员，或 --batch 文件。"),
        Words("--batch stands alone: its lines name everything.", "--batch 须单独使用：各行已写明全部内容。"),
        Words(
            "Change columns of a ticket: --set title=… --set grid=… --clear unit.",
            "修改工单字段：--set title=… --set grid=… --clear unit。"),
        Words("A column and its new value.", "字段及新值。"), Words("A column that becomes empty.", "要清空的字段。"),
        Words("Give --set column=value or --clear column.", "请给出 --set 字段=值 或 --clear 字段。"),
        Words("--set: %1 is not column=value.", "--set：%1 不是“字段=值”的形式。"),
        Words("Close a ticket that was handled.", "办结已处置的工单。"),
        Words("List the central queue, most urgent first.", "列出中央队列，最紧急的在前。"),
        Words(
            "received, awaiting-dispatch, dispatched, awaiting-handling, handled, closed, withdrawn, returned, merged.",
            "received（待受理）、awaiting-dispatch（待派遣）、dispatched（已派遣）、awaiting-handling（待处置）、handled（已处置）、closed（已结案）、withdrawn（已撤回）、returned（已退回）、merged（已并案）。"
        ),
        Words("Only this grid.", "只列该网格。"), Words("Only this responsible person.", "只列该负责人。"),
        Words(
            "Look at a held command, or answer it: accept, decline, or amend with --set name=value.",
            "查看搁置的命令，或予以裁定：采纳、不采纳，或用 --set 名称=值 修改后采纳。"),
        Words(
            "Without an answer: both sides, who wrote what and when, and what follows from each answer; with --set also from the amendment. Nothing is written.",
            "不写答复时只查看：双方的值、何人何时填写，以及各种答复的后果；加 --set 则连同修改后的后果。不写入任何内容。"),
        Words("The command's id, as held shows it, or its beginning.", "命令标识或其开头，见 held 的输出。"),
        Words("What two people wrote into the same field, and which value stands.", "两人对同一字段的不同填写，以及以哪个为准。"),
        Words(
            "Both values are kept, whichever stands. ours is what the named command's author wrote, theirs what stood at the centre. A choice is a command with an author, and both sides read of it.",
            "无论以哪个为准，两个值都保留。ours 是该命令作者所写，theirs 是当时中心已有的值。选定是有办理人的一条命令，双方都会看到。"),
        Words("List conflicts that nobody has decided or chosen about, newest first.", "列出尚未裁定或选定的冲突，最新的在前。"),
        Words("Also what is settled, and what transitions disagreed with.", "连同已定的，以及状态变更中的分歧。"),
        Words("Only this ticket: official number or UUID.", "只列该工单：正式编号或 UUID。"),
        Words("Only those in which this person is one of the sides.", "只列该人是其中一方的。"), Words("Only this field.", "只列该字段。"),
        Words("Show both values whole, who wrote them and when, and what stands.", "查看两个完整的值、填写人和时间，以及以哪个为准。"),
        Words("The command's id, as conflicts shows it, or its beginning.", "命令标识或其开头，见 conflicts 的输出。"),
        Words("Choose what is to stand.", "选定以哪个为准。"),
        Words("Which field, if the command has several conflicts.", "命令有多处冲突时，指明字段。"),
        Words("The value of the command's author.", "以命令作者的值为准。"),
        Words("The value that stood at the centre.", "以当时中心已有的值为准。"),
        Words("Another value; a place as LATITUDE,LONGITUDE.", "另填一个值；坐标写作 纬度,经度。"),
        Words(
            "Say what is to stand: one of --ours, --theirs and --text.", "请指明以哪个为准：--ours、--theirs、--text 任选其一。"),
        Words("accept, decline or amend.", "accept（采纳）、decline（不采纳）或 amend（修改后采纳）。"),
        Words("Why; its author reads it. Needed unless it is accepted.", "理由，命令作者会看到；采纳时可不写。"),
        Words("An argument of the amended command.", "修改后命令的参数。"),
    ]

    static let people = [
        Words("Make a one-time code with which a person enrols one device. It is shown once.", "生成一次性注册码，供一人登记一台设备；只显示一次。"),
        Words("Whose device.", "设备属于谁。"), Words("How long it is good, 1 to 10 minutes.", "有效时间，1 至 10 分钟。"),
        Words("People who hold tickets or work at the centre.", "持有工单或在中心工作的人员。"),
        Words("Add a person, or change one.", "新增或修改人员。"),
        Words("The id: ASCII letters, digits, '-', '_', '.'.", "标识：ASCII 字母、数字、“-”“_”“.”。"), Words("The name.", "名称。"),
        Words(
            "worker, leader, guide, volunteer, unit, visitor, dispatcher, supervisor or operator.",
            "worker（网格员）、leader（网格长）、guide（网格指导员）、volunteer（微网格员）、unit（承办单位）、visitor（回访员）、dispatcher（派单员）、supervisor（督办员）或 operator（运维）。"
        ),
        Words("The grid.", "网格。"), Words("The handling unit.", "承办单位。"), Words("The profession in the grid.", "在网格中的专业。"),
        Words("List everybody.", "列出全部人员。"),
        Words(
            "Add or change the people of a CSV file: id,name,role[,grid,unit,profession].",
            "按 CSV 文件新增或修改人员：id,name,role[,grid,unit,profession]。"),
        Words("All in one transaction: a file with a mistake changes nobody.", "在一个事务中完成：文件有错则不改动任何人。"),
        Words("Grids, the smallest areas of the city.", "网格，城市的最小管理单元。"), Words("Add a grid, or change one.", "新增或修改网格。"),
        Words("The grid or area above it.", "上级网格或区域。"), Words("List all grids.", "列出全部网格。"),
        Words("Id of the first operator.", "首位运维人员的标识。"), Words("Their name.", "姓名。"),
        Words("Enrolled devices.", "已登记的设备。"),
        Words("List devices, the one that was silent longest first, with what is still on them.", "列出设备及其未发送的内容，最久未联系的在前。"),
        Words(
            "LAG counts journal entries that a device has not read, OLDEST says how long its oldest unsent command had been waiting, CLOCK how far its clock is off; all as of its last contact. FORKS counts how often it went on from an older state of itself: once is a restored phone; two heads are two devices with one key.\nExample: gridline-server device list --stale 7",
            "“落后”为设备尚未读到的留痕条数，“最早未发”为最早一条未发送命令已等待的时间，“时钟偏差”为其时钟偏差；均以最近一次联系时为准。“分叉”为其从较旧状态继续的次数：一次多为手机恢复备份；“双头”表示两台设备共用一把密钥。\n示例：gridline-server device list --stale 7"
        ),
        Words("Only devices in use that were not heard for so many days.", "只列在用且已有这么多天没有联系的设备。"),
        Words("--stale is from 0 to 3650 days.", "--stale 为 0 至 3650 天。"),
        Words(
            "Revoke a device: what it still sends is kept and held, and it is told to erase its tickets.",
            "停用设备：其后续发送的内容予以保留并搁置，并令其清除工单。"),
        Words("The replica's id, as device list shows it.", "副本标识，见 device list 的输出。"),
        Words(
            "Print every row that this person's replica must hold, one canonical JSON object per line.",
            "输出该人副本应有的每一行，每行一个规范 JSON 对象。"),
        Words("Personal data of citizens is in it. The lines are the same with and without --json.", "其中含市民个人信息。有无 --json 输出相同。"),
        Words("Whose replica.", "谁的副本。"),
    ]

    static let reference = [
        Words("The city's rules as data: deadlines, extensions, rates.", "以数据表示的城市规则：时限、延期、考核口径。"),
        Words(
            "Read a profile's file as the centre would: every key with its value. Needs no store.", "按中心的读法检查配置文件，列出每个键和值。无需库。"),
        Words("Say in which keys two profiles differ. Needs no store.", "列出两份配置不同的键。无需库。"),
        Words("The one.", "其一。"), Words("The other.", "其二。"),
        Words("Say why a ticket is due when it is due: each clock as a sum.", "说明工单时限的由来：逐项列出每个时钟的计算。"),
        Words(
            "With --batch no store is needed: each line of standard input is one question, {\"start\":RFC3339,\"profile\":NAME,\"class\":\"consultation|general|complex|urgent\"}, start being the moment of dispatch, and each line of the answer is {\"due\":RFC3339,\"provisional\":true|false}. complex takes the most days that the profile allows. In place of class there may be kind, urgency and title: the profile's rules find the class, and the answer names it. With \"explain\":true the answer has the sum as lines. A question that cannot be answered has {\"error\":TEXT} at its place, and the exit code is 1.",
            "使用 --batch 时无需库：标准输入每行一个问题 {\"start\":RFC3339,\"profile\":名称,\"class\":\"consultation|general|complex|urgent\"}，start 为派遣时刻；每行一个回答 {\"due\":RFC3339,\"provisional\":true|false}。complex 取配置允许的最多天数。可用 kind、urgency、title 代替 class：由配置规则确定类别，并在回答中给出。加 \"explain\":true 时回答含逐行计算 lines。无法回答的问题在原位给出 {\"error\":说明}，退出码为 1。"
        ),
        Words("Answer the questions on standard input, one JSON object per line.", "回答标准输入中的问题，每行一个 JSON 对象。"),
        Words("Name a ticket, or say --batch.", "请指明工单，或使用 --batch。"),
        Words("Check a profile and put it in force, or try it.", "检查城市配置并启用，或试算。"),
        Words(
            "Due dates that are set stay: only what is dispatched from then on is counted by it. --dry-run writes nothing and says which tickets under way would be due at another time.",
            "已定的时限不变，只有此后派遣的工单按新配置计算。--dry-run 不写入，只列出办理中的工单中时限会不同的。"),
        Words("A profile's file, or the name of one that is compiled in.", "配置文件，或内置配置的名称。"),
        Words("Write nothing; say what would be different.", "不写入，只说明有何不同。"),
        Words("The categories of tickets.", "工单分类。"),
        Words(
            "Load a taxonomy: code,level1,level2,level3[,initials1,initials2,initials3][,replaced_by].",
            "载入分类表：code,level1,level2,level3[,initials1,initials2,initials3][,replaced_by]。"),
        Words(
            "Only leaves that differ are written, and only they travel to devices. A leaf that is not in the file any more is retired: tickets keep its code. A line with replaced_by is a retired leaf and the code to use in its place.",
            "只写入有变化的末级分类，也只有这些发往设备。文件中不再有的末级分类即停用，工单保留其编码。带 replaced_by 的行是已停用的分类及其替代编码。"),
        Words("List the categories, or search them.", "列出或查找分类。"),
        Words("The beginning of a code, any text of the path, or pinyin initials.", "编码开头、路径中的任意文字或拼音首字母。"),
        Words("Also those that are not in use any more.", "包括已停用的。"),
        Words("Handling units: departments, townships, companies, airports.", "承办单位：部门、乡镇、企业、机场等。"),
        Words("Add a unit, or change one.", "新增或修改单位。"),
        Words(
            "department, township, community, party, court, public-service, facility, enterprise or other.",
            "department（部门）、township（乡镇）、community（社区）、party（党群）、court（法检）、public-service（公共事业）、facility（场站）、enterprise（企业）或 other（其他）。"
        ),
        Words("region, city, county, township or village.", "region（地区）、city（市）、county（县）、township（乡镇）或 village（村）。"),
        Words("The unit above it.", "上级单位。"), Words("Who answers for it.", "负责人。"), Words("Who works on its tickets.", "经办人。"),
        Words("Dissolved or merged: tickets keep it, nothing new goes there.", "已撤销或合并：原有工单保留，不再派入。"),
        Words("List all units, or what is missing at them.", "列出全部单位，或其缺项。"),
        Words(
            "With --lint the exit code is 1 if anything is missing: every unit needs a leader and a named handler.",
            "用 --lint 时，有缺项则以 1 退出：每个单位都要有负责人和具名经办人。"),
        Words("Only what is missing: leaders, handlers, units above.", "只列缺项：负责人、经办人、上级单位。"),
    ]

    static let files = [
        Words("Make a store, its key and its first operator.", "建库，生成密钥和首位运维人员。"),
        Words("The centre key's file, outside the store; else DIR.key.", "中心密钥文件，须在库目录之外；不写则为 目录.key。"),
        Words("The centre key's file; else DIR.key. Without it no device would be known.", "中心密钥文件；不写则为 目录.key。没有它就认不出任何设备。"),
        Words("The city's profile: a name or a file.", "城市配置：名称或文件。"),
        Words(
            "Make a store of a backup, as a new incarnation: devices notice and send again what the backup has not.",
            "由备份建库，作为新的世代：设备会察觉，并补发备份中没有的内容。"),
        Words(
            "With the journal copy that serve kept on a second disk, everything that was acknowledged since the backup is there as well: the store is the lost one again, and devices notice nothing.\nExample: gridline-server restore centre.backup --journal-copy /mnt/second/copy --store centre --as op",
            "如有 serve 在另一块磁盘上保存的留痕副本，备份之后已确认的内容也一并恢复：库与丢失前完全一致，设备毫无察觉。\n示例：gridline-server restore centre.backup --journal-copy /mnt/second/copy --store centre --as op"
        ),
        Words(
            "The folder that serve --journal-copy wrote; it goes on being written.", "serve --journal-copy 所写的目录；恢复后继续写入。"),
        Words("A file that backup made. It is not changed.", "backup 生成的文件，不会被改动。"),
        Words("Copy the store into a new file. The centre key is not in it: back it up apart.", "把库复制到新文件。其中不含中心密钥，请另行备份。"),
        Words("A file that does not exist yet.", "尚不存在的文件。"),
        Words(
            "Verify the journal's chain, every device's chain and the database. Exit 1 and the first bad index if not.",
            "校验留痕链、各设备的命令链和数据库；不完好则以 1 退出并给出首个异常序号。"),
        Words(
            "Take in tickets, people, units, grids, duties, experts, checklists or roster from CSV or NDJSON files.",
            "从 CSV 或 NDJSON 文件导入工单、人员、单位、网格、职责、专家、现场清单或值班表。"),
        Words(
            "Examples:\n  gridline-server import letters.csv --map title=subject,description=detail,external_id=id --source letters --as op\n  gridline-server import people staff.csv --as op\n  gridline-server import grids - --format ndjson --as op < grids.ndjson\n\nA file can be given again: tickets whose external id is known from the same source are passed over, people, units, grids, duties, experts, checklists and lines of the roster that are as they were as well. Rows that cannot be taken go with line, column and reason into FILE.rejects.csv; mend them there and import that file with the same options. Everything else is taken.\nExit codes: 0 all taken, 1 some rows rejected or an error, 64 wrong usage.",
            "示例：\n  gridline-server import letters.csv --map title=subject,description=detail,external_id=id --source letters --as op\n  gridline-server import people staff.csv --as op\n  gridline-server import grids - --format ndjson --as op < grids.ndjson\n\n同一文件可重复导入：同一来源中外部标识已知的工单、没有变化的人员、单位、网格、职责、专家、现场清单和值班表都会跳过。不能导入的行连同行号、列和原因写入 文件.rejects.csv；在其中改正后用相同选项再导入。其余照常导入。\n退出码：0 全部导入，1 部分行被拒或出错，64 用法错误。"
        ),
        Words(
            "What (tickets, people, units, grids, duties, experts, checklists, roster; left out = tickets), then files in UTF-8; - = standard input.",
            "导入什么（tickets 工单、people 人员、units 单位、grids 网格、duties 职责、experts 专家、checklists 现场清单、roster 值班表；不写为工单），然后是 UTF-8 文件；- 表示标准输入。"
        ),
        Words("csv or ndjson; else as the file's name says.", "csv 或 ndjson；不写则按文件名。"),
        Words("Which column becomes what, for instance title=subject,external_id=id.", "列的对应关系，例如 title=subject,external_id=id。"),
        Words("Of tickets: the source's name, where a row has none; external ids are its own.", "工单来源名称，用于没有写明来源的行；外部标识在来源内唯一。"),
        Words("Where rejected rows go; else FILE.rejects.csv.", "被拒的行写到哪里；不写则为 文件.rejects.csv。"),
        Words("Read and check everything, write nothing.", "只读取和检查，不写入。"),
        Words(
            "Rows of one transaction, 1 to 5000; else 1000 while serve runs, 4000 alone.",
            "每个事务的行数，1 至 5000；不写时 serve 运行中为 1000，单独运行为 4000。"),
        Words("Name a file; - = standard input.", "请给出文件；- 表示标准输入。"),
        Words("--batch is from 1 to %1.", "--batch 为 1 至 %1。"),
        Words("--rejects is for one file; name several one by one.", "--rejects 只用于一个文件；多个文件请逐个导入。"),
        Words("--source is for tickets; %1 have ids of their own.", "--source 只用于工单；%1 有自己的标识。"),
        Words("--source is empty; name where the rows come from.", "--source 为空；请写明来源。"),
        Words(
            "Write tickets, people, units, grids, duties, experts, checklists or roster as CSV or NDJSON, so that import reads them back.",
            "把工单、人员、单位、网格、职责、专家、现场清单或值班表写成 CSV 或 NDJSON，可由 import 读回。"),
        Words(
            "Examples:\n  gridline-server export people > people.csv\n  gridline-server export tickets --intake --format ndjson --output tickets.ndjson\n  gridline-server export tickets --personal-data --reason \"audit of May, file 12\" --as op --output may.csv\n\nAn import takes an exported ticket in as a new request under the external id and source that it had; how far the work on it has come stands in columns that an import passes over, and --intake leaves out. Citizens' names, phones, addresses and identity numbers are empty without --personal-data, which is written into the journal with its reason.",
            "示例：\n  gridline-server export people > people.csv\n  gridline-server export tickets --intake --format ndjson --output tickets.ndjson\n  gridline-server export tickets --personal-data --reason \"五月审计，第12号\" --as op --output may.csv\n\n导入时，导出的工单按原有外部标识和来源作为新诉求登记；办理进度所在的列在导入时跳过，用 --intake 则不导出。不加 --personal-data 时市民姓名、电话、住址和身份证号为空；加了则连同理由记入留痕。"
        ),
        Words(
            "tickets, people, units, grids, duties, experts, checklists or roster.",
            "tickets（工单）、people（人员）、units（单位）、grids（网格）、duties（职责）、experts（专家）、checklists（现场清单）或 roster（值班表）。"),
        Words("csv or ndjson; else as the output's name says.", "csv 或 ndjson；不写则按输出文件名。"),
        Words("The file, made anew and readable by its owner alone; else standard output.", "输出文件，新建且仅所有者可读；不写则为标准输出。"),
        Words("Of tickets: only what an import takes.", "工单只导出 import 接收的内容。"),
        Words(
            "With citizens' names, phones, addresses and identity numbers; needs --reason and --as.",
            "含市民姓名、电话、住址和身份证号；须有 --reason 和 --as。"),
        Words("Why citizens' data is exported; kept in the journal.", "导出市民信息的理由，记入留痕。"),
        Words("Who exports citizens' data; else GRIDLINE_AS.", "由谁导出市民信息；不写则取 GRIDLINE_AS。"),
        Words(
            "--personal-data and --reason TEXT stand together: an export of citizens' data is journalled.",
            "--personal-data 与 --reason 须同时使用：导出市民信息要留痕。"),
        Words("--intake and --personal-data are for tickets.", "--intake 和 --personal-data 只用于工单。"),
    ]

    static let serving = [
        Words("Serve devices over HTTP, and operators on this machine over the local socket.", "经 HTTP 为设备服务，经本地套接字为本机运维服务。"),
        Words(
            "TLS is required unless the address is loopback. SIGTERM and SIGINT finish the running requests, commit what waits, then end with exit code 0; a second signal ends at once. Docs/operations.md lists every key of the configuration.\nExample: gridline-server serve --config /etc/gridline/serve.yaml --log-format json",
            "除本机地址外必须使用 TLS。收到 SIGTERM 或 SIGINT 时办完进行中的请求，提交等待的内容，以 0 退出；再次收到则立即结束。全部配置项见 Docs/operations.md。\n示例：gridline-server serve --config /etc/gridline/serve.yaml --log-format json"
        ),
        Words("A YAML file; else GRIDLINE_CONFIG.", "YAML 文件；不写则取 GRIDLINE_CONFIG。"),
        Words("Address and port for devices; port 0 = any free one.", "供设备连接的地址和端口；端口 0 表示任选空闲端口。"),
        Words("Write the bound port into this file.", "把实际端口写入该文件。"), Words("Certificate chain, PEM.", "证书链（PEM）。"),
        Words("Its private key, PEM.", "私钥（PEM）。"),
        Words("Serve /metrics for Prometheus here, on loopback.", "在此本机地址提供 Prometheus 的 /metrics。"),
        Words("Write the bound port of the metrics into this file.", "把指标的实际端口写入该文件。"),
        Words(
            "Copy everything that is written here first, on a second disk; /dev/null ends it.",
            "先把所写内容全部复制到此处（另一块磁盘）；/dev/null 表示停止。"),
        Words("trace, debug, info, notice, warning, error.", "日志级别：trace、debug、info、notice、warning、error。"),
        Words("text or json.", "text 或 json。"),
        Words("Seconds that running requests may take after SIGTERM.", "收到 SIGTERM 后进行中的请求还可用几秒。"),
        Words("Any key of the configuration; gridline-server config lists them.", "任意配置项；gridline-server config 列出全部。"),
        Words("--set %1: not key=value", "--set %1：不是“键=值”的形式"),
        Words(
            "Say how centre and devices stand: load, lag, unsent and held commands, backup, disk.",
            "中心与设备的状况：负载、落后、未发送和搁置的命令、备份、磁盘。"),
        Words(
            "With a running serve it asks it; without one it reads the store. Example: gridline-server status --lang zh",
            "serve 运行时向它询问，否则直接读库。示例：gridline-server status --lang zh"),
        Words("Show the configuration that serve would have, and where each value comes from.", "显示 serve 将采用的配置及各项来源。"),
        Words(
            "Takes the same flags as serve. Built-in values are overlaid by the file, then by the environment, then by flags. Values are addresses, numbers and paths: what is secret stands in the files that the paths name, and is never printed. Exit 64 with every fault if something is wrong.\nExample: gridline-server config --check --file /etc/gridline/serve.yaml",
            "选项与 serve 相同。内置值依次被文件、环境变量、命令行选项覆盖。各值为地址、数字和路径：机密内容在路径所指的文件中，从不输出。有误时列出全部错误并以 64 退出。\n示例：gridline-server config --check --file /etc/gridline/serve.yaml"
        ),
        Words("Also look at the files and folders that it names.", "同时检查其中所指的文件和目录。"),
        Words("Say which release this is; with a store, also which one serves it.", "显示本程序版本；给出库时也显示正在服务的版本。"),
    ]
}
