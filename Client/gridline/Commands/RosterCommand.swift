import ArgumentParser
import ReplicaStore
import Screen
import SyncProtocol
import Tickets

struct RosterCommand: Action {
    static let configuration = CommandConfiguration(commandName: "roster", abstract: Say.rosterHelp.launch)
    @Option(help: Say.rosterDayOption.help) var day: String?
    @Option(help: Say.deskOption.help) var unit: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let day = try context.day(day, in: replica)
        let lines = try replica.roster(of: day.description).filter { unit == nil || $0.unit == unit }
        if context.console.json {
            context.console.out(.array(lines.map(\.json)))
        } else if lines.isEmpty {
            context.console.talk(unit.map { Say.noRosterOf($0, day.description) } ?? Say.noRoster(day.description))
        } else {
            context.console.out(
                try lines.map { line in
                    let person = line.person.map(replica.nameOrID) ?? "-"
                    let words = [line.shift, person, line.words].compactMap { $0 }.joined(separator: "  ")
                    return context.console.wrapped("\(try replica.name(ofUnit: line.unit))  \(words)")
                })
        }
        return .done
    }
}

struct DiaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diary", abstract: Say.diaryHelp.launch,
        subcommands: [DiaryShowCommand.self, DiaryAddCommand.self, DiaryTakeOverCommand.self],
        defaultSubcommand: DiaryShowCommand.self)

    /// The words behind `diary`.
    static let words: Set<String> = ["show", "add", "take-over"]
}

struct DiaryShowCommand: Action {
    static let configuration = CommandConfiguration(commandName: "show", abstract: Say.diaryShowHelp.launch)
    @Option(help: Say.diaryDayOption.help) var day: String?
    @Option(help: Say.deskOption.help) var unit: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let day = try context.day(day, in: replica)
        guard let book = try context.diary(of: unit, on: day, in: replica) else { return .error }
        let entries = DiaryEntry.all(of: book).filter { Day(containing: $0.note.occurredAt) == day }
        if context.console.json {
            context.console.out(
                .array(
                    entries.map {
                        [
                            "entry": .optional($0.note.command?.description), "author": .text($0.note.author),
                            "body": .text($0.note.body), "at": .time($0.note.occurredAt), "taken_over_at": .time($0.takenOverAt),
                        ]
                    }))
        } else if entries.isEmpty {
            context.console.talk(Say.noEntries(day.description))
        } else {
            for entry in entries {
                let mark = entry.takenOverAt.map { Say.takenOver(ShanghaiTime($0).short) } ?? Say.notTakenOver
                let head = "\(ShanghaiTime(entry.note.occurredAt).short)  \(replica.nameOrID(entry.note.author))  "
                context.console.out([
                    printable(head + mark.text(context.console.language)), context.console.wrapped("  " + entry.note.body),
                ])
            }
        }
        return .done
    }
}

struct DiaryAddCommand: Action {
    static let configuration = CommandConfiguration(commandName: "add", abstract: Say.diaryAddHelp.launch)
    @OptionGroup var words: WordsOptions
    @Option(help: Say.deskOption.help) var unit: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let today = try context.day(nil, in: replica)
        guard let book = try context.diary(of: unit, on: today, in: replica) else { return .error }
        let body = try context.words(words)
        guard Diary.takenOver(by: body) == nil else { throw ValidationError(Say.noEntry.text(context.console.language)) }
        return try context.give(.note, on: book.summary.id, ["body": .text(body)], in: replica)
    }
}

struct DiaryTakeOverCommand: Action {
    static let configuration = CommandConfiguration(commandName: "take-over", abstract: Say.diaryTakeOverHelp.launch)
    @Option(help: Say.deskOption.help) var unit: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let today = try context.day(nil, in: replica)
        guard let book = try context.diary(of: unit, on: today, in: replica) else { return .error }
        let open = DiaryEntry.all(of: book).filter { $0.takenOverAt == nil }.compactMap(\.note.command)
        guard !open.isEmpty else {
            context.console.talk(Say.nothingToTakeOver)
            return .error
        }
        return try context.give(.note, on: book.summary.id, ["body": .text(Diary.takeOver(open))], in: replica)
    }
}

/// An entry of the diary, and when the next shift took it over.
struct DiaryEntry {
    var note: TicketDetail.Note
    var takenOverAt: Milliseconds?

    /// Oldest first.
    static func all(of book: TicketDetail) -> [DiaryEntry] {
        var taken: [String: Milliseconds] = [:]
        for note in book.notes {
            for name in Diary.takenOver(by: note.body) ?? [] { taken[name] = min(taken[name] ?? .max, note.occurredAt) }
        }
        return book.notes.filter { Diary.takenOver(by: $0.body) == nil }.map { note in
            DiaryEntry(note: note, takenOverAt: note.command.flatMap { taken[Diary.short($0)] })
        }
    }
}

extension Context {
    /// A day as people write it; today without one, by the corrected clock.
    fileprivate func day(_ text: String?, in replica: Replica) throws -> Day {
        guard let text else { return Day(containing: try now(of: replica)) }
        guard let day = Day(text: text) else { throw ValidationError(Say.noDay(text).text(console.language)) }
        return day
    }

    /// A desk's diary of the month of a day; the person's own without a desk. Nil, and it is said why, where this device has none.
    fileprivate func diary(of unit: String?, on day: Day, in replica: Replica) throws -> TicketDetail? {
        let month = String(day.description.prefix(7))
        guard let desk = try unit ?? replica.ownUnit() else { throw ValidationError(Say.noDesk.text(console.language)) }
        let id = Command.madeTicket(by: Diary.command(unit: desk, month: month))
        do { return try replica.ticketDetail(id) } catch ReplicaError.unknownTicket {
            console.talk(Say.noDiary(desk, month), .attention)
            return nil
        }
    }
}

extension RosterLine {
    fileprivate var json: JSON {
        [
            "id": .text(id), "day": .text(day), "unit": .text(unit), "shift": .optional(shift), "person": .optional(person),
            "words": .optional(words),
        ]
    }
}
