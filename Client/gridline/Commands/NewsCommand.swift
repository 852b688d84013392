import ArgumentParser
import ReplicaStore

struct NewsCommand: Action {
    static let configuration = CommandConfiguration(commandName: "news", abstract: Say.newsHelp.launch)
    @Flag(help: Say.keepOption.help) var keep = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let news = try replica.news(markLooked: !keep && replica.unwritable == nil, at: context.device.now())
        let language = context.console.language
        if context.console.json {
            context.console.out(.array(news.map(\.json)))
            return .done
        }
        var listing = Listing(columns: [
            .init(title: Say.time.text(language)), .init(title: Say.ticket.text(language), least: 5),
            .init(title: Say.what.text(language)), .init(title: Say.detail.text(language), least: 20),
        ])
        for item in news {
            let (what, detail) = item.words
            listing.rows.append([
                .init(ShanghaiTime(item.at).short),
                .init(
                    item.localNumber.map { ticketLabel($0, item.number) } ?? "-",
                    short: item.localNumber.map { ticketLabel($0, nil) }),
                .init(what.text(language)), .init(detail.text(language)),
            ])
        }
        context.console.out(listing, empty: Say.noNews)
        return .done
    }
}
