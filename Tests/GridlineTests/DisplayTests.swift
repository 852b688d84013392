import Screen
import SyncProtocol
import Testing
import Tickets

@testable import gridline

@Suite struct DisplayWidthTests {
    private let narrow = DisplayWidth(ambiguous: 1)
    private let wide = DisplayWidth(ambiguous: 2)

    @Test func `cells are counted as terminals count them`() {
        for (text, cells) in [
            ("", 0), ("abc", 3), ("路灯", 4), ("路灯A1", 6), ("（一）", 6), ("ｱ", 1), ("Ａ", 2), ("각", 2), ("e\u{301}", 1), ("é", 1),
            ("👍", 2), ("👨‍👩‍👧", 2), ("🇨🇳", 2), ("\u{200b}", 0), ("\u{fffd}", 1), ("ئۇيغۇر", 6), ("𠮷", 2), ("、。", 4),
        ] as [(String, Int)] {
            #expect(narrow.cells(text) == cells, "\(text)")
        }
    }

    @Test func `ambiguous characters are one cell or two, as the person's terminal has them`() {
        for text in ["“", "…", "·", "①", "α", "Я", "─", "×"] {
            #expect(narrow.cells(text) == 1, "\(text)")
            #expect(wide.cells(text) == 2, "\(text)")
        }
    }

    @Test func `the tables are sorted and disjoint`() {
        for table in [WidthTables.wide, WidthTables.ambiguous] {
            for (before, after) in zip(table, table.dropFirst()) { #expect(before.upperBound < after.lowerBound) }
        }
    }

    @Test func `fitting makes exactly the width, and never half a character`() {
        for text in ["", "a", "路灯不亮", "a路b灯c", "路灯A1不亮了"] {
            for width in 0...14 {
                let fitted = narrow.fitted(text, to: width)
                #expect(narrow.cells(fitted) == width, "\(text) in \(width): \(fitted)")
                if narrow.cells(text) <= width { #expect(fitted.hasPrefix(text)) }
            }
        }
        #expect(narrow.fitted("路灯不亮", to: 7) == "路灯.. ")
        #expect(narrow.fitted("12", to: 4, alignRight: true) == "  12")
    }

    @Test func `wrapping loses nothing, keeps words whole, and stays within the width`() {
        #expect(narrow.wrapped("到达现场路灯三盏不亮", to: 8) == ["到达现场", "路灯三盏", "不亮"])
        #expect(narrow.wrapped("three lamps are dark", to: 9) == ["three", "lamps are", "dark"])
        #expect(narrow.wrapped("一\n\n二", to: 8) == ["一", "", "二"])
        #expect(narrow.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
        let text = "李娜 visited 仓前巷 at 09:30 and saw 3 盏灯不亮 near No.12-4 灯杆完好"
        for width in 2...60 {
            let lines = narrow.wrapped(text, to: width)
            #expect(lines.allSatisfy { narrow.cells($0) <= width }, "\(width)")
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " }, "\(width)")
        }
    }

    @Test func `text from elsewhere cannot drive the terminal`() {
        #expect(printable("a\u{1b}[31mred\u{7}") == "a\u{fffd}[31mred\u{fffd}")
        #expect(printable("\u{9b}2J") == "\u{fffd}2J")
        #expect(printable("two\nlines\tand tab") == "two lines and tab")
        #expect(printable("two\nlines", keepsLines: true) == "two\nlines")
        #expect(printable("evil\u{202e}gpj.exe") == "evilgpj.exe")
        #expect(printable("路灯 ئۇيغۇر 👍") == "路灯 ئۇيغۇر 👍")
    }
}

@Suite struct ListingTests {
    private var listing: Listing {
        var listing = Listing(columns: [
            .init(title: "#", alignRight: true), .init(title: "状态"), .init(title: "标题", least: 8), .init(title: "标记"),
        ])
        listing.rows = [
            [.init("1"), .init("待处置", .strong), .init("文化街树枝压在电线上，大风后一直没有人来处理"), .init("待并入 1")],
            [.init("12"), .init("已派遣"), .init("Lamp"), .init("")],
        ]
        return listing
    }

    @Test(arguments: [40, 50, 80, 200])
    func `columns begin at the same cell in every row, and no row is wider than the terminal`(width: Int) {
        let measure = DisplayWidth()
        let lines = listing.lines(width: width, measure: measure, colour: false)
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { measure.cells($0) <= width })
        // The rule says where columns begin; before each of them stand two cells of space in every line.
        var starts: [Int] = []
        var cell = 0
        for part in lines[1].split(separator: "  ") {
            starts.append(cell)
            cell += part.count + 2
        }
        for line in lines {
            var positions: Set<Int> = []
            var position = 0
            for character in line {
                positions.insert(position)
                position += measure.cells(character)
            }
            for start in starts where start < position { #expect(positions.contains(start), "\(start) in \(line)") }
        }
        #expect(lines.allSatisfy { $0.last != " " })
    }

    @Test func `only what may be cut is cut`() {
        let lines = listing.lines(width: 40, measure: DisplayWidth(), colour: false)
        #expect(lines[2].contains("待处置") && lines[2].contains("待并入 1") && lines[2].contains(".."))
        #expect(listing.lines(width: nil, measure: DisplayWidth(), colour: false)[2].contains("没有人来处理"))
    }

    @Test func `colour changes no cell`() {
        let plain = listing.lines(width: 60, measure: DisplayWidth(), colour: false)
        let coloured = listing.lines(width: 60, measure: DisplayWidth(), colour: true)
        #expect(plain != coloured)
        #expect(coloured.map { $0.replacing("\u{1b}[1m", with: "").replacing("\u{1b}[0m", with: "") } == plain)
    }

    @Test func `titled values are aligned and wrapped under themselves`() {
        var fields = Fields()
        fields.add("标题", "路灯")
        fields.add("Description", "到达现场路灯三盏不亮到达现场路灯三盏不亮")
        fields.add("none", nil)
        #expect(
            fields.lines(width: 33, measure: DisplayWidth(), colour: false) == [
                "标题         路灯", "Description  到达现场路灯三盏不亮", "             到达现场路灯三盏不亮",
            ])
    }

    @Test func `NO_COLOR wins, then CLICOLOR_FORCE, then CLICOLOR, then whether a person looks`() {
        func colour(_ variables: [String: String], isTerminal: Bool) -> Bool {
            Terminal.colour(isTerminal: isTerminal) { variables[$0] }
        }
        #expect(colour([:], isTerminal: true) && !colour([:], isTerminal: false))
        #expect(!colour(["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], isTerminal: true))
        #expect(colour(["CLICOLOR_FORCE": "1"], isTerminal: false))
        #expect(!colour(["CLICOLOR_FORCE": "0"], isTerminal: false))
        #expect(!colour(["CLICOLOR": "0"], isTerminal: true) && colour(["CLICOLOR": "1"], isTerminal: true))
        #expect(!colour(["TERM": "dumb"], isTerminal: true))
    }
}

@Suite struct MaskingTests {
    @Test func `names, numbers and addresses keep only what tells them apart`() {
        for (name, shown) in [("张三", "张**"), ("张三丰", "张**"), ("欧阳修文", "欧**"), ("买买提·吐尔逊", "买**"), (" 李", "李**"), ("", "")] {
            #expect(Masking.name(name) == shown)
        }
        for (phone, shown) in [
            ("13812345678", "138****5678"), ("+86 138 1234 5678", "138****5678"), ("0903-2025678", "090****5678"),
            ("2025678", "****78"),
            ("110", "****10"), ("", ""), ("unknown", "****"),
        ] {
            #expect(Masking.phone(phone) == shown)
        }
        #expect(Masking.address("和田市河东街道文化路12号3单元401室") == "和田市河东街****")
        #expect(Masking.address("文化路12") == "文化****")
        #expect(Masking.identityNumber("653201199001011234") == "6****************4")
        #expect(Masking.identityNumber("12") == "****")
    }
}

@Suite struct ShanghaiTimeTests {
    @Test func `known moments`() {
        for (time, full) in [
            (0, "1970-01-01 08:00:00"), (1_769_821_507_000, "2026-01-31 09:05:07"), (951_753_599_999, "2000-02-28 23:59:59"),
            (951_840_000_000, "2000-03-01 00:00:00"),
            (-1, "1970-01-01 07:59:59"), (253_402_271_999_000, "9999-12-31 23:59:59"),
            (4_107_513_599_000, "2100-02-28 23:59:59"), (4_107_513_600_000, "2100-03-01 00:00:00"),
        ] as [(Milliseconds, String)] {
            #expect(ShanghaiTime(time).full == full)
        }
        #expect(ShanghaiTime(1_769_821_507_000).short == "01-31 09:05")
        #expect(ShanghaiTime(1_769_821_507_000).rfc3339 == "2026-01-31T09:05:07+08:00")
    }

    @Test func `every day for a thousand years follows the day before`() {
        let day: Milliseconds = 86_400_000
        var previous = ShanghaiTime(-day)
        for index in 0..<365_250 {
            let today = ShanghaiTime(Milliseconds(index) * day)
            let isNext = today.year == previous.year && today.month == previous.month && today.day == previous.day + 1
            let isNewMonth =
                today.day == 1 && previous.day >= 28
                && (today.month == previous.month + 1 || today.month == 1 && previous.month == 12)
            guard isNext || isNewMonth else {
                Issue.record("\(previous.full) then \(today.full)")
                return
            }
            previous = today
        }
    }

    @Test func `no moment traps`() {
        for time in [Milliseconds.min, .max, -62_135_596_800_000, 1] { #expect(!ShanghaiTime(time).full.isEmpty) }
    }

    @Test func `spans are said in the two largest units`() {
        for (milliseconds, chinese, english) in [
            (30_000, "不到1分钟", "less than a minute"), (60_000, "1分钟", "1 min"), (7_500_000, "2小时5分钟", "2 h 5 min"),
            (3_600_000, "1小时", "1 h"), (187_200_000, "2天4小时", "2 d 4 h"), (-187_200_000, "2天4小时", "2 d 4 h"),
        ] as [(Milliseconds, String, String)] {
            #expect(span(milliseconds, .zh) == chinese)
            #expect(span(milliseconds, .en) == english)
        }
        #expect(!span(.min, .zh).isEmpty)
    }
}

@Suite struct JSONTests {
    @Test func `text is quoted so that every parser reads it back`() {
        #expect(JSON.text("a\"b\\c\n\t\r\u{1}\u{7f}路👍").line == "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f路👍\"")
        let value: JSON = ["a": 1, "b": [true, nil, "x"], "c": .number(1.5), "d": .number(.infinity), "e": .time(0)]
        #expect(value.line == "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":1.5,\"d\":null,\"e\":\"1970-01-01T08:00:00+08:00\"}")
    }
}
