import Screen

/// Examples of every command, by its name: `--help` and the manual page show them, and a test reads each as the program would.
/// Apart from the commands, so that an ordinary run does not even make them.
enum Examples {
    static let of: [String: [Example]] = [
        "": [
            Example("gridline enrol https://12345.example", "Set this device up.", "登记本机。"),
            Example("gridline sync", "Take the tickets along.", "取得工单。"),
            Example("gridline list --due today", "What is due today.", "今天到期的工单。"),
            Example("gridline visit 12 '到达现场，路灯三盏不亮'", "What was found on the spot.", "记录现场情况。"),
            Example("gridline resolve 12 '已更换灯泡'", "What was done.", "填写处置结果。"),
        ],
        "enrol": [
            Example("gridline enrol https://12345.example", "Asks for the one-time code.", "随后询问一次性注册码。"),
            Example(
                "gridline enrol https://12345.example - --ca centre.pem",
                "The code from standard input; believe this authority only.", "注册码从标准输入读取；只信任该 CA。"),
            Example(
                "gridline enrol 7KQ2M-XW4PD", "Again, after a revocation or a copy: unsent work stays.",
                "停用后或出现副本后重新登记，未发送的内容保留。"),
            Example("gridline enrol --again", "Set up anew in any case; unsent work stays.", "无论如何重新登记，未发送的内容保留。"),
        ],
        "sync": [
            Example("gridline sync", "Once.", "同步一次。"),
            Example("gridline sync --watch --interval 120", "Every two minutes until stopped.", "每两分钟一次，直到停止。"),
        ],
        "status": [
            Example("gridline status", "What is only here, and what is held.", "哪些只在本机，哪些被搁置。"),
            Example("gridline status --exit-code --quiet", "For scripts: 3 if something is unsent.", "供脚本使用：有未发送时以 3 退出。"),
        ],
        "list": [
            Example("gridline list --due overdue", "What is past its deadline.", "已逾期的工单。"),
            Example("gridline list --due week --mine", "Mine, in the next seven days.", "今起七天内到期、派给自己的。"),
            Example("gridline list --search '路灯 文化街'", "Both words, anywhere in the ticket or its notes.", "工单或记录中同时含这两个词的。"),
            Example("gridline list --grid 文化街第三网格 --status dispatched", "New ones of a grid.", "某网格新派的工单。"),
        ],
        "why-due": [Example("gridline why-due 12", "Day by day.", "逐日列出。")],
        "show": [
            Example("gridline show 12", "By the short number.", "按本机短号。"),
            Example("gridline show HT-20260131-0007", "By the official number.", "按正式编号。"),
        ],
        "accept": [Example("gridline accept 12", "Take it on.", "签收。")],
        "start": [Example("gridline start 12", "Work begins.", "开始处置。")],
        "explain": [
            Example("gridline explain 12 '已告知诉求人：配件周五到货'", "Before asking for more time.", "申请延期之前。")
        ],
        "extend": [
            Example("gridline extend 12 --days 3 --reason '配件周五到货'", "Pending until the centre answers.", "中心答复前为待批。")
        ],
        "dispute": [
            Example("gridline dispute 12 --reason '路段由省公路局管养，附牌照'", "The clock runs on.", "计时不停。")
        ],
        "defer": [
            Example("gridline defer 12 --until 2026-09-30 --opinion '须列入老旧管网改造'", "Looked at again on that day.", "届时复核。")
        ],
        "whistle": [
            Example("gridline whistle 12 --units u-police,u-road --reason '高速桥下大面积积水'", "Each owes a report-in.", "各单位须按时报到。")
        ],
        "report-in": [Example("gridline report-in 12", "Your unit is there.", "本单位已报到。")],
        "finish-part": [Example("gridline finish-part 12 --text '积水已抽排'", "Your unit's share is done.", "本单位联办任务完成。")],
        "roster": [Example("gridline roster --day 2026-09-30", "Who is expected where.", "当日各岗位值班安排。")],
        "diary": [
            Example("gridline diary", "Today's entries of your desk.", "本岗位今日日记。"),
            Example("gridline diary add '3 号楼停水，已联系水务，明早复核'", "For the next shift, also without signal.", "留给下一班，无信号时也可。"),
            Example("gridline diary take-over", "What is here has been read.", "本机所见各条已阅并接班。"),
        ],
        "diary show": [Example("gridline diary show --day 2026-09-30", "The entries of that day.", "当日日记。")],
        "diary add": [Example("gridline diary add '水务已到场，明早复核'", "Never changed afterwards.", "写后不改。")],
        "diary take-over": [Example("gridline diary take-over", "The entries here have been read.", "本机所见各条已阅。")],
        "task": [
            Example("gridline task 14 --done '逐户走访，无隐患'", "Done, nothing found.", "完成，未发现问题。"),
            Example(
                "gridline task 14 --found '三处飞线充电' --report '飞线充电隐患'", "Found something; it becomes a ticket.", "发现问题，并转为工单。"),
        ],
        "checklist": [
            Example("gridline checklist 12", "What is asked for, and what is missing.", "现场清单与未填写的项目。"),
            Example("gridline checklist 12 --set id-seen=yes --set count=3", "Filled in, also without signal.", "填写，无信号时也可。"),
        ],
        "urge": [Example("gridline urge 12 '诉求人再次来电，请尽快'", "Each one counts.", "每次都计数。")],
        "visit": [
            Example("gridline visit 12 '到达现场，路灯三盏不亮'", "What was found.", "记录现场情况。"),
            Example("gridline visit 12 '家中无人' --outcome absent", "Nobody was there.", "上门无人。"),
            Example("gridline visit 12 '入户听取意见' --outcome met --persons 3", "Three persons, one batch.", "一批次三人。"),
        ],
        "note": [
            Example("gridline note 12 '已联系电力公司，明早到场'", "A line.", "一句备注。"),
            Example("gridline note 12 -", "A long text from standard input.", "从标准输入读取长文字。"),
        ],
        "edit": [
            Example("gridline edit 12 --location '文化街 12 号门前'", "The right place.", "更正地点。"),
            Example("gridline edit 12 --finding '电缆破损' --clear tags", "One field anew, one empty.", "填写一项，清空一项。"),
        ],
        "resolve": [Example("gridline resolve 12 '已更换三盏灯泡，现场恢复照明'", "What was done.", "填写处置结果。")],
        "return": [Example("gridline return 12 '属电力公司管辖，请改派'", "With the reason.", "说明理由。")],
        "report": [
            Example("gridline report '人行道井盖缺失'", "A title is enough.", "只写标题也可以。"),
            Example(
                "gridline report '树枝压线' --location '文化街 8 号' --urgency urgent", "With its place, urgent.", "写明地点，标为紧急。"),
        ],
        "categories": [Example("gridline categories 路灯", "Categories that have this.", "查找含此文字的分类。")],
        "who": [
            Example("gridline who 路灯 --grid g1", "Who owns street lamps there?", "该处路灯归谁管。"),
            Example("gridline who 0103", "By the beginning of a code.", "按编码开头。"),
        ],
        "log": [
            Example("gridline log", "Everything, newest first.", "全部命令，新的在前。"),
            Example("gridline log 12 --limit 5", "Of one ticket.", "某张工单的。"),
        ],
        "news": [
            Example("gridline news", "And mark it as looked at.", "查看并标记为已查看。"),
            Example("gridline news --keep", "Only look.", "只看，不标记。"),
        ],
        "outbox": [
            Example("gridline outbox", "What has no verdict yet.", "尚无裁决的命令。"),
            Example("gridline outbox --export changes", "Changesets as files that any SQLite tool reads.", "把变更集写成文件。"),
        ],
        "undo": [Example("gridline undo 12", "Before it was sent.", "发送之前可撤销。")],
        "retract": [Example("gridline retract 12", "Ask the centre to take it back.", "请中心收回已发送的命令。")],
        "conflicts": [
            Example("gridline conflicts", "What is open.", "未定的冲突。"),
            Example("gridline conflicts --all --json", "All of them, for scripts.", "全部冲突，供脚本使用。"),
            Example("gridline conflicts choose 3 --text '三盏灯，两盏已修'", "Neither of the two.", "两个值都不用，另填。"),
        ],
        "conflicts list": [Example("gridline conflicts list --all", "Also what is settled.", "连同已定的。")],
        "conflicts show": [Example("gridline conflicts show 3", "Both values, and what stands.", "两个值及以哪个为准。")],
        "conflicts choose": [
            Example("gridline conflicts choose 3 --ours", "Your value.", "以您的值为准。"),
            Example("gridline conflicts choose 3 --text -", "A text from standard input.", "从标准输入读取。"),
        ],
        "rescue": [
            Example("gridline rescue replica.sqlite.damaged", "What can still be read.", "列出还能读出的命令。"),
            Example("gridline rescue replica.sqlite.damaged --take-in", "And put it into the outbox.", "并放入本机发件箱。"),
        ],
        "rules": [
            Example("gridline rules --command resolve", "What becomes of a resolution.", "办结会如何裁决。"),
            Example("gridline rules --state closed --relation handler", "What still works on a closed ticket.", "结案后承办人还能做什么。"),
        ],
        "check": [Example("gridline check", "Is everything whole?", "检查是否完好。")],
        "completions": [
            Example("gridline completions bash > ~/.local/share/bash-completion/completions/gridline", "For bash.", "供 bash 使用。"),
            Example("gridline completions fish > ~/.config/fish/completions/gridline.fish", "For fish.", "供 fish 使用。"),
        ],
        "manual": [
            Example("gridline manual > ~/.local/share/man/man1/gridline.1", "Install the page.", "安装手册页。"),
            Example("gridline manual --lang zh > ~/.local/share/man/zh_CN/man1/gridline.1", "In Chinese.", "安装中文手册页。"),
        ],
        "version": [Example("gridline version --json", "For scripts.", "供脚本使用。")],
    ]
}
