import Changeset
public import Tickets

/// The official number of a ticket: the day in Asia/Shanghai and the store's running ordinal, such as `20261121-000001`. The
/// ordinal does not begin anew each day, so that a number names one ticket even where clocks were wrong.
public func officialNumber(ordinal: UInt64, at time: Milliseconds) -> String {
    let day = civilDay(of: time + 8 * 3_600_000)
    return padded(day.year, 4) + padded(day.month, 2) + padded(day.day, 2) + "-" + padded(Int64(clamping: ordinal), 6)
}

private func padded(_ number: Int64, _ width: Int) -> String {
    // Fifteen bytes at most stand in the string itself: no memory is taken for it.
    let digits = String(number)
    var text = ""
    for _ in digits.utf8.count..<max(width, digits.utf8.count) { text += "0" }
    return text + digits
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

extension Table {
    /// What stands in front of its changes.
    var header: TableHeader { Self.headers[rawValue] }

    private static let headers = allCases.map { table in
        TableHeader(
            name: table.name, keyOrdinals: table.columns.indices.map { $0 < table.keyCount ? UInt8($0 + 1) : 0 })
    }
}

/// One bit for each column that differs between two images of a row, the first column lowest.
///
/// - Precondition: At most 64 columns.
func differingColumns(_ left: [Value], _ right: [Value]) -> UInt64 {
    precondition(left.count == right.count && left.count <= 64, "rows of \(left.count) and \(right.count) columns")
    var mask: UInt64 = 0
    for column in left.indices where left[column] != right[column] { mask |= 1 << UInt64(column) }
    return mask
}

extension CommandWrite {
    /// Adds what the journal says of it, so that its chain covers verdict and digest. Holds no words of the author.
    func addFacts(to facts: inout FactList) {
        switch self {
        case .insert(let command):
            facts["command_kind"] = .text(command.kind)
            facts["person"] = .text(command.person)
            facts["digest"] = .blob(command.digest)
            facts["reason"] = .text(command.reason)
            facts["occurred_at"] = .integer(command.occurredAt)
            if let verdict = command.verdict { facts["verdict"] = .text(verdict.rawValue) }
            if let first = command.waitsFor { facts["waits_for"] = first.value }
        case .judge(_, let person, let verdict, let reason, let occurredAt, _, let waitsFor):
            facts["person"] = .text(person)
            facts["verdict"] = .text(verdict.rawValue)
            facts["reason"] = .text(reason)
            facts["occurred_at"] = .integer(occurredAt)
            if let waitsFor { facts["waits_for"] = waitsFor.value }
        case .holdAgain(_, let person, let reason, let occurredAt, let waitsFor):
            facts["person"] = .text(person)
            facts["verdict"] = .text(Verdict.held.rawValue)
            facts["reason"] = .text(reason)
            facts["occurred_at"] = .integer(occurredAt)
            if let waitsFor { facts["waits_for"] = waitsFor.value }
        case .decide(_, let person, let record):
            facts["person"] = .text(person)
            facts["decision"] = .text(record.decision.rawValue)
            facts["reason"] = .text(record.reason)
            facts["decided_by"] = .text(record.by)
            facts["decided_at"] = .integer(record.at)
        }
    }
}
