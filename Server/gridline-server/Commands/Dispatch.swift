import ArgumentParser
import Queue

/// Gives tickets to people.
struct Dispatch: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a ticket to a person; with --batch many tickets in one transaction.",
        discussion: """
            With --auto the rule of the responsibility catalogue that fits best says which unit gets it, and its handler becomes responsible; the rule and its \
            version stay with the ticket. What no single rule fits stays where it is, and so does what was dispatched before: the exit code is then 1.

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
    @Option(help: ArgumentHelp("To the nearest expert with this skill, in place of --to.", valueName: "skill"))
    var expert: String?
    @Flag(help: "To whom the responsibility catalogue says.")
    var auto = false
    @Flag(help: "With --auto: every ticket that waits and was never dispatched.")
    var all = false
    @Flag(help: "How often dispatches by rule were right; nothing is dispatched.")
    var accuracy = false
    @Flag(help: "With --accuracy: each ticket behind the counts.")
    var explain = false

    func validate() throws {
        guard !all || auto, !explain || accuracy else {
            throw ValidationError("--all stands with --auto, --explain with --accuracy.")
        }
        if auto || accuracy {
            let others =
                to != nil || !helper.isEmpty || grid != nil || unit != nil || deadlineClass != nil || batch != nil
                || approvedBy != nil
                || expert != nil || supervisor != nil
            guard !others, !(auto && accuracy), ticket != nil || all || accuracy, ticket == nil || !(all || accuracy) else {
                throw ValidationError("--auto takes TICKET or --all, --accuracy nothing beside it but --explain.")
            }
            return
        }
        if expert != nil {
            guard ticket != nil, to == nil, batch == nil else {
                throw ValidationError("--expert takes TICKET, and stands in place of --to.")
            }
            return
        }
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
        if accuracy { return try show(try await centre.run(.routingAccuracy(withCases: explain)), output) }
        if auto { return try await byRule(centre, output) }
        let orders: [DispatchOrder]
        if let batch {
            orders = try SmallTables.dispatches(try FileChunks(path: batch).all(bytesMax: SmallTables.bytesMax))
        } else {
            var order = DispatchOrder(
                ticket: ticket ?? "", assignee: to ?? "", helpers: helper, grid: grid, unit: unit, deadlineClass: deadlineClass)
            (order.approvedBy, order.supervisor) = (approvedBy, supervisor)
            order.expert = expert
            orders = [order]
        }
        guard case .acts(let reports) = try await centre.run(.dispatch(orders, by: try author.author())) else {
            throw OperationProblem.strangeAnswer
        }
        try centre.show(reports, output)
    }
}
