/// A ticket that may be about the same thing as another one.
public struct DuplicateCandidate: Hashable, Sendable {
    /// The ticket.
    public var id: TicketID
    /// Its category; nil = none yet.
    public var category: String?
    /// Its grid, or the area above it.
    public var area: String?
    /// When it came in.
    public var at: Milliseconds
    /// What it is about, in the citizen's words.
    public var text: String
    /// Others are merged into it already.
    public var isParent: Bool

    /// A candidate.
    public init(id: TicketID, category: String?, area: String?, at: Milliseconds, text: String, isParent: Bool = false) {
        (self.id, self.category, self.area, self.at, self.text, self.isParent) = (id, category, area, at, text, isParent)
    }
}

/// Tickets that are most likely about one incident.
public struct DuplicateGroup: Hashable, Sendable {
    /// The one that the others would go into: one that is a parent already, else the first that came in.
    public var parent: TicketID
    /// The others, in the order of coming in.
    public var others: [TicketID]
    /// Of all.
    public var category: String?
    /// Of all.
    public var area: String?
}

/// What makes tickets one incident, as the profile says.
public struct DuplicateRules: Hashable, Sendable {
    /// The longest time from the first to the last; milliseconds.
    public var window: Milliseconds
    /// How many there must be.
    public var least: Int
    /// How much of the words two tickets must share; percent.
    public var similarityPercent: Int

    /// Rules.
    public init(window: Milliseconds, least: Int, similarityPercent: Int) {
        (self.window, self.least, self.similarityPercent) = (window, least, similarityPercent)
    }

    /// As a profile says.
    public init(_ profile: Profile) {
        self.init(
            window: Milliseconds(profile.incidentWindowHours) * 3_600_000, least: profile.incidentLeast,
            similarityPercent: profile.incidentSimilarity)
    }

    /// Groups of tickets of one category in one area, each within the window of the first and sharing enough words with it. Each ticket
    /// is in one group at most; a ticket without an area is in none. The largest group first.
    public func groups(of candidates: [DuplicateCandidate]) -> [DuplicateGroup] {
        struct Place: Hashable {
            var category: String?
            var area: String
        }
        var places: [Place: [DuplicateCandidate]] = [:]
        for one in candidates {
            if let area = one.area { places[Place(category: one.category, area: area), default: []].append(one) }
        }
        var groups: [DuplicateGroup] = []
        for (place, found) in places where found.count >= least {
            var left = found.sorted { ($0.at, $0.id.description) < ($1.at, $1.id.description) }.map { ($0, Self.pairs($0.text)) }
            while left.count >= least, let first = left.first {
                let isSame = left.map { $0.0.at - first.0.at <= window && percentShared(first.1, $0.1) >= similarityPercent }
                let members = zip(left, isSame).filter { $1 || $0.0.id == first.0.id }.map(\.0.0)
                left = zip(left.dropFirst(), isSame.dropFirst()).filter { !$1 }.map(\.0)
                guard members.count >= max(2, least) else { continue }
                let parent = members.first(where: \.isParent) ?? members[0]
                groups.append(
                    DuplicateGroup(
                        parent: parent.id, others: members.filter { $0.id != parent.id }.map(\.id), category: place.category,
                        area: place.area))
            }
        }
        return groups.sorted {
            ($1.others.count, $0.area ?? "", $0.parent.description) < ($0.others.count, $1.area ?? "", $1.parent.description)
        }
    }

    /// Of all pairs of neighbouring characters in either text, how many stand in both; percent.
    private func percentShared(_ left: Set<[Character]>, _ right: Set<[Character]>) -> Int {
        let all = left.union(right).count
        return all == 0 ? 100 : left.intersection(right).count * 100 / all
    }

    /// Pairs of neighbouring letters and ideographs; of one letter alone that one.
    private static func pairs(_ text: String) -> Set<[Character]> {
        let letters = text.lowercased().filter { $0.isLetter || $0.isNumber }
        guard letters.count > 1 else { return Set(letters.map { [$0] }) }
        return Set(zip(letters, letters.dropFirst()).map { [$0, $1] })
    }
}
