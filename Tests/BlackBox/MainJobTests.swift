import CityLoad
import Foundation
import Harness
import Testing

@Suite(.serialized) struct `The main job on real messages` {
    @Test func `two hundred devices, twenty thousand commands, cuts and kills: nothing lost`() throws {
        guard let messages = Message.every() else {
            print(
                "main job: skipped, no folder with real messages on this machine (GRIDLINE_DATA, or shared/data beside the root)")
            return
        }
        let seed = UInt64(ProcessInfo.processInfo.environment["GRIDLINE_SEED"] ?? "") ?? 20_261_121
        let job = try MainJob(messages, seed: seed)
        defer { job.city.remove() }
        try job.timed("city") { try job.build() }
        #expect(try job.city.database().int("SELECT count(*) FROM ticket WHERE state = 'dispatched'") == messages.count)
        try job.timed("enrolment and first sync") { try job.enrol() }
        try job.timed("12,000 commands without signal, the centre at work") { try job.offline(commands: 60) }
        try job.timed("8,000 commands between syncs that are cut and killed") { try job.storm(commands: 40) }
        #expect(job.field.givenCount == 20_000)
        try job.field.writeLog()
        let quiet = try job.timed("until quiet") { try job.quiet() }
        #expect(quiet == [], "a sync on a good link must end")
        try job.timed("half of the held decided") { try job.decideHalf() }
        let quietAgain = try job.timed("until quiet again") { try job.quiet() }
        #expect(quietAgain == [])
        let differences = try job.timed("every replica against scope-dump") { try job.differences() }
        #expect(differences == [])
        job.city.stop()
        let checks = try job.timed("checks") { try Checks(folder: job.city.folder).all() }
        print(try job.summary(messages.count) + Checks.table(checks))
        for check in checks { #expect(check.passed, "\(check.id): \(check.detail)") }
        #expect(try job.verdicts().count >= 3, "the mix must reach applied, held and superseded or rejected")
        #expect(job.serverKills >= 5 && job.clientKills >= 10 && job.cuts >= 50, "the storm was none")
    }
}
