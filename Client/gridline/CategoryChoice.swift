import ReplicaStore
import SyncProtocol
import Tickets

/// What somebody means who typed a category.
enum CategoryChoice: Equatable {
    /// This leaf.
    case one(Category)
    /// One of these, best first.
    case several([Category])
    /// A leaf that is not in use any more.
    case retired(Category)
    /// Nothing like that.
    case none

    /// As many are shown.
    static let shownMax = 20

    /// - Parameter text: A code, or words as `CategorySearch` takes them.
    init(_ text: String, in categories: [Category]) {
        let search = CategorySearch(categories)
        if let best = search.best(text) {
            self = .one(best)
        } else if let retired = categories.first(where: { $0.code == text && $0.retired }) {
            self = .retired(retired)
        } else {
            let found = search.hits(text)
            self = found.isEmpty ? .none : .several(Array(found.prefix(Self.shownMax)))
        }
    }

    /// One line per leaf, numbered from 1: what a person chooses from.
    static func lines(_ categories: [Category]) -> [String] {
        let width = String(categories.count).count
        return categories.enumerated().map { index, category in
            let number = String(index + 1)
            return String(repeating: " ", count: width - number.count) + "\(number)  \(category.code)  \(category.path)"
        }
    }
}

extension Context {
    /// The code that a category stands for. Where several fit, a person at a terminal is asked for the number.
    ///
    /// Where the device knows no taxonomy the text goes to the centre as it is.
    /// - Throws: `severalCategories`, `noCategory`, `retiredCategory`; `cancelled`.
    func categoryCode(_ text: String) throws -> String {
        let categories = try replica().categories()
        guard !categories.isEmpty else { return text }
        switch CategoryChoice(text, in: categories) {
        case .one(let category): return category.code
        case .none: throw Failure.noCategory(text)
        case .retired(let category): throw Failure.retiredCategory(category)
        case .several(let found):
            let several = Failure.severalCategories(text, found)
            guard console.mayAsk else { throw several }
            console.talk(Words(same: CategoryChoice.lines(found).joined(separator: "\n")))
            let answer = try console.ask(Say.whichCategory("\(found.count)"), orElse: several)
            guard let number = Int(answer.filter { !$0.isWhitespace }), found.indices.contains(number - 1) else { throw several }
            return found[number - 1].code
        }
    }
}

extension Failure {
    static func severalCategories(_ text: String, _ found: [Category]) -> Failure {
        let list = CategoryChoice.lines(found).joined(separator: "\n")
        return Failure(
            code: "GL-C2014", words: Say.severalCategories(text, found[0].code, list), exit: .usage, safe: Say.nothingRecorded)
    }
    static func noCategory(_ text: String) -> Failure {
        Failure(code: "GL-C2015", words: Say.noCategory(text), exit: .usage, safe: Say.nothingRecorded)
    }
    static func retiredCategory(_ category: Category) -> Failure {
        let hint = category.replacedBy.map { Say.useInstead($0) } ?? Say.searchCategories
        return Failure(
            code: "GL-C2016", words: Say.retiredCategory(category.code, category.path) + hint, exit: .usage,
            safe: Say.nothingRecorded)
    }
}
