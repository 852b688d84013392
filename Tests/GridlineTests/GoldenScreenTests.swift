import Foundation
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

@testable import SyncClient
@testable import gridline

/// The main screens as a real terminal shows them, in both languages, narrow and wide. `GRIDLINE_GOLDEN=write` writes them anew:
/// look at every line of the difference before it is committed.
@Suite(.serialized, .enabled(if: TestTerminal.path != nil && TestTerminal.faketime != nil))
struct GoldenScreenTests {
    private static let folder = Place.root.appendingPathComponent("Tests/GridlineTests/Golden")

    /// File name and command line of each screen.
    static let screens: [(name: String, line: String)] = [
        ("list", "list"), ("list-search", "list --search 路灯 --all"), ("list-empty", "list --due 2026-03-31"),
        ("show", "show 1"), ("why-due", "why-due 1"), ("outbox", "outbox"), ("status", "status"), ("log", "log"),
        ("news", "news --keep"), ("check", "check"), ("rules", "rules --command resolve"),
        ("rules-closed", "rules --state closed --relation handler"), ("conflicts", "conflicts --all"),
        ("conflict", "conflicts show 2"), ("conflict-held", "conflicts show 3"),
        ("help", "--help"), ("help-list", "list --help"), ("unknown", "shwo 3"), ("unknown-ticket", "show 99"),
    ]
    /// What goes out to the field, on a device that has it.
    private static let fieldScreens: [(name: String, line: String)] = [
        ("checklist", "checklist 7"), ("roster", "roster --day 2026-02-13"), ("diary", "diary --unit u-desk"),
        ("help-checklist", "checklist --help"), ("help-task", "task --help"), ("help-diary", "diary --help"),
    ]

    @Test func `every main screen is as it was, fits, and its columns are aligned`() throws {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let away = try SampleReplica()
        defer { away.remove() }
        try away.goOut()
        let terminal = try TestTerminal()
        for language in ["zh", "en"] {
            for columns in [80, 200] {
                var environment = [
                    "GRIDLINE_HOME": sample.home, "GRIDLINE_LANG": language, "LC_ALL": "C.UTF-8", "TZ": "CST-8",
                ]
                let screens = Self.screens.map { ($0, sample) } + Self.fieldScreens.map { ($0, away) }
                for ((name, line), replica) in screens {
                    environment["GRIDLINE_HOME"] = replica.home
                    // A clock that stands still: ages on the screens are the same whenever the test runs.
                    let clock = "\(TestTerminal.faketime!) -f '2026-02-13 09:00:30'"
                    let screen = try terminal.screen(
                        "\(clock) \(Place.gridline) \(line)", columns: columns, environment: environment)
                    try check("\(name)-\(language)-\(columns)", screen, columns: columns)
                }
                let report = sample.home + "/report"
                try Data(try syncReport(language, columns: columns).utf8).write(to: URL(fileURLWithPath: report))
                let screen = try terminal.screen("cat \(report)", columns: columns, environment: environment)
                try check("sync-\(language)-\(columns)", screen, columns: columns)
            }
        }
    }

    private func check(_ name: String, _ screen: (rows: [String], joined: [String]), columns: Int) throws {
        #expect(screen.rows == screen.joined, "\(name): a line is wider than the terminal and was wrapped")
        for row in screen.rows {
            #expect(cells(row) <= columns, "\(name): \(row)")
            #expect(!row.contains("\u{1b}") && !row.unicodeScalars.contains { (0x80..<0xa0).contains($0.value) }, "\(name)")
        }
        misaligned(screen.rows).forEach { Issue.record("\(name): a column does not begin where its title does: \($0)") }
        let file = Self.folder.appendingPathComponent(name + ".txt")
        let text = screen.rows.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["GRIDLINE_GOLDEN"] == "write" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let golden = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(text == golden, "\(name) looks otherwise; GRIDLINE_GOLDEN=write writes it anew")
    }

    /// Rows of tables in which a field sticks out of its column. The rule of dashes says where the columns are; the cells are
    /// counted by the C library, as the terminal does, and not by the code under test.
    private func misaligned(_ rows: [String]) -> [String] {
        var gaps: [Int]?
        var wrong: [String] = []
        for row in rows {
            if row.contains("--"), row.allSatisfy({ $0 == "-" || $0 == " " }) {
                var starts: [Int] = []
                for (index, part) in row.components(separatedBy: "  ").enumerated() where index > 0 {
                    _ = part
                    starts.append(row.components(separatedBy: "  ").prefix(index).reduce(0) { $0 + $1.count + 2 } - 2)
                }
                gaps = starts
            } else if row.isEmpty || row.hasPrefix("==") {
                gaps = nil
            } else if let places = gaps {
                let occupied = occupiedCells(row)
                // A line of talk below a table is no row of it.
                if row.hasPrefix("共 ") || row.range(of: #"^\d+ in all"#, options: .regularExpression) != nil
                    || row.contains("gridline conflicts show")
                    || row.hasPrefix("  ") && !occupied.contains(places[0] + 2)
                {
                    continue
                }
                if places.contains(where: { occupied.contains($0) || occupied.contains($0 + 1) }) { wrong.append(row) }
            }
        }
        return wrong
    }

    private func occupiedCells(_ row: String) -> Set<Int> {
        var occupied: Set<Int> = []
        var cell = 0
        for scalar in row.unicodeScalars {
            let width = cellsOf(scalar)
            if scalar != " " { for place in cell..<(cell + width) { occupied.insert(place) } }
            cell += width
        }
        return occupied
    }

    private func cells(_ row: String) -> Int { row.unicodeScalars.reduce(0) { $0 + cellsOf($1) } }

    private func cellsOf(_ scalar: Unicode.Scalar) -> Int {
        setlocale(LC_CTYPE, "C.UTF-8")
        return max(0, Int(Self.wcwidth(scalar.value)))
    }

    /// Of the C library; its header shows it only to programs that ask for more than Swift does.
    private static let wcwidth = unsafeBitCast(
        dlsym(nil, "wcwidth"), to: (@convention(c) (UInt32) -> Int32).self)

    /// What a sync says that brought something, held something, and left something unsent: both streams as a person sees them.
    private func syncReport(_ language: String, columns: Int) throws -> String {
        let sample = try SampleReplica()
        defer { sample.remove() }
        let replica = try Replica.open(at: sample.path)
        var summary = SyncSummary()
        summary.enteredCount = 3
        summary.changedCount = 12
        summary.leftCount = 1
        for (verdict, count) in [(Verdict.applied, 5), (.held, 1), (.superseded, 1)] { summary.verdictCounts[verdict] = count }
        let outcome = SyncRunner.Outcome(ending: .done, summary: summary, roundCount: 4)
        let report = SyncReport(outcome: outcome, status: try replica.glance(), newlyHeldCount: 1, newConflictCount: 2)
        let console = Console(
            language: language == "zh" ? .zh : .en, json: false, mayAsk: false, width: columns, measure: .init(), colour: false,
            colourOfTalk: false)
        let saved = (dup(STDOUT_FILENO), dup(STDERR_FILENO))
        let file = open(sample.home + "/both", O_RDWR | O_CREAT, 0o600)
        fflush(nil)
        dup2(file, STDOUT_FILENO)
        dup2(file, STDERR_FILENO)
        report.show(on: console, now: SampleReplica.now)
        dup2(saved.0, STDOUT_FILENO)
        dup2(saved.1, STDERR_FILENO)
        [file, saved.0, saved.1].forEach { close($0) }
        return try String(contentsOfFile: sample.home + "/both", encoding: .utf8)
    }
}
