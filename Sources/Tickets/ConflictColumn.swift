/// The columns of `conflict`, in order. Raw values are the SQL names.
public enum ConflictColumn: String, CaseIterable, Sendable, Hashable {
    case command, field, ticket, trunk, theirs, ours, rule, outcome, may, against
    case oursBy = "ours_by"
    case oursAt = "ours_at"
    case theirsBy = "theirs_by"
    case theirsAt = "theirs_at"
    case settledBy = "settled_by"
    case settledAt = "settled_at"
    case chosenBy = "chosen_by"

    /// The position in a row.
    public var index: Int { Self.indices[self]! }  // every case is in it

    private static let indices = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))
}
