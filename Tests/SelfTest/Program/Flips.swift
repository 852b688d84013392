import Fixture
import Simulator
import Tickets

// Twenty cells of the matrix turned over at random: each must be noticed. A cell that no schedule reaches cannot be noticed; such
// cells are counted apart, and the coverage of `make sim` says which they are.

/// Turns cells over, one at a time, and looks for each.
///
/// Only cells that the schedules reach are drawn: the first schedules are played without a flip and say which.
/// - Parameters:
///   - count: Cells.
///   - seed: Which cells, and what they become.
///   - schedulesMax: For each.
/// - Returns: How many were not noticed.
func flips(count: Int, seed: UInt64, schedulesMax: Int) throws -> Int {
    let search = Search(disk: try Disk())
    var reached: Set<String> = []
    for seed in 1...UInt64(150) { reached.formUnion(search.cells(seed)) }
    var random = SplitMix64(seed: seed)
    var places = Matrix.kinds.flatMap { kind in
        Matrix.states.flatMap { state in Relation.allCases.map { (kind: kind, state: state, relation: $0) } }
    }.filter { reached.contains(Matrix.name($0.kind, $0.state, $0.relation)) }
    say("\(places.count) cells are reached")
    places.shuffle(using: &random)
    var missed = 0
    for place in places.prefix(count) {
        let name = Matrix.name(place.kind, place.state, place.relation)
        let cell = Matrix.embedded[place.kind, place.state, place.relation]
        let other = turned(cell, place.kind, at: place.state, using: &random)
        let found = search.find(cell: (name, other), schedulesMax: schedulesMax)
        if found == nil { missed += 1 }
        let words = "\(cell.verdict?.rawValue ?? "by-columns") \(cell.reason.rawValue) \(cell.to?.rawValue ?? "-")"
        let others = "\(other.verdict?.rawValue ?? "by-columns") \(other.reason.rawValue) \(other.to?.rawValue ?? "-")"
        print(
            "\(name),\(words),\(others),\(found.map { "\($0.seed),\($0.violation.step),\($0.violation.invariant)" } ?? "NOT NOTICED,,")"
        )
    }
    print("\(min(count, places.count)) cells turned over, \(missed) not noticed")
    return missed + (places.count < count ? 1 : 0)
}

/// Another cell that could stand there by mistake.
private func turned(_ cell: Cell, _ kind: CommandKind, at state: TicketState?, using random: inout SplitMix64) -> Cell {
    var other = cell
    switch random.next() % 4 {
    case 0 where cell.keepsWords && cell.verdict != .applied: other.keepsWords = false
    case 1 where cell.verdict == .superseded: other.verdict = .rejected
    case 1 where cell.verdict == .rejected: other.verdict = .superseded
    case 2 where cell.reason == .late: other.reason = .ok
    default:
        switch cell.verdict {
        case .held: other = Cell(.superseded, .moved)
        case .superseded, .rejected: other = Cell(.held, .moved, keepsWords: cell.keepsWords)
        case .applied, .merged, nil: other = Cell(.held, .notYours)
        }
    }
    return other == cell ? Cell(.rejected, .notPermitted) : other
}
