public import Changeset

/// What somebody filled in for an item of a checklist. Never changed: whoever fills the item in again leaves another answer, which
/// names those that it stands in place of.
///
///     a: yes   ◀── b: no (over a)                      stands: no
///              ◀── c: yes (over a), without signal     stand: no and yes, until somebody fills it in over both
public struct Answer: Hashable, Sendable {
    /// 16 bytes, derived from the command and an ordinal.
    public var id: [UInt8]
    /// The item's code. The item may be retired by now, or unknown to this device yet.
    public var item: String
    /// As `ChecklistItem.accepted` gives it; nil = it was cleared.
    public var value: String?
    /// Identifiers of the answers that stood when its author wrote it.
    public var replaces: [[UInt8]]
    /// Who.
    public var author: String
    /// When: the author's clock, or the centre's correction if that was off by more than five minutes.
    public var filledAt: Milliseconds
    /// The command that brought it.
    public var command: CommandID

    /// An answer.
    public init(
        id: [UInt8], item: String, value: String?, replaces: [[UInt8]], author: String, filledAt: Milliseconds, command: CommandID
    ) {
        (self.id, self.item, self.value, self.replaces) = (id, item, value, replaces)
        (self.author, self.filledAt, self.command) = (author, filledAt, command)
    }

    /// Reads a row of `answer`. Nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.answer.columns.count, case .blob(let id) = row[0], let item = row[2].string,
            let filledAt = row[6].int, let command = CommandID(row[7])
        else { return nil }
        self.init(
            id: id, item: item, value: row[3].string, replaces: Self.identifiers(in: row[4]), author: row[5].string ?? "",
            filledAt: filledAt, command: command)
    }

    /// The row of `answer`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            .blob(id), ticket.value, .text(item), .optional(value), replaces.isEmpty ? .null : .blob(replaces.flatMap(\.self)),
            .text(author), .integer(filledAt), command.value,
        ]
    }

    /// The identifiers behind one another in a blob; bytes at its end that are none are left out.
    static func identifiers(in value: Value) -> [[UInt8]] {
        guard case .blob(let bytes) = value else { return [] }
        return stride(from: 0, to: bytes.count - 15, by: 16).map { Array(bytes[$0..<$0 + 16]) }
    }
}

extension Ticket {
    /// What stands for an item: the answers that nobody wrote over, in the order of their identifiers. Several where people wrote
    /// without knowing of each other.
    public func standing(_ item: String) -> [Answer] {
        let all = answers.filter { $0.item == item }
        let gone = Set(all.flatMap(\.replaces))
        return all.filter { !gone.contains($0.id) }.sorted { $0.id.lexicographicallyPrecedes($1.id) }
    }
}

/// One item on one ticket, with what stands for it.
public struct FilledItem: Hashable, Sendable {
    /// The item's code.
    public var code: String
    /// Nil = nobody knows it, any more or yet.
    public var item: ChecklistItem?
    /// The ticket's checklist has it; else somebody filled it in beyond that.
    public var isAsked: Bool
    /// None, one, or several that people wrote without knowing of each other.
    public var answers: [Answer]

    /// It is asked for, and a ticket is not resolved without it.
    public var isRequired: Bool { isAsked && item?.required == true }
    /// It is required, and nothing is filled in.
    public var isMissing: Bool { isRequired && !answers.contains { $0.value != nil } }
    /// What stands says different things.
    public var isDisputed: Bool { Set(answers.map(\.value)).count > 1 }
}

extension Checklist {
    /// What is asked for, by code.
    func asked(on ticket: Ticket) -> [FilledItem] {
        items.map { FilledItem(code: $0.code, item: $0, isAsked: true, answers: ticket.standing($0.code)) }
    }

    /// What is asked for, then what was filled in beyond that, each by code.
    /// - Parameter known: An item by its code, also one that is not asked for any more.
    public func lines(on ticket: Ticket, known: (String) -> ChecklistItem?) -> [FilledItem] {
        let others = Set(ticket.answers.map(\.item)).subtracting(items.map(\.code)).sorted()
        return asked(on: ticket)
            + others.map { FilledItem(code: $0, item: known($0), isAsked: false, answers: ticket.standing($0)) }
    }
}
