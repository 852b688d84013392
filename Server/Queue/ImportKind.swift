/// What a file brings in, or takes out.
public enum ImportKind: String, CaseIterable, Sendable, Hashable, Codable {
    case tickets, people, units, grids, duties, experts, checklists, roster

    /// What a column may become, in the order in which an export writes them.
    public var targets: [ImportTarget] {
        switch self {
        case .tickets:
            [
                .source, .externalID, .kind, .channel, .title, .description, .category, .urgency, .unit, .grid, .location,
                .latitude, .longitude, .createdAt, .name, .phone, .address, .identityNumber,
            ]
        case .people: [.id, .name, .role, .grid, .unit, .profession]
        case .units: [.id, .name, .kind, .level, .parent, .leader, .handler, .retired]
        case .grids: [.id, .name, .parent]
        case .duties: [.id, .category, .area, .unit, .role, .words, .retired]
        case .experts: [.id, .person, .skill, .area, .unit, .retired]
        case .roster: [.id, .day, .unit, .shift, .person, .words, .retired]
        case .checklists: [.code, .category, .chinese, .english, .kind, .required, .reason, .retired]
        }
    }

    /// What every row must have.
    public var needed: [ImportTarget] {
        switch self {
        case .tickets: [.externalID, .title]
        case .people: [.id, .name, .role]
        case .units: [.id, .name, .kind, .level]
        case .grids: [.id, .name]
        case .duties: [.id, .unit, .role]
        case .experts: [.id, .person, .skill]
        case .checklists: [.code, .chinese, .kind]
        case .roster: [.id, .day, .unit]
        }
    }

    /// Columns of an export that say how far the work on a ticket has come. An import takes a ticket in anew, so it passes over them.
    public var exportOnly: [String] {
        guard self == .tickets else { return [] }
        return [
            "number", "state", "origin", "confidential", "assignee", "helpers", "first_responsible", "reporter", "finding",
            "tags",
            "dispatched_at", "due_at", "accepted_at", "started_at", "resolved_at", "closed_at",
        ]
    }
}

/// What a column of an import becomes. Raw values are the names in `--map`, and the headers of an export.
public enum ImportTarget: String, CaseIterable, Sendable, Hashable {
    case title, description, category, kind, urgency, location, latitude, longitude, grid, unit, channel
    case name, phone, address
    case identityNumber = "identity_number"
    case createdAt = "created_at"
    case externalID = "external_id"
    case source
    case id, role, profession, parent, level, leader, handler, retired, area, words, person, skill, code, chinese, english,
        required, reason, day, shift

    /// Words that people wrote are taken as they stand; codes, numbers and times without the white space around them.
    var isFreeText: Bool {
        switch self {
        case .title, .description, .location, .name, .address, .words, .chinese, .english, .reason: true
        default: false
        }
    }
}

/// How a file is written.
public enum ImportFormat: String, CaseIterable, Sendable, Hashable {
    /// RFC 4180 with a header.
    case csv
    /// One JSON object per line.
    case ndjson

    /// By the name's end: `.ndjson`, `.jsonl`, `.json` are NDJSON, everything else CSV.
    public init(ofFile name: String) {
        let name = name.lowercased()
        self = [".ndjson", ".jsonl", ".json"].contains { name.hasSuffix($0) } ? .ndjson : .csv
    }
}
