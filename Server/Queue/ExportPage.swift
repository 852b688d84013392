/// What to export next.
public struct ExportQuestion: Codable, Hashable, Sendable {
    /// What.
    public var kind: ImportKind
    /// Where the page before ended; nil = at the beginning.
    public var after: String?
    /// Rows at most.
    public var limit: Int
    /// Of tickets: only what an import takes.
    public var intakeOnly: Bool
    /// Why citizens' names, phones, addresses and identity numbers are wanted; nil = they are left out.
    public var reason: String?

    /// A question.
    public init(_ kind: ImportKind, after: String? = nil, limit: Int = 500, intakeOnly: Bool = false, reason: String? = nil) {
        self.kind = kind
        self.after = after
        self.limit = limit
        self.intakeOnly = intakeOnly
        self.reason = reason
    }

    /// The columns of the rows.
    public var columns: [String] { kind.targets.map(\.rawValue) + (intakeOnly ? [] : kind.exportOnly) }
}

/// Some rows of an export.
public struct ExportPage: Codable, Hashable, Sendable {
    /// Texts in the order of `ExportQuestion.columns`; nil = no value.
    public var rows: [[String?]]
    /// Where to go on; nil = that was all.
    public var next: String?
}
