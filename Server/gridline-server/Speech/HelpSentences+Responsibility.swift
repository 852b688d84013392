import SyncProtocol

extension HelpSentences {
    /// Who is responsible, and who can be called.
    static let responsibility = [
        Words("List the responsibility catalogue, or what is wrong with it.", "列出职责清单，或其中的问题。"),
        Words(
            "With --lint the exit code is 1 if anything is wrong: a rule that matches nothing, two that fit equally well, a unit that is not there or that nobody answers for. With a file its rules are looked at, not the store's, and each finding names its line; nothing is written.",
            "用 --lint 时，有问题则以 1 退出：规则不起作用，两条规则同样适用，单位不存在或无人负责。给出文件时检查文件中的规则而非库中的，每处问题写明行号；不写入任何内容。"),
        Words(
            "A file as import duties takes it; - = standard input. Left out = the store's own rules.",
            "import duties 所用格式的文件；- 表示标准输入；不写则为库中的规则。"),
        Words("Only what is wrong.", "只列问题。"),
        Words("Say who owns a matter: by category or words, and grid.", "按分类或文字以及网格，查询事项归谁负责。"),
        Words(
            "Of the catalogue's rules that fit, the one with the longest category counts, then the one with the smallest area.",
            "在适用的规则中，分类最长者优先，其次区域最小者优先。"),
        Words(
            "The beginning of a code, any text of the path, pinyin initials, or words of a rule.", "编码开头、路径中的任意文字、拼音首字母或规则中的文字。"),
        Words("Where it is; without it only rules that hold everywhere fit.", "所在网格；不写则只适用全域规则。"),
        Words("List mediators and experts by skill and grid, the nearest first.", "按专长和网格列出调解员和专家，近者在前。"),
        Words(
            "With --lint the exit code is 1 if anything is wrong: a person, area or unit that is not there, a line that stands there twice. With a file its lines are looked at, not the store's, and each finding names its line; nothing is written.",
            "用 --lint 时，有问题则以 1 退出：人员、区域或单位不存在，或有重复的行。给出文件时检查文件中的行而非库中的，每处问题写明行号；不写入任何内容。"),
        Words(
            "A file as import experts takes it; - = standard input. Left out = the store's own lines.",
            "import experts 所用格式的文件；- 表示标准输入；不写则为库中的内容。"),
        Words("What they are to know.", "所需专长。"), Words("Where they are needed.", "需要到场的网格。"),
        Words("To the nearest expert with this skill, in place of --to.", "派给具有此专长的最近专家，代替 --to。"),
        Words("To whom the responsibility catalogue says.", "按职责清单派遣。"),
        Words("With --auto: every ticket that waits and was never dispatched.", "与 --auto 同用：所有待派且从未派遣的工单。"),
        Words("How often dispatches by rule were right; nothing is dispatched.", "规则派遣的准确率；不派遣任何工单。"),
        Words("With --accuracy: each ticket behind the counts.", "与 --accuracy 同用：列出计数所含的每张工单。"),
        Words("--all stands with --auto, --explain with --accuracy.", "--all 须与 --auto 同用，--explain 须与 --accuracy 同用。"),
        Words(
            "--auto takes TICKET or --all, --accuracy nothing beside it but --explain.",
            "--auto 须给出工单或 --all；--accuracy 只可与 --explain 同用。"),
        Words("--expert takes TICKET, and stands in place of --to.", "--expert 须给出工单，并代替 --to。"),
        Words("The working days that the State Council publishes for each year.", "国务院每年公布的工作日安排。"),
        Words("Read a calendar's file as the centre would. Needs no store.", "按中心的方式读取日历文件，无需库。"),
        Words(
            "The file has the header date,kind,name, sorted by date, kind off or work. A year must be whole: New Year, Labour Day and National Day are off, and no more days are made up for than are off.",
            "文件表头为 date,kind,name，按日期排序，kind 为 off（放假）或 work（上班）。每年须完整：元旦、劳动节和国庆节放假，调休上班的天数不多于放假天数。"),
        Words("Load the working days of years, without a new release.", "载入各年工作日安排，无需更换版本。"),
        Words(
            "Due dates of tickets under way that hang on these days move, each by an act in its history; dates that somebody set stay. Devices count by the same days after their next sync. --dry-run writes nothing and lists the tickets that would move.",
            "在办工单中与这些日期有关的时限随之调整，每张都留痕；由人设定的时限不变。设备下次同步后按同样的日期计算。--dry-run 不写入任何内容，只列出时限会变的工单。"),
        Words("Show a year: days off, make-up working days, and where they come from.", "显示某年的放假、调休上班日及其来源。"),
        Words("The year.", "年份。"), Words("A year is from 2004 to 2100.", "年份为 2004 至 2100。"),
    ]
}
