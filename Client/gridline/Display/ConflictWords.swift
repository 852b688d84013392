import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

extension ConflictView {
    /// The conflict is one of this person's own commands'; else it is they who wrote theirs.
    func isAuthor(_ person: String) -> Bool { record.oursBy == person || record.theirsBy != person }

    /// Who wrote what when: this person's side first.
    func sides(for person: String, _ language: Language = .en) -> [(by: String?, at: Milliseconds?, value: String)] {
        let ours = (by: record.oursBy, at: record.oursAt, value: text(\.ours, language))
        let theirs = (by: record.theirsBy, at: record.theirsAt, value: text(\.theirs, language))
        return isAuthor(person) ? [ours, theirs] : [theirs, ours]
    }

    /// One side, or what was before; a place is both its halves, a time is a time.
    func text(_ side: KeyPath<Conflict, Value>, _ language: Language) -> String {
        let conflict = record.conflict.typed
        // What stood against a step is the ticket's state.
        if !isColumn, let state = conflict[keyPath: side].string.flatMap(TicketState.init(rawValue:)) {
            return state.words.text(language)
        }
        guard let longitude else { return shown(conflict[keyPath: side], in: conflict.field) }
        return [conflict[keyPath: side], longitude.conflict.typed[keyPath: side]].map { shown($0) }.joined(separator: ", ")
    }

    /// What stands because of the conflict, seen from this person: also what they chose and did not send yet.
    func standingWords(for person: String) -> Words {
        if let choice = pendingChoice {
            let outcome: Conflict.Outcome = choice.side == .ours ? .ours : choice.side == .theirs ? .theirs : .text
            return Say.chosenHere(Self.words(of: outcome, isAuthor: isAuthor(person)))
        }
        return Self.words(of: record.conflict.outcome, isAuthor: isAuthor(person))
    }

    /// The same in few cells.
    func shortStanding(for person: String) -> Words {
        guard pendingChoice == nil else { return Say.chosenShort }
        let isAuthor = isAuthor(person)
        return switch record.conflict.outcome {
        case .ours: isAuthor ? Say.yoursShort : Say.othersShort
        case .theirs: isAuthor ? Say.othersShort : Say.yoursShort
        case .both: Say.bothShort
        case .text: Say.thirdShort
        case .open: Say.openShort
        }
    }

    private static func words(of outcome: Conflict.Outcome, isAuthor: Bool) -> Words {
        switch outcome {
        case .ours: isAuthor ? Say.yoursStands : Say.othersStands
        case .theirs: isAuthor ? Say.othersStands : Say.yoursStands
        case .both: Say.bothStand
        case .text: Say.thirdStands
        case .open: Say.openStands
        }
    }

    /// One conflict as JSON: sides as the conflict has them, and which of them is this person's.
    func json(for person: String) -> JSON {
        let conflict = record.conflict
        return .object([
            ("number", .int(number)), ("command", .text(record.command.description)), ("field", .text(conflict.field)),
            ("ticket", .text(record.ticket.description)), ("local_number", localNumber.map { .int($0) } ?? .null),
            ("official_number", .optional(officialNumber)), ("title", .optional(title)),
            ("trunk", jsonValue(conflict.trunk)), ("theirs", jsonValue(conflict.theirs)), ("ours", jsonValue(conflict.ours)),
            ("rule", .text(conflict.rule)), ("outcome", .text(conflict.outcome.rawValue)), ("may", .text(conflict.may.rawValue)),
            ("mine", .text(isAuthor(person) ? "ours" : "theirs")), ("against", .optional(conflict.against?.description)),
            ("ours_by", .optional(record.oursBy)), ("ours_at", .time(record.oursAt)),
            ("theirs_by", .optional(record.theirsBy)), ("theirs_at", .time(record.theirsAt)),
            ("settled_by", .optional(conflict.settledBy?.description)), ("settled_at", .time(record.settledAt)),
            ("chosen_by", .optional(record.chosenBy)), ("standing", standing.map(jsonValue) ?? .null), ("open", .bool(isOpen)),
            ("pending_choice", pendingChoice.map { ["ordinal": .int($0.ordinal), "side": .text($0.side.rawValue)] } ?? .null),
            ("holder", holder?.json ?? .null),
        ])
    }
}

/// Conflicts in a table: this person's value and the other one's, and which stands.
func conflictListing(
    _ views: [ConflictView], for person: String, _ language: Language, namesTicket: Bool = true, personName: (String) -> String
) -> Listing {
    var listing = Listing(columns: [
        .init(title: Say.commandNumber.text(language)), .init(title: Say.time.text(language)),
        .init(title: Say.ticket.text(language), least: 5), .init(title: Say.field.text(language)),
        .init(title: Say.yourValue.text(language), least: 8), .init(title: Say.otherValue.text(language), least: 8),
        .init(title: Say.outcome.text(language)),
    ])
    for view in views {
        let sides = view.sides(for: person, language)
        listing.rows.append([
            .init("\(view.number)"), .init(view.record.oursAt.map { ShanghaiTime($0).short } ?? "-"),
            .init(view.ticketName, short: view.localNumber.map { ticketLabel($0, nil) } ?? "-"),
            .init(fieldWords(view.record.conflict.field).text(language)),
            .init(sides[0].value),
            .init([sides[1].value, sides[1].by.map { "(\(personName($0)))" }].compactMap { $0 }.joined(separator: " ")),
            .init(
                view.standingWords(for: person).text(language), view.isOpen ? .attention : .faint,
                short: view.shortStanding(for: person).text(language)),
        ])
    }
    return namesTicket ? listing : listing.without(column: 2)
}

extension ConflictView {
    var ticketName: String { localNumber.map { ticketLabel($0, officialNumber) } ?? officialNumber ?? "-" }
}

/// Everything about one conflict.
struct ConflictPage {
    let view: ConflictView
    let person: String
    let language: Language
    let personName: (String) -> String

    private func words(_ words: Words) -> String { words.text(language) }

    var fields: Fields {
        var fields = Fields()
        let record = view.record
        fields.add(words(Say.conflictTitle), "\(view.number)", .strong)
        fields.add(words(Say.ticket), [view.ticketName, view.title].compactMap { $0 }.joined(separator: "  "))
        if let holder = view.holder { fields.add(words(Say.holderNow), holder.name) }
        fields.add(words(Say.field), words(fieldWords(record.conflict.field)))
        fields.add(words(Say.before), orEmpty(view.text(\.trunk, language)))
        let sides = view.sides(for: person, language)
        fields.add(words(Say.yourValue), side(sides[0]))
        fields.add(words(Say.otherValue), side(sides[1]))
        fields.add(words(Say.ruleTitle), words(Say.rule(record.conflict.rule)))
        fields.add(words(Say.outcome), words(view.standingWords(for: person)), view.isOpen ? .attention : nil)
        if let by = record.chosenBy, let at = record.settledAt {
            fields.add(words(Say.chosenBy), words(Say.byAndWhen(Words(same: personName(by)), Words(same: ShanghaiTime(at).full))))
        }
        if let standing = view.standing, view.longitude == nil {
            fields.add(words(Say.standsNow), orEmpty(shown(standing, in: record.conflict.field)))
        }
        fields.add(words(Say.mayChoose), words(record.conflict.may == .holder ? Say.holderMay : Say.centreMay))
        return fields
    }

    private func side(_ side: (by: String?, at: Milliseconds?, value: String)) -> String {
        let who = [side.by.map(personName), side.at.map { ShanghaiTime($0).full }].compactMap { $0 }.joined(separator: ", ")
        return who.isEmpty ? orEmpty(side.value) : "\(orEmpty(side.value))\n(\(who))"
    }

    private func orEmpty(_ text: String) -> String { text.isEmpty ? words(Say.emptyValue) : text }

    /// What can be done, if anything.
    var advice: Words? {
        guard view.isOpen else { return nil }
        if view.record.conflict.outcome == .open { return Say.dispatcherDecides }
        return view.isForHandlers ? Say.howToChoose("\(view.number)") : Say.onlyCentreChooses
    }
}
