import Schema

/// What the rules say of a command in one state, by one relation of its author to the ticket.
public struct Cell: Hashable, Sendable {
    /// Nil where the columns of the ticket decide (`by-columns`).
    public var verdict: Verdict?
    /// Why; `ok` where the columns decide.
    public var reason: Reason
    /// The state that it leads to; nil if the ticket stays where it is.
    public var to: TicketState?
    /// Words that come with a command which is not applied land as a late note.
    public var keepsWords: Bool

    /// A cell.
    public init(_ verdict: Verdict?, _ reason: Reason = .ok, to: TicketState? = nil, keepsWords: Bool = false) {
        self.verdict = verdict
        self.reason = reason
        self.to = to
        self.keepsWords = keepsWords
    }
}

/// The matrix of decisions: command × state × relation → `Cell`. It is `Schema/Rules/matrix.csv`, and nothing besides it.
public struct Matrix: Hashable, Sendable {
    /// The commands that it rules. A retraction has a table of its own: it is judged by what has become of its target.
    public static let kinds: [CommandKind] = CommandKind.allCases.filter { $0 != .retract }
    /// The states, and nil for a ticket that is not there.
    public static let states: [TicketState?] = [nil] + TicketState.allCases
    /// The matrix of this release.
    ///
    /// `try!` because the file is compiled in and a test reads it: no input of a run can make this fail.
    public static let embedded = try! Matrix(csv: SchemaResource.matrix)

    private var cells: [Cell]

    /// - Throws: The first line that cannot be read, or that says again what a line before it said; or the first cell that no
    ///   line has.
    public init(csv bytes: [UInt8]) throws(RulesError) {
        var lines = RulesFile(bytes, name: "matrix.csv", fieldCount: 7)
        var found = [Cell?](repeating: nil, count: Self.kinds.count * Self.states.count * Relation.allCases.count)
        var kinds = WordTable(Self.kinds.map(\.rawValue))
        var states = WordTable(Self.states.map { $0?.rawValue ?? "-" })
        var ends = states
        var relations = WordTable(Relation.allCases.map(\.rawValue))
        var verdicts = WordTable(Verdict.allCases.map(\.rawValue) + ["by-columns"])
        var reasons = WordTable(Reason.allCases.map(\.rawValue) + ["-"])
        var words = WordTable(["-", "words"])
        try lines.header("command,state,relation,verdict,reason,to,words")
        while try lines.next() {
            let line = lines.fields
            guard let kind = kinds.index(of: line[0], in: bytes), let state = states.index(of: line[1], in: bytes),
                let relation = relations.index(of: line[2], in: bytes), let verdict = verdicts.index(of: line[3], in: bytes),
                let reason = reasons.index(of: line[4], in: bytes), let to = ends.index(of: line[5], in: bytes),
                let word = words.index(of: line[6], in: bytes),
                (verdict == Verdict.allCases.count) == (reason == Reason.allCases.count)
            else { throw lines.unreadable }
            let index = Self.index(kind, state, relation)
            guard found[index] == nil else { throw lines.doubled }
            found[index] = Cell(
                verdict < Verdict.allCases.count ? Verdict.allCases[verdict] : nil,
                reason < Reason.allCases.count ? Reason.allCases[reason] : .ok, to: Self.states[to], keepsWords: word == 1)
        }
        if let missing = found.firstIndex(of: nil) { throw .missing(file: "matrix.csv", key: Self.key(missing)) }
        cells = found.map { $0! }  // none is nil: asked on the line above
    }

    /// One cell. It can be replaced, so that a test can see whether that is noticed.
    ///
    /// - Precondition: `kind` is not `retract`.
    public subscript(kind: CommandKind, state: TicketState?, relation: Relation) -> Cell {
        get { planted(cells[Self.index(kind, state, relation)], kind, state, relation) }
        set { cells[Self.index(kind, state, relation)] = newValue }
    }

    private static func index(_ kind: CommandKind, _ state: TicketState?, _ relation: Relation) -> Int {
        guard let row = kinds.firstIndex(of: kind) else { preconditionFailure("the matrix has no \(kind)") }
        return index(row, states.firstIndex(of: state) ?? 0, Relation.allCases.firstIndex(of: relation) ?? 0)
    }

    private static func index(_ kind: Int, _ state: Int, _ relation: Int) -> Int {
        (kind * states.count + state) * Relation.allCases.count + relation
    }

    /// A cell's name as the file has it.
    private static func key(_ index: Int) -> String {
        let (line, relation) = index.quotientAndRemainder(dividingBy: Relation.allCases.count)
        let (kind, state) = line.quotientAndRemainder(dividingBy: states.count)
        return "\(kinds[kind].rawValue),\(states[state]?.rawValue ?? "-"),\(Relation.allCases[relation].rawValue)"
    }
}
