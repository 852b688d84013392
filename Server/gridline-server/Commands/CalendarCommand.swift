import ArgumentParser
import Queue
import Tickets

/// Working days: check a file, load it, show a year.
struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "The working days that the State Council publishes for each year.",
        subcommands: [Verify.self, Apply.self, ShowYear.self])

    /// A calendar's file, read as the centre would.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read a calendar's file as the centre would. Needs no store.",
            discussion: """
                The file has the header date,kind,name, sorted by date, kind off or work. A year must be whole: New Year, Labour Day and National Day are off, \
                and no more days are made up for than are off.
                """)

        @OptionGroup var common: CommonOptions
        @Argument(help: "The file, UTF-8; - = standard input.")
        var file: String

        func run() async throws {
            let output = common.output
            do throws(OperationProblem) {
                let years = try CalendarFile.years(try CalendarFile.read(file)).map(\.year)
                if output.json { return output.data(years) }
                for year in years { output.line(String(year)) }
            } catch {
                throw output.report(error)
            }
        }
    }

    /// Years come into force.
    struct Apply: CentreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load the working days of years, without a new release.",
            discussion: """
                Due dates of tickets under way that hang on these days move, each by an act in its history; dates that somebody set stay. Devices count by the same \
                days after their next sync. --dry-run writes nothing and lists the tickets that would move.
                """)

        @OptionGroup var common: CommonOptions
        @OptionGroup var author: AuthorOption
        @Argument(help: "The file, UTF-8; - = standard input.")
        var file: String
        @Flag(help: "Write nothing; say what would be different.")
        var dryRun = false

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            let text = try CalendarFile.read(file)
            let operation = dryRun ? Operation.tryCalendar(csv: text) : .putCalendar(csv: text, by: try author.author())
            guard case .calendar(let report) = try await centre.run(operation) else { throw OperationProblem.strangeAnswer }
            if output.json {
                output.data(report)
            } else {
                tell(report, output)
            }
            if !report.refused.isEmpty { throw ExitCode(1) }
        }

        private func tell(_ report: CalendarReport, _ output: Output) {
            output.table(moved: report.tickets)
            output.sayCut(report.tickets, of: report.moved)
            let years = report.years.isEmpty ? "-" : report.years.map(String.init).joined(separator: ", ")
            if dryRun {
                output.say(
                    "Years that differ: \(years). Of \(report.looked) tickets under way \(report.moved) would be due at another time. Nothing was written.",
                    "有变化的年份：\(years)。在办 \(report.looked) 件中，\(report.moved) 件时限会不同。未写入任何内容。")
            } else {
                output.say(
                    "Years that differ: \(years). Of \(report.looked) tickets under way \(report.moved - report.refused.count) are due at another time now.",
                    "有变化的年份：\(years)。在办 \(report.looked) 件中，\(report.moved - report.refused.count) 件时限已调整。")
            }
            for act in report.refused { output.say(refused: act) }
        }
    }

    /// One year.
    struct ShowYear: CentreCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a year: days off, make-up working days, and where they come from.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The year.")
        var year: Int

        func validate() throws {
            guard WorkCalendar.years.contains(year) else { throw ValidationError("A year is from 2004 to 2100.") }
        }

        func run(_ centre: any OperationRunner, _ output: Output) async throws {
            guard case .calendarYear(let report) = try await centre.run(.showCalendar(year: year)) else {
                throw OperationProblem.strangeAnswer
            }
            if output.json { return output.data(report) }
            output.table(
                output.words("DATE KIND NAME", "日期 类别 名称").split(separator: " ").map(String.init),
                report.days.map { [$0.date, $0.kind == "off" ? output.words("off", "放假") : output.words("work", "上班"), $0.name] })
            switch report.source {
            case "loaded":
                output.say("\(report.worked) working days, as this centre loaded them.", "\(report.worked) 个工作日，由本中心载入。")
            case "compiled-in":
                output.say("\(report.worked) working days, as this release has them.", "\(report.worked) 个工作日，随本版本提供。")
            default:
                output.say(
                    "Not published: \(report.worked) working days by the week alone, due dates are provisional.",
                    "尚未公布：仅按周计 \(report.worked) 个工作日，时限均为暂定。")
            }
        }
    }
}
