import Tickets

/// A state as people read it.
enum StateName {
    /// The ASCII code, or the Chinese name where the talk is Chinese.
    static func shown(_ code: String, _ output: Output) -> String {
        output.words(code, TicketState(rawValue: code)?.chinese ?? code)
    }
}
