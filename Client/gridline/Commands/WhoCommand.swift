import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct WhoCommand: Action {
    static let configuration = CommandConfiguration(
        commandName: "who", abstract: Say.whoHelp.launch, discussion: Say.whoMore.launch)
    @Argument(help: Say.whoArgument.help) var words: [String]
    @Option(help: Say.whoGridOption.help) var grid: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let areas = try replica.areas()
        if let grid, !areas.identifiers.contains(grid) { throw Failure.unknownGrid(grid) }
        // Whoever works in a grid asks of it, unless they name another.
        let own =
            grid == nil
            ? try replica.person(try replica.identity().person)?.grid.flatMap { areas.identifiers.contains($0) ? $0 : nil } : nil
        let answers = Catalogue(try replica.duties(), areas: areas)
            .answers(words.joined(separator: " "), among: try replica.categories(), grid: grid ?? own)
        let console = context.console
        if let own { console.talk(Say.inOwnGrid(try replica.name(ofGrid: own), own)) }
        if console.json {
            console.out(.array(try answers.map { try $0.json(replica) }))
        } else if answers.isEmpty {
            console.talk(Say.nothingOwned)
        } else {
            for answer in answers {
                console.out(
                    try Self.lines(answer, replica.name(ofUnit:)).map { console.wrapped($0.text(console.language)) })
            }
        }
        return answers.isEmpty || answers.contains { $0.owners.count != 1 } ? .error : .done
    }

    /// The category, then who owns it.
    static func lines(_ answer: DutyAnswer, _ unitName: (String) throws -> String) rethrows -> [Words] {
        var lines = [Words(same: "\(answer.category.code)  \(answer.category.path)")]
        if answer.owners.isEmpty { lines.append(Say.ownedByNobody) }
        if answer.owners.isEmpty, answer.limitedCount > 0 { lines.append(Say.ownedInAreas("\(answer.limitedCount)")) }
        if answer.owners.count > 1 { lines.append(Say.ownedTwice) }
        for (said, duties) in [(Say.ownedBy, answer.owners), (Say.supervisedBy, answer.supervisors)] {
            for duty in duties {
                let line = said("\(try unitName(duty.unit)) (\(duty.unit))", "\(duty.id)", "\(duty.revision)")
                let place = duty.area.map { Say.inArea($0) } ?? Words(same: "")
                let more = duty.words.map { "  \($0)" } ?? ""
                lines.append(Words(line.english + place.english + more, line.chinese + place.chinese + more))
            }
        }
        return lines
    }
}

extension DutyAnswer {
    fileprivate func json(_ replica: Replica) throws -> JSON {
        func named(_ duty: Duty) throws -> JSON {
            [
                "rule": .text(duty.id), "revision": .int(Int64(duty.revision)), "unit": .text(duty.unit),
                "name": .text(try replica.name(ofUnit: duty.unit)), "area": .optional(duty.area), "words": .optional(duty.words),
            ]
        }
        return [
            "category": .text(category.code), "path": .text(category.path), "owners": .array(try owners.map(named)),
            "supervisors": .array(try supervisors.map(named)), "limited_count": .int(Int64(limitedCount)),
        ]
    }
}
