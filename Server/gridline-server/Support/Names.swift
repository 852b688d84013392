import Queue

/// Ids as people call them, each with the id, which is what commands take: `陈洁（chen-jie）`.
struct Names {
    private var known = NamesReport()
    private let output: Output

    /// Nobody's.
    init(_ output: Output) { self.output = output }

    /// Those of these ids, asked of the centre at once.
    init(of ids: [String?], from centre: any OperationRunner, _ output: Output) async throws {
        self.output = output
        guard case .names(let report) = try await centre.run(.names(Set(ids.compactMap { $0 }).sorted())) else {
            throw OperationProblem.strangeAnswer
        }
        known = report
    }

    func person(_ id: String?) -> String { shown(id, known.people) }
    func unit(_ id: String?) -> String { shown(id, known.units) }
    func grid(_ id: String?) -> String { shown(id, known.grids) }
    func category(_ code: String?) -> String { shown(code, known.categories) }
    /// Where a person as well as a unit can stand.
    func anybody(_ id: String?) -> String { id.map { known.people[$0] == nil ? unit($0) : person($0) } ?? "-" }

    /// What stands in a column of a ticket or of a row beside it.
    func value(_ value: String, in column: String) -> String {
        switch column {
        case "assignee", "first_responsible", "reporter": person(value)
        // Several can stand in one.
        case "helpers": value.listed.map { person($0) }.joined(separator: output.words(", ", "、"))
        case "unit": unit(value)
        case "grid": grid(value)
        case "category": category(value)
        default: value
        }
    }

    private func shown(_ id: String?, _ names: [String: String]) -> String {
        guard let id else { return "-" }
        guard let name = names[id], name != id else { return id }
        return output.words("\(name) (\(id))", "\(name)（\(id)）")
    }
}
