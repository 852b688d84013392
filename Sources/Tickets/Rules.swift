import Schema

/// Who may move a ticket along an edge.
public enum Actor: String, CaseIterable, Sendable, Hashable {
    /// The assignee or a helper.
    case handler
    /// A dispatcher, supervisor or operator.
    case centre
    /// The callback team.
    case visitor
    /// Whoever has a replica.
    case anyone
    /// Nobody by themselves: only the decision on a held command.
    case decision

    /// True if an author of this relation may walk the edge. A dispatcher's decision walks any.
    func admits(_ relation: Relation) -> Bool {
        switch self {
        case .handler: relation == .handler || relation == .decision
        case .centre: relation == .centre || relation == .decision
        case .anyone: true
        case .decision: relation == .decision
        case .visitor: false
        }
    }
}

/// One allowed step of a ticket.
public struct Edge: Hashable, Sendable {
    /// Where it starts; nil where the command makes the ticket.
    public var from: TicketState?
    /// The command's word; later releases have words that this one does not know.
    public var command: String
    /// Where it ends.
    public var to: TicketState
    /// Who may.
    public var actor: Actor
    /// The release that has it first.
    public var since: Int
}

/// What was wrong with a rules file.
public enum RulesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line that cannot be read; lines count from 1 with the header.
    case line(file: String, number: Int)
    /// A line that says again what a line before it said.
    case doubled(file: String, number: Int)
    /// What no line says.
    case missing(file: String, key: String)
    /// Two edges of one release with the same start and command.
    case ambiguous(from: String, command: String)
    /// A cell of the matrix that the edges do not bear out, or an edge that its cell does not walk.
    case contradiction(command: String, state: String, relation: String)

    /// What to correct.
    public var description: String {
        switch self {
        case .line(let file, let number): "\(file), line \(number) cannot be read; see Schema/Rules/states.md for its form"
        case .doubled(let file, let number): "\(file), line \(number) says again what an earlier line said; leave one"
        case .missing(let file, let key): "\(file) has no line for \(key); every one needs one"
        case .contradiction(let command, let state, let relation):
            "matrix.csv and edges.csv disagree on \(command) at \(state) by \(relation)"
        case .ambiguous(let from, let command): "edges.csv has two edges from \(from) by \(command); leave one"
        }
    }
}

/// Everything about commands that is data: the state machine, rights per column and role, the city's profile, the calendar.
public struct Rules: Sendable {
    /// The release of these rules; edges with a later `since` stand in the file and are not walked yet.
    public static let release = 1

    /// All edges in the file's order, those of later releases too.
    public let edges: [Edge]
    /// Columns that a role may edit.
    public let rights: [Role: Set<TicketColumn>]
    /// The city.
    public var profile: Profile
    /// Working days.
    public var calendar: WorkCalendar
    private let steps: [Step: Edge]
    private var otherMatrix: Matrix?
    private var otherColumns: ColumnRules?

    /// What becomes of a command, by state and relation. Read when it is first asked for: most runs of a program never decide.
    public var matrix: Matrix {
        get { otherMatrix ?? .embedded }
        set { otherMatrix = newValue }
    }
    /// What settles each column.
    public var columns: ColumnRules {
        get { otherColumns ?? .embedded }
        set { otherColumns = newValue }
    }

    private struct Step: Hashable {
        var from: TicketState?
        var command: String
    }

    /// The rules of this release, from the files in `Schema`.
    ///
    /// `try!` because the files are compiled in and a test reads each of them: no input of a run can make this fail.
    public static let embedded = try! Rules(
        edges: SchemaResource.edges, rights: SchemaResource.rights, profile: .hotan,
        calendar: WorkCalendar(trusted: SchemaResource.calendar))

    /// Rules from the text of `edges.csv` and `rights.csv`.
    ///
    /// - Throws: The first line that cannot be read, or two edges of one release with the same start and command.
    public init(edges: String, rights: String, profile: Profile, calendar: WorkCalendar) throws(RulesError) {
        self.edges = try Self.readEdges(edges)
        self.rights = try Self.readRights(rights)
        self.profile = profile
        self.calendar = calendar
        var steps: [Step: Edge] = [:]
        for edge in self.edges where edge.since <= Self.release {
            let step = Step(from: edge.from, command: edge.command)
            guard steps[step] == nil else {
                throw .ambiguous(from: edge.from?.rawValue ?? "-", command: edge.command)
            }
            steps[step] = edge
        }
        self.steps = steps
    }

    /// The edge that a command walks from a state in this release, nil if there is none.
    ///
    /// - Parameters:
    ///   - from: nil for a ticket that does not exist yet.
    ///   - deciding: Edges that only a dispatcher's decision on a held command may walk count too.
    public func edge(from: TicketState?, command: CommandKind, deciding: Bool = false) -> Edge? {
        let edge = steps[Step(from: from, command: command.rawValue)]
        return edge?.actor == .decision && !deciding ? nil : edge
    }

    /// The edge on which a state goes back when the command that left it is taken back; nil if there is none.
    ///
    /// Its word is `retract-` with the command's, and a further word where a command has several ways back.
    public func wayBack(of command: CommandKind, from: TicketState, to: TicketState) -> Edge? {
        let word = "retract-" + command.rawValue
        return edges.first {
            $0.from == from && $0.to == to && $0.since <= Self.release && ($0.command == word || $0.command.hasPrefix(word + "-"))
        }
    }

    /// Asks whether the matrix and the state machine say the same.
    ///
    /// - Throws: The first cell that does not fit.
    public func validate() throws(RulesError) {
        for kind in Matrix.kinds {
            for state in Matrix.states {
                for relation in Relation.allCases where !fits(matrix[kind, state, relation], kind, state, relation) {
                    throw .contradiction(
                        command: kind.rawValue, state: state?.rawValue ?? "-", relation: relation.rawValue)
                }
            }
        }
    }

    /// Only an applied command moves a ticket, and only along an edge; whoever may walk an edge is not kept from it; only edits and
    /// choices are left to the columns.
    private func fits(_ cell: Cell, _ kind: CommandKind, _ state: TicketState?, _ relation: Relation) -> Bool {
        guard cell.verdict != nil else { return (kind == .edit || kind == .choose) && state != nil && cell.to == nil }
        if kind == .edit || kind == .choose { return cell.verdict != .applied && cell.to == nil }
        let edge = edge(from: state, command: kind, deciding: relation == .decision)
        guard cell.verdict == .applied else {
            return cell.to == nil && edge.map { !$0.actor.admits(relation) } ?? true
        }
        if kind.isAdditive || kind.isAboutRequest || kind.isAboutPart || kind.isAboutLadder || kind.makesTicket && state != nil {
            return cell.to == nil && state != nil
        }
        return edge.map { $0.actor.admits(relation) && $0.to == cell.to ?? state } ?? false
    }

    /// True if a role may edit a column of `ticket`.
    public func mayEdit(_ column: TicketColumn, as role: Role) -> Bool { rights[role]?.contains(column) ?? false }

    private static func readEdges(_ text: String) throws(RulesError) -> [Edge] {
        var edges: [Edge] = []
        for (number, fields) in csv(text).dropFirst() {
            guard fields.count == 5, let to = TicketState(rawValue: fields[2]), let actor = Actor(rawValue: fields[3]),
                let since = Int(fields[4]), !fields[1].isEmpty
            else { throw .line(file: "edges.csv", number: number) }
            let from = TicketState(rawValue: fields[0])
            guard from != nil || fields[0] == "-" else { throw .line(file: "edges.csv", number: number) }
            edges.append(Edge(from: from, command: fields[1], to: to, actor: actor, since: since))
        }
        return edges
    }

    private static func readRights(_ text: String) throws(RulesError) -> [Role: Set<TicketColumn>] {
        var rights: [Role: Set<TicketColumn>] = [:]
        var roles: [Role] = []
        for (index, (number, fields)) in csv(text).enumerated() {
            if index == 0 {
                roles = fields.dropFirst().compactMap(Role.init(rawValue:))
                guard fields.first == "column", roles.count == fields.count - 1 else {
                    throw .line(file: "rights.csv", number: number)
                }
                continue
            }
            guard fields.count == roles.count + 1, let column = TicketColumn(rawValue: fields[0]),
                fields.dropFirst().allSatisfy({ $0 == "edit" || $0 == "-" })
            else { throw .line(file: "rights.csv", number: number) }
            for (role, cell) in zip(roles, fields.dropFirst()) where cell == "edit" { rights[role, default: []].insert(column) }
        }
        return rights
    }
}

/// Lines of a rules file with their numbers from 1, cut at commas. These files are our own and have no quoting. Cut byte by byte:
/// every command that is given reads them, and looking for whole characters took longer than the decision itself.
func csv(_ text: String) -> [(Int, [String])] {
    var lines: [(Int, [String])] = []
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
        lines.append((index + 1, line.split(separator: 0x2C, omittingEmptySubsequences: false).map { String(Substring($0)) }))
    }
    return lines
}
