import Screen

/// Examples of every command, by its name; a test reads each as the program would.
enum ServerExamples {
    static let of: [String: [Example]] = [
        "": [
            Example("gridline-server init --store centre --operator op --name 值班长", "A new centre.", "新建中心。"),
            Example("gridline-server serve --store centre", "Serve on this machine.", "在本机提供服务。"),
        ],
        "init": [
            Example(
                "gridline-server init --store centre --operator op --name 值班长", "The key goes beside the folder.", "密钥放在目录旁边。")
        ],
        "serve": [
            Example("gridline-server serve --store centre --listen 127.0.0.1:8443", "On this machine only.", "仅供本机。"),
            Example("gridline-server serve --config /etc/gridline/serve.yaml", "As a file says.", "按配置文件。"),
        ],
        "import": [
            Example(
                "gridline-server import letters.csv --map title=subject,external_id=id --source letters --as op", "Tickets.",
                "工单。"),
            Example("gridline-server import people staff.csv --as op", "People.", "人员。"),
            Example("gridline-server import duties duties.csv --as op", "The responsibility catalogue.", "职责清单。"),
        ],
        "export": [Example("gridline-server export people --output people.csv", "People.", "人员。")],
        "person add": [
            Example("gridline-server person add li-na --name 李娜 --role worker --grid g1 --as op", "A grid worker.", "一名网格员。")
        ],
        "person list": [Example("gridline-server person list", "Everybody.", "全部人员。")],
        "person import": [Example("gridline-server person import staff.csv --as op", "Many at once.", "批量。")],
        "grid add": [Example("gridline-server grid add g1 --name 文化街第三网格 --as op", "A grid.", "一个网格。")],
        "grid list": [Example("gridline-server grid list", "All grids.", "全部网格。")],
        "unit add": [
            Example("gridline-server unit add u-power --name 电力公司 --kind enterprise --level city --as op", "A unit.", "一个单位。")
        ],
        "unit list": [Example("gridline-server unit list --lint", "What is missing.", "查看缺项。")],
        "taxonomy load": [
            Example("gridline-server taxonomy load taxonomy.csv --as op", "Only what differs is written.", "只写入有变化的。")
        ],
        "taxonomy list": [Example("gridline-server taxonomy list --search ld", "By pinyin initials.", "按拼音首字母。")],
        "profile check": [Example("gridline-server profile check city.yaml", "Before it is put in force.", "启用前检查。")],
        "profile diff": [Example("gridline-server profile diff hotan weifang", "Two cities.", "比较两个城市。")],
        "profile apply": [
            Example("gridline-server profile apply city.yaml --dry-run --as op", "Which tickets would move.", "试算哪些工单会变。")
        ],
        "calendar check": [Example("gridline-server calendar check 2027.csv", "Before it is loaded.", "载入前检查。")],
        "calendar apply": [
            Example("gridline-server calendar apply 2027.csv --dry-run --as op", "Which tickets would move.", "试算哪些工单会变。"),
            Example("gridline-server calendar apply 2027.csv --as op", "In force from now on.", "即刻生效。"),
        ],
        "calendar show": [Example("gridline-server calendar show 2027", "Days off and make-up days.", "放假与调休。")],
        "duties": [
            Example("gridline-server duties", "The catalogue.", "职责清单。"),
            Example("gridline-server duties duties.csv --lint", "Before it is imported.", "导入前检查。"),
        ],
        "who": [Example("gridline-server who 路灯 --grid g1", "Who owns street lamps there?", "该处路灯归谁管。")],
        "sweep": [
            Example(
                "gridline-server sweep HT-20260131-0007 --grids like --reason 同类隐患排查 --dry-run --as dd", "Which grids, and why.",
                "哪些网格，为什么。"),
            Example(
                "gridline-server sweep HT-20260131-0007 --grids g1,g2 --reason 同类隐患排查 --due 2026-03-01 --as dd",
                "One task for each.", "每个网格一项任务。"),
            Example("gridline-server sweep HT-20260131-0007", "How far they are.", "进展。"),
        ],
        "experts": [
            Example("gridline-server experts --skill 婚姻家庭 --grid g1", "Who can be called.", "可以找谁。"),
            Example("gridline-server experts experts.csv --lint", "Before it is imported.", "导入前检查。"),
        ],
        "enrol-code": [Example("gridline-server enrol-code li-na --as op", "Good for ten minutes.", "十分钟内有效。")],
        "new": [Example("gridline-server new --title 路灯不亮 --grid g1 --as op", "A request.", "一件诉求。")],
        "dispatch": [
            Example("gridline-server dispatch HT-20260131-0007 --to li-na --as op", "One ticket.", "一张工单。"),
            Example("gridline-server dispatch --batch today.csv --as op", "Many at once.", "批量。"),
            Example("gridline-server dispatch --auto --all --as op", "As the responsibility catalogue says.", "按职责清单派遣。"),
            Example("gridline-server dispatch HT-20260131-0007 --expert 婚姻家庭 --as op", "To a mediator nearby.", "派给就近的调解员。"),
            Example("gridline-server dispatch --accuracy --explain", "How often the rules were right.", "规则派遣的准确率。"),
        ],
        "assign": [Example("gridline-server assign HT-20260131-0007 --to wang-wei --as op", "Somebody else.", "改派他人。")],
        "edit": [Example("gridline-server edit HT-20260131-0007 --set title=路灯不亮 --clear unit --as op", "Columns.", "修改字段。")],
        "close": [Example("gridline-server close HT-20260131-0007 --reason 已回访满意 --as op", "With the reason.", "附理由。")],
        "withdraw": [Example("gridline-server withdraw HT-20260131-0007 --reason 重复 --as op", "With the reason.", "附理由。")],
        "queue": [Example("gridline-server queue --state received", "What has come in.", "待受理的工单。")],
        "show": [Example("gridline-server show HT-20260131-0007", "With its history.", "含留痕。")],
        "rules": [
            Example("gridline-server rules --command resolve", "What becomes of a resolution.", "办结会如何裁决。"),
            Example("gridline-server rules --json > rules.json", "Every cell, for a spreadsheet.", "全部规则，供制表。"),
        ],
        "conflicts": [Example("gridline-server conflicts", "What is open.", "未定的冲突。")],
        "conflicts list": [
            Example("gridline-server conflicts list --all --ticket HT-20260131-0007", "Of one ticket.", "一张工单的全部冲突。"),
            Example("gridline-server conflicts list --person li-na --field finding", "Of one person.", "涉及某人的。"),
        ],
        "conflicts show": [Example("gridline-server conflicts show 3f2a91c0", "Both values whole.", "查看两个完整的值。")],
        "conflicts choose": [
            Example("gridline-server conflicts choose 3f2a91c0 --theirs --as op", "What stood at the centre.", "以中心原有的值为准。"),
            Example("gridline-server conflicts choose 3f2a91c0 --text 两盏已修 --as op", "Neither of the two.", "两个值都不用，另填。"),
        ],
        "why-due": [
            Example("gridline-server why-due HT-20260131-0007", "Line by line.", "逐行说明。"),
            Example("gridline-server why-due --batch < questions.ndjson", "Many, without a store.", "批量，无需库。"),
        ],
        "requests": [Example("gridline-server requests", "Who asks for more time.", "谁在申请延期。")],
        "grant": [
            Example("gridline-server grant HT-20260131-0007 --as op", "As asked.", "照批。"),
            Example("gridline-server grant HT-20260131-0007 --to wang-wei --as op", "A dispute.", "职责争议获准。"),
            Example("gridline-server grant HT-20260131-0007 --days 2 --reason 配件周四到货 --as op", "Fewer days.", "少批几天。"),
        ],
        "refuse": [
            Example("gridline-server refuse HT-20260131-0007 --reason 请今日办结 --as op", "The worker reads why.", "办理人会看到理由。")
        ],
        "rule": [
            Example(
                "gridline-server rule HT-20260131-0007 --to li-na --member 纪委 --member 法律顾问 --reason 依职责清单 --as op",
                "A joint ruling.",
                "联合认定。"),
            Example(
                "gridline-server rule HT-20260131-0007 --to li-na --member 分管副市长 --reason 签批 --sign-off --as op", "Final.",
                "最终决定。"),
        ],
        "urge": [Example("gridline-server urge HT-20260131-0007 诉求人再次来电 --as op", "Each one counts.", "每次都计数。")],
        "escalate": [
            Example(
                "gridline-server escalate HT-20260131-0007 --step county-meeting --member 住建局 --member 电力公司 --decision 三日内换缆 --due 2026-03-02 --reason 属地无法处置 --as op",
                "A joint meeting with a date.", "联席会议，定下时限。"),
            Example(
                "gridline-server escalate HT-20260131-0007 --step joint-supervision --unit u-housing --unit u-inspection --decision 三日内整改 --reason 属地逾期未办 --as op",
                "Two units supervise it together.", "两个单位联合督办。"),
        ],
        "conclude": [
            Example(
                "gridline-server conclude HT-20260131-0007 --failed --reason 产权单位拒不配合 --as op", "Then it goes up.", "之后可升级督办。"),
            Example("gridline-server conclude HT-20260131-0007 --settled --reason 已按会议决定换缆 --as op", "It is done.", "已解决。"),
            Example(
                "gridline-server conclude HT-20260131-0007 --on-the-spot qin-feng --reason 现场确定换缆方案 --as op",
                "By a leader, at the place.",
                "一把手现场调处。"),
        ],
        "ladder": [
            Example("gridline-server ladder", "The city's steps, and what stands on them.", "本市的级次，及各级上的工单。"),
            Example("gridline-server ladder HT-20260131-0007 --as qin-feng", "One ticket's steps.", "一张工单的各级记录。"),
        ],
        "lead": [
            Example(
                "gridline-server lead HT-20260131-0007 --leader qin-feng --level county --as op",
                "A county leader answers for it.",
                "由县级领导包保。")
        ],
        "visit": [
            Example(
                "gridline-server visit HT-20260131-0007 '接访，说明安置进度' --outcome received --persons 3 --as op",
                "One batch of three.",
                "接访一批次三人。")
        ],
        "visits": [
            Example("gridline-server visits --since 2026-01-01 --until 2026-12-31", "A year: batches and persons.", "一年的批次和人数。"),
            Example("gridline-server visits --explain", "Every visit that was counted.", "列出每一次。"),
        ],
        "supervision": [
            Example("gridline-server supervision --since 2026-01-01 --until 2026-01-31", "A month, by unit.", "一个月，按单位。"),
            Example("gridline-server supervision --unit u-housing --explain", "The cases behind it.", "列出每一件。"),
        ],
        "merge": [
            Example(
                "gridline-server merge HT-20260131-0008 HT-20260131-0009 --into HT-20260131-0007 --as op",
                "One power cut, three callers.",
                "同一次停电，三位来电人。")
        ],
        "unmerge": [
            Example("gridline-server unmerge HT-20260131-0009 --reason 并非同一事件 --as op", "It stands alone again.", "恢复为独立工单。")
        ],
        "duplicates": [
            Example("gridline-server duplicates", "By the profile's rules.", "按配置的规则。"),
            Example("gridline-server duplicates --hours 2 --least 5", "A burst.", "短时间内大量来电。"),
        ],
        "alarms": [Example("gridline-server alarms", "What nobody may overlook.", "不可遗漏的事项。")],
        "held": [Example("gridline-server held", "What waits for a decision.", "待裁定的命令。")],
        "decide": [
            Example("gridline-server decide 3f2a", "What follows from each answer.", "查看各种答复的后果。"),
            Example("gridline-server decide 3f2a decline --reason 已由他人处置 --as op", "The author reads the reason.", "作者会看到理由。"),
        ],
        "device list": [Example("gridline-server device list --stale 7", "Silent for a week.", "一周未联系的。")],
        "device revoke": [Example("gridline-server device revoke 3f2a --as op", "A lost phone.", "遗失的手机。")],
        "backup": [Example("gridline-server backup centre.backup --as op", "While serve runs.", "服务运行时即可备份。")],
        "restore": [
            Example("gridline-server restore centre.backup --store centre --as op", "As a new incarnation.", "作为新的世代。"),
            Example(
                "gridline-server restore centre.backup --journal-copy /mnt/second/copy --store centre --as op",
                "As it was, with the journal copy.", "借助留痕副本按原样恢复。"),
        ],
        "check": [Example("gridline-server check", "Is the history whole?", "留痕是否完好。")],
        "scope-dump": [Example("gridline-server scope-dump li-na", "What their device must hold.", "其设备应有的内容。")],
        "status": [Example("gridline-server status", "How everything stands.", "总体状况。")],
        "config": [Example("gridline-server config --check", "Before a start.", "启动前检查。")],
        "manual": [
            Example("gridline-server manual > /usr/local/share/man/man1/gridline-server.1", "Install the page.", "安装手册页。")
        ],
        "version": [Example("gridline-server version", "Which release.", "显示版本。")],
    ]
}
