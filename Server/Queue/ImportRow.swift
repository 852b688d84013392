import Changeset
import Foundation
import Tickets

/// One ticket to import: what the creation command will carry.
public struct ImportRow: Codable, Hashable, Sendable {
    /// The line in its file, for the report.
    public var line: Int
    /// Where it comes from; nil = the source of the whole import.
    public var source: String?
    /// The identity in the source.
    public var externalID: String
    /// Text arguments of the creation, by name.
    public var texts: [String: String]
    /// Latitude and longitude, WGS84 degrees.
    public var latitude: Double?
    /// See `latitude`.
    public var longitude: Double?
    /// When the citizen asked, milliseconds since 1970 UTC.
    public var createdAt: Int64?

    /// The arguments of the creation.
    var arguments: [String: Value] {
        var arguments = texts.mapValues(Value.text)
        if let latitude { arguments["latitude"] = .real(latitude) }
        if let longitude { arguments["longitude"] = .real(longitude) }
        if let createdAt { arguments["created_at"] = .integer(createdAt) }
        return arguments
    }
}

/// One row of a file as what it becomes.
enum ImportEntry: Hashable, Sendable {
    case ticket(ImportRow)
    case person(PersonEntry)
    case unit(UnitEntry)
    case grid(GridEntry)
    case duty(DutyEntry)
    case expert(ExpertEntry)
    case checklist(ChecklistEntry)
    case roster(RosterEntry)
}

/// The cells of one row that mean something, with the name of each column.
struct ImportCells {
    var line: Int
    var cells: [Cell]

    struct Cell {
        var target: ImportTarget
        var column: String
        var text: String
    }

    /// A cell's text; nil if it is not there or blank.
    private func text(_ target: ImportTarget) -> String? {
        guard let text = cells.first(where: { $0.target == target })?.text, !text.isEmpty else { return nil }
        return text
    }

    private func fault(_ target: ImportTarget, _ code: ImportFault.Code, _ reason: String) -> ImportFaultError {
        let column = cells.first { $0.target == target }?.column ?? target.rawValue
        return ImportFaultError(ImportFault(line: line, field: column, code: code, reason: reason))
    }

    /// Takes off what is around codes; what is blank becomes empty.
    mutating func tidy() {
        for index in cells.indices where !cells[index].target.isFreeText || cells[index].text.utf8.allSatisfy({ $0 <= 0x20 }) {
            cells[index].text = cells[index].text.trimmingSpaces()
        }
    }

    /// Reads the row.
    /// - Throws: Why it cannot be taken.
    func entry(_ kind: ImportKind) throws(ImportFaultError) -> ImportEntry {
        for target in kind.needed where text(target) == nil { throw fault(target, .empty, "\(target.rawValue) is empty") }
        switch kind {
        case .tickets: return .ticket(try ticket())
        case .people:
            let person = PersonEntry(
                id: text(.id) ?? "", name: text(.name) ?? "", role: text(.role) ?? "", grid: text(.grid), unit: text(.unit),
                profession: text(.profession))
            try checkID()
            guard Role(rawValue: person.role) != nil else {
                throw fault(.role, .badWord, "role must be one of: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            try checkLine(.name)
            return .person(person)
        case .units: return .unit(try unit())
        case .grids:
            try checkID()
            try checkLine(.name)
            return .grid(GridEntry(id: text(.id) ?? "", name: text(.name) ?? "", parent: text(.parent)))
        case .duties: return .duty(try duty())
        case .experts: return .expert(try expert())
        case .checklists: return .checklist(try checklist())
        case .roster: return .roster(try roster())
        }
    }

    private func unit() throws(ImportFaultError) -> UnitEntry {
        try checkID()
        try checkLine(.name)
        guard UnitKind(rawValue: text(.kind) ?? "") != nil else {
            throw fault(.kind, .badWord, "kind must be one of: \(UnitKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard UnitLevel(rawValue: text(.level) ?? "") != nil else {
            throw fault(.level, .badWord, "level must be one of: \(UnitLevel.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return UnitEntry(
            id: text(.id) ?? "", name: text(.name) ?? "", kind: text(.kind) ?? "", level: text(.level) ?? "",
            parent: text(.parent), leader: text(.leader), handler: text(.handler), retired: try truth(.retired))
    }

    private func duty() throws(ImportFaultError) -> DutyEntry {
        for target in [ImportTarget.id, .area, .unit] where text(target) != nil { try checkID(target) }
        let category = try category()
        guard let role = DutyRole(rawValue: text(.role) ?? "") else {
            throw fault(.role, .badWord, "role must be one of: \(DutyRole.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        try checkLine(.words, bytesMax: Duty.wordsBytesMax)
        return DutyEntry(
            line: line, id: text(.id) ?? "", category: category, area: text(.area), unit: text(.unit) ?? "", role: role.rawValue,
            words: text(.words), retired: try truth(.retired))
    }

    private func expert() throws(ImportFaultError) -> ExpertEntry {
        for target in [ImportTarget.id, .person, .area, .unit] where text(target) != nil { try checkID(target) }
        try checkLine(.skill)
        return ExpertEntry(
            line: line, id: text(.id) ?? "", person: text(.person) ?? "", skill: text(.skill) ?? "", area: text(.area),
            unit: text(.unit), retired: try truth(.retired))
    }

    /// The beginning of category codes.
    private func category() throws(ImportFaultError) -> String {
        let category = text(.category) ?? ""
        guard category.utf8.count <= 12, category.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw fault(.category, .badNumber, "category must be the first digits of codes, at most 12; empty = every category")
        }
        return category
    }

    private func checklist() throws(ImportFaultError) -> ChecklistEntry {
        try checkID(.code)
        guard ChecklistItem.Kind(rawValue: text(.kind) ?? "") != nil else {
            let words = ChecklistItem.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(.kind, .badWord, "kind must be one of: \(words)")
        }
        for target in [ImportTarget.chinese, .english, .reason] {
            try checkLine(target, bytesMax: ChecklistItem.wordsBytesMax)
        }
        let isRequired = try truth(.required)
        // What is required of people in the field needs a reason that they can read.
        if isRequired, text(.reason) == nil {
            throw fault(.reason, .empty, "reason is empty; a required item says why it is required")
        }
        return ChecklistEntry(
            line: line, code: text(.code) ?? "", category: try category(), chinese: text(.chinese) ?? "",
            english: text(.english), kind: text(.kind) ?? "", required: isRequired, reason: text(.reason),
            retired: try truth(.retired))
    }

    private func roster() throws(ImportFaultError) -> RosterEntry {
        for target in [ImportTarget.id, .unit] { try checkID(target) }
        guard Day(text: text(.day) ?? "") != nil else { throw fault(.day, .badTime, "day is no day; write it as 2026-09-30") }
        for target in [ImportTarget.shift, .person] { try checkLine(target) }
        try checkLine(.words, bytesMax: Duty.wordsBytesMax)
        return RosterEntry(
            line: line, id: text(.id) ?? "", day: text(.day) ?? "", unit: text(.unit) ?? "", shift: text(.shift),
            person: text(.person), words: text(.words), retired: try truth(.retired))
    }

    private func truth(_ target: ImportTarget) throws(ImportFaultError) -> Bool {
        guard let truth = ["": false, "0": false, "false": false, "1": true, "true": true][text(target) ?? ""] else {
            throw fault(target, .badWord, "\(target.rawValue) must be one of: 0, 1, false, true")
        }
        return truth
    }

    private func checkID(_ target: ImportTarget = .id) throws(ImportFaultError) {
        do throws(OperationProblem) { try OperationProblem.checkID(text(target) ?? "") } catch {
            throw fault(
                target, .badID,
                "\(target.rawValue) must be 1 to 64 ASCII letters, digits, '-', '_', '.', not beginning with '-' or '.'")
        }
    }

    private func checkLine(_ target: ImportTarget, bytesMax: Int = 200) throws(ImportFaultError) {
        guard let text = text(target) else { return }
        if text.utf8.count > bytesMax { throw fault(target, .tooLong, "\(target.rawValue) is longer than \(bytesMax) bytes") }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw fault(target, .controlCharacter, "\(target.rawValue) has a control character")
        }
    }
}

// MARK: - Tickets

extension ImportCells {
    private func ticket() throws(ImportFaultError) -> ImportRow {
        var row = ImportRow(line: line, externalID: "", texts: [:])
        for cell in cells where !cell.text.isEmpty {
            switch cell.target {
            case .externalID: row.externalID = try identity(cell)
            case .source: row.source = try identity(cell)
            case .createdAt:
                guard let time = ImportTime.parse(cell.text) else {
                    throw fault(
                        .createdAt, .badTime, "created_at is no time (RFC 3339, or YYYY-MM-DD HH:MM:SS in Asia/Shanghai)")
                }
                row.createdAt = time
            case .latitude: row.latitude = try degrees(cell, limit: 90)
            case .longitude: row.longitude = try degrees(cell, limit: 180)
            // The rules know one line end.
            case .description: row.texts[cell.target.rawValue] = cell.text.withLineFeeds
            default: row.texts[cell.target.rawValue] = cell.text
            }
        }
        if let found = Self.check.fault(in: row.arguments) {
            let column = cells.first { $0.target.rawValue == found.argument }?.column ?? found.argument
            throw ImportFaultError(ImportFault(found, line: line, field: column))
        }
        return row
    }

    private func identity(_ cell: Cell) throws(ImportFaultError) -> String {
        guard cell.text.utf8.count <= 200, !cell.text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw fault(cell.target, .badID, "\(cell.target.rawValue) is longer than 200 bytes, or has a control character")
        }
        return cell.text
    }

    private func degrees(_ cell: Cell, limit: Double) throws(ImportFaultError) -> Double {
        guard let degrees = Double(cell.text), degrees.isFinite, abs(degrees) <= limit else {
            throw fault(cell.target, .badNumber, "\(cell.target.rawValue) is not in degrees within ±\(Int(limit))")
        }
        return degrees
    }

    /// What the rules will say, asked before a row goes anywhere.
    private static let check = CreationCheck()
}

/// Asks the rules about the arguments of a creation.
private struct CreationCheck {
    // Whose it is does not matter to the arguments.
    private let id = CommandID(bytes: [UInt8](repeating: 0, count: 16))!  // 16 bytes

    func fault(in arguments: [String: Value]) -> ArgumentFault? {
        Command(id: id, kind: .create, ticket: Command.madeTicket(by: id), arguments: arguments).argumentFault()
    }
}

extension String {
    /// CRLF and lone CR as LF.
    fileprivate var withLineFeeds: String {
        var text = self
        // Going through the characters' bytes by iterator costs thirty times as much.
        let hasReturn = text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, 0x0D, bytes.count) != nil } ?? false }
        guard hasReturn else { return self }
        return replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }

    /// Without white space at both ends.
    func trimmingSpaces() -> String {
        // Nearly always there is none: looking costs little, Foundation's way costs as much as all the rest of a row.
        guard let first = utf8.first, let last = utf8.last else { return self }
        if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return self }
        return trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
