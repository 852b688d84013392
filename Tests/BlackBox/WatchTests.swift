import Foundation
import Harness
import Testing

/// `gridline sync --watch` with real programs.
@Suite(.timeLimit(.minutes(5))) struct `A device that stays on the network` {
    private func until(_ what: Comment, _ condition: () throws -> Bool) throws {
        for _ in 0..<3_000 {
            if try condition() { return }
            usleep(10_000)
        }
        Issue.record(what)
    }

    private func dispatch(_ title: String, to person: String, in city: City) throws {
        let number = try city.centre(["new", "--title", title, "--as", "dd"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try city.centre(["dispatch", number, "--to", person, "--grid", "g1", "--as", "dd"])
    }

    @Test func `what is dispatched arrives by itself; what is given is sent; a signal ends it in good order`() throws {
        let city = try smallCity("watch")
        defer { city.remove() }
        let device = city.device("w01")
        let before = try device.run(["list", "--json"]).array.count
        let watching = try device.start(["sync", "--watch"])
        defer { if watching.process.isRunning { watching.kill9() } }
        try until("it says that it watches") { watching.errorsSoFar.contains("The centre tells") }
        try dispatch("路灯不亮", to: "w01", in: city)
        try until("the ticket arrives") { try device.run(["list", "--json"]).array.count == before + 1 }
        // The centre goes away and comes back: it is waited out, and nothing has to be done.
        city.kill9()
        try until("it notices") { watching.errorsSoFar.contains("trying again in") }
        try city.serve()
        try dispatch("积水", to: "w01", in: city)
        try until("the second ticket arrives") { try device.run(["list", "--json"]).array.count == before + 2 }
        #expect(watching.process.isRunning)
        watching.process.terminate()
        let outcome = watching.finish(seconds: 20)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(city.stop()?.status == 0)
    }

    @Test func `stopping the centre ends its watches at once`() throws {
        let city = try smallCity("watch-stop")
        defer { city.remove() }
        let device = city.device("w01")
        let watching = try device.start(["sync", "--watch"])
        defer { if watching.process.isRunning { watching.kill9() } }
        try until("it says that it watches") { watching.errorsSoFar.contains("The centre tells") }
        // A watch may last 50 seconds; a centre that waited for it would be killed after 20.
        let outcome = try #require(city.stop())
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(watching.process.isRunning)
        watching.process.interrupt()
        #expect(watching.finish(seconds: 20).status == 0)
    }
}
