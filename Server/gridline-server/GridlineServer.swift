import ArgumentParser

/// The centre: its server and everything that an operator or a dispatcher does there.
@main
struct GridlineServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridline-server",
        abstract: "The central queue of a city's hotline: serve devices, and do the centre's work.",
        discussion: """
            Every command but init and restore also works while serve runs: it then goes through the local socket in the store's \
            folder. Data goes to standard output, talk to standard error.
            Exit codes: 0 done, 1 error, 4 not authorised, 5 a conflict needs a person, 64 wrong usage.
            """,
        version: Release.version,
        subcommands: [
            Initialise.self, Serve.self, Import.self, Export.self, PersonCommand.self, GridCommand.self, UnitCommand.self,
            TaxonomyCommand.self, ProfileCommand.self, CalendarCommand.self, Duties.self, Who.self, Experts.self, Sweep.self,
            EnrolCodeCommand.self, New.self,
            Dispatch.self, Assign.self, Edit.self, Close.self, Withdraw.self, ListQueue.self, Show.self, WhyDue.self, Alarms.self,
            Held.self, Requests.self, Grant.self, Refuse.self, Rule.self, Urge.self, Escalate.self, Conclude.self, Ladder.self,
            Supervision.self,
            Lead.self, Visit.self, Visits.self,
            Merge.self, Unmerge.self,
            Duplicates.self,
            Decide.self, ConflictsCommand.self, DeviceCommand.self, Backup.self, Restore.self, Check.self, ScopeDump.self,
            Status.self, RulesCommand.self, Config.self, Manual.self,
            Version.self,
        ])
}

/// What this program is.
enum Release {
    /// The release, as `version` and devices see it.
    static let version = "0.1.0"
}
