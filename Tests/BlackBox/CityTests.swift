import CityLoad
import Foundation
import Harness
import Testing

@Suite(.serialized) struct `A city at eight in the morning` {
    @Test func `20,000 tickets, 100 devices, all at once: no error, every command judged, every picture equal`() async throws {
        var plan = CityPlan()
        plan.tickets = 20_000
        plan.replicas = 100
        plan.atOnce = 100
        plan.spreadSeconds = 0
        plan.workersPerGrid = 10
        plan.verifies = true
        let messages = Message.every() ?? Message.generated(6_600, seed: plan.seed)
        let figures = try await CityBench(plan, messages: messages).run()
        print(figures.text)
        #expect(figures.faults == [])
        #expect(figures.tickets == 20_000 && figures.open == 5_000)
        for wave in [figures.rush, figures.stampede] {
            #expect(wave.syncs == 100 && wave.commands >= 500)
            #expect((wave.verdicts["applied"] ?? 0) > 0)
        }
    }
}
