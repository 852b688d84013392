import ArgumentParser

/// The manual page.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the manual page, for man.")

    @OptionGroup var common: CommonOptions

    func run() {
        let output = common.output
        for line in Speaking.manual(output.language) { output.line(line) }
    }
}
