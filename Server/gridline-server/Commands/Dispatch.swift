import ArgumentParser
import Queue

/// Gives tickets to people.
struct Dispatch: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a ticket to a person; with --batch many tickets in one transaction.",
        discussion: """
            A batch is CSV with the header ticket,assignee[,helper,grid,unit,class], or one JSON object per line with these \
            names; several helpers are separated by spaces.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String?
    @Option(help: ArgumentHelp("Who becomes responsible.", valueName: "person"))
    var to: String?
    @Option(help: ArgumentHelp("Who helps; may be given several times.", valueName: "person"))
    var helper: [String] = []
    @Option(help: "The grid.")
    var grid: String?
    @Option(help: "The handling unit.")
    var unit: String?
    @Option(
        name: .customLong("class"),
        help: "Which clock runs: consultation, general, complex, urgent; else as kind and urgency say.")
    var deadlineClass: String?
    @Option(help: ArgumentHelp("Which supervisor approves that it leaves its first unit.", valueName: "person"))
    var approvedBy: String?
    @Option(help: ArgumentHelp("Which unit is set over it: it urges and guides, and does not close.", valueName: "unit"))
    var supervisor: String?
    @Option(help: ArgumentHelp("Many at once; - = standard input.", valueName: "file"))
    var batch: String?

    func validate() throws {
        if batch == nil {
            guard ticket != nil, to != nil else { throw ValidationError("Give TICKET and --to PERSON, or --batch FILE.") }
        } else {
            guard ticket == nil, to == nil, helper.isEmpty, grid == nil, unit == nil, deadlineClass == nil, supervisor == nil,
                approvedBy == nil
            else {
                throw ValidationError("--batch stands alone: its lines name everything.")
            }
        }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let orders: [DispatchOrder]
        if let batch {
            orders = try SmallTables.dispatches(try FileChunks(path: batch).all(bytesMax: SmallTables.bytesMax))
        } else {
            var order = DispatchOrder(
                ticket: ticket ?? "", assignee: to ?? "", helpers: helper, grid: grid, unit: unit, deadlineClass: deadlineClass)
            (order.approvedBy, order.supervisor) = (approvedBy, supervisor)
            orders = [order]
        }
        guard case .acts(let reports) = try await centre.run(.dispatch(orders, by: try author.author())) else {
            throw OperationProblem.strangeAnswer
        }
        try centre.show(reports, output)
    }
}
