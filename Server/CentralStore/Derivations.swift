public import Changeset
public import Tickets

/// The official number of a ticket: the day in Asia/Shanghai and the store's running ordinal, such as `20261121-000001`. The
/// ordinal does not begin anew each day, so that a number names one ticket even where clocks were wrong.
public func officialNumber(ordinal: UInt64, at time: Milliseconds) -> String {
    let day = civilDay(of: time + 8 * 3_600_000)
    return padded(day.year, 4) + padded(day.month, 2) + padded(day.day, 2) + "-" + padded(Int64(clamping: ordinal), 6)
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The proleptic Gregorian day of a time in UTC, by counting eras of 400 years from 1 March of year 0.
private func civilDay(of time: Milliseconds) -> (year: Int64, month: Int64, day: Int64) {
    let days = (time >= 0 ? time / 86_400_000 : (time - 86_399_999) / 86_400_000) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
}

extension Conflict {
    /// The row of `conflict`, all columns in order. Its three value columns are text, whatever the field's own type.
    public func row(command: CommandID, ticket: TicketID) -> [Value] {
        [command.value, .text(field), ticket.value, trunk.asText, theirs.asText, ours.asText, .text(rule)]
    }

    /// Reads a row of `conflict`.
    public init?(row: [Value]) {
        guard row.count >= 7, let field = row[1].string, let rule = row[6].string else { return nil }
        self.init(field: field, trunk: row[3], theirs: row[4], ours: row[5], rule: rule)
    }
}

extension Value {
    /// The value as text; NULL stays NULL, bytes become hexadecimal.
    var asText: Value {
        switch self {
        case .null, .text: self
        case .integer(let number): .text(String(number))
        case .real(let number): .text(String(number))
        case .blob(let bytes): .text(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        }
    }
}

extension Change {
    /// The change between two images of one row, nil on a side where there is none; nil if nothing changed.
    init?(table: Table, before: [Value]?, after: [Value]?) {
        let ordinals = (0..<table.columns.count).map { $0 < table.keyCount ? UInt8($0 + 1) : 0 }
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, .some(let new)): self.init(table: table.name, keyOrdinals: ordinals, operation: .insert, new: new)
        case (.some(let old), nil): self.init(table: table.name, keyOrdinals: ordinals, operation: .delete, old: old)
        case (.some(let old), .some(let new)):
            guard old != new else { return nil }
            var oldSide: [Value?] = Array(repeating: nil, count: old.count)
            var newSide = oldSide
            for index in old.indices {
                if index < table.keyCount {
                    oldSide[index] = old[index]
                } else if old[index] != new[index] {
                    oldSide[index] = old[index]
                    newSide[index] = new[index]
                }
            }
            self.init(table: table.name, keyOrdinals: ordinals, operation: .update, old: oldSide, new: newSide)
        }
    }
}

extension CommandWrite {
    /// What the journal says of it, so that its chain covers verdict and digest. Holds no words of the author.
    var facts: [String: Value] {
        switch self {
        case .insert(let command):
            var facts: [String: Value] = [
                "command_kind": .text(command.kind), "person": .text(command.person), "digest": .blob(command.digest),
                "reason": .text(command.reason), "occurred_at": .integer(command.occurredAt),
            ]
            facts["verdict"] = command.verdict.map { .text($0.rawValue) }
            facts["waits_for"] = command.waitsFor?.value
            return facts
        case .judge(_, let person, let verdict, let reason, let occurredAt, _, let waitsFor):
            var facts: [String: Value] = [
                "person": .text(person), "verdict": .text(verdict.rawValue), "reason": .text(reason),
                "occurred_at": .integer(occurredAt),
            ]
            facts["waits_for"] = waitsFor?.value
            return facts
        case .holdAgain(_, let person, let reason, let occurredAt, let waitsFor):
            var facts: [String: Value] = [
                "person": .text(person), "verdict": .text(Verdict.held.rawValue), "reason": .text(reason),
                "occurred_at": .integer(occurredAt),
            ]
            facts["waits_for"] = waitsFor?.value
            return facts
        case .decide(_, let person, let record):
            return [
                "person": .text(person), "decision": .text(record.decision.rawValue), "reason": .text(record.reason),
                "decided_by": .text(record.by), "decided_at": .integer(record.at),
            ]
        }
    }
}
