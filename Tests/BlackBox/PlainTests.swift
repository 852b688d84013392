import Foundation
import Harness
import Testing

/// A command without options goes past the parser; with an option that changes nothing it goes through it. Both must be one command.
@Suite(.serialized) struct `A bare command is the parsed one` {
    @Test func `the same screen, the same data and the same exit status, with tickets and without`() throws {
        let city = try smallCity("plain")
        defer { city.remove() }
        func both(_ command: String, _ expect: Int32, by person: String = "w01") throws {
            let device = city.device(person)
            let bare = try device.run([command])
            let parsed = try device.run([command, "--ambiguous-width", "1"])
            // The second sync is a second later.
            let shown = { (text: String) in text.replacing(/[0-9]/, with: "#") }
            #expect(shown(bare.out) == shown(parsed.out) && shown(bare.err) == shown(parsed.err), "\(command)")
            #expect(bare.status == expect && parsed.status == expect, "\(command)")
        }
        for command in ["list", "sync"] { try both(command, 4, by: "nobody") }
        try both("list", 0)
        try both("sync", 0)
        city.stop()
        try both("sync", 3)
    }
}
