import Foundation

extension `Ten years of a real hotline` {
    private static func grouped(_ count: Int) -> String {
        let rest = String(count % 1_000)
        return count < 1_000 ? rest : "\(count / 1_000)," + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// The page: figures and dates, never a citizen's words.
    static func page(
        _ met: [String], _ longest: [(DatedMessage, [String: Any])], _ dispute: [String], _ joint: [String], byRule: Int,
        byHand: Int, messages: Int
    ) -> String {
        var text = """
            # Ten years of a real hotline

            \(grouped(messages)) messages to a Chinese government hotline, 2011 to 2020, 1,957 of them with the time of the reply, in a city of Zunyi's
            shape: 1,553 units (254 without a leader, 77 without a handler: `gridline-server unit list --lint` names each), 2,775 people, grids
            of four levels. A test takes them in, dispatches them and works on some of them with the real programs, and compares this page
            with what it saw; `GRIDLINE_GOLDEN=write` writes it anew. The messages themselves are not in the repository.

            ## How they were dispatched

            A message whose text has the name of one of the 517 leaves is of that category, and went by a rule of the catalogue to the
            county's department: \(grouped(byRule)). The others have no category that a machine should guess, and a person gave them to the county:
            \(grouped(byHand)).

            The class comes from this profile, by the words of the title, the first that is found of urgent, complex, consultation:

            ```yaml
            \(YearsCity.profile)
            ```

            The centre's class of every ticket is the one that `gridline-server why-due --batch` finds without a store.

            ## Deadlines met, by class and year

            Had each message been dispatched at the minute in which it came: how many were asked, answered, answered in time, and the share
            of the answered. The replies are those of a hotline that had other rules; the clocks are the profile's. One reply whose time is
            missing or before its message counts as none. Messages of the second file have no reply at all: they are asked, not answered.

            | year | consultation: asked | answered | in time | % | general: asked | answered | in time | % | complex: asked | answered | in time | % | urgent: asked | answered | in time | % |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|

            """
        text += met.joined(separator: "\n")
        text += "\n\n## The ten longest sums\n\nThose that were given the most time, first the longest; a holiday lies in each.\n"
        for (message, sum) in longest {
            let lines = (sum["lines"] as? [[String: String]] ?? []).compactMap { $0["english"] }
            text +=
                "\nMessage \(message.id), \(sum["class"] as? String ?? "")\n\n```text\n\(lines.joined(separator: "\n"))\n```\n"
        }
        if let chinese = longest.first?.1["lines"] as? [[String: String]] {
            text +=
                "\nThe first of them in Chinese\n\n```text\n\(chinese.compactMap { $0["chinese"] }.joined(separator: "\n"))\n```\n"
        }
        text += """

            ## The way of one disputed ticket

            Sent back by the unit that the rule named, disputed by the next, and settled by a joint ruling; who had it first stays responsible.

            | | by | from | to | given by |
            |---|---|---|---|---|

            """
        text += dispute.joined(separator: "\n")
        text += """


            ## One ticket, three devices without signal

            Between two `sync` of a device nothing was sent. Two public services were called in; each reported in and did its share on its own
            device, and the ticket was not closed before the last of them was back.

            ```text
            \(joint.joined(separator: "\n"))
            ```

            """
        return text
    }
}
