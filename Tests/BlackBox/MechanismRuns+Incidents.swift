import Foundation
import Harness

/// The run of an incident with many callers.
extension `Mechanisms of the hotlines` {
    @Sendable static func oneIncident(_ run: MechanismRun) throws {
        let callers = ["文化街小区停电", "文化街小区又停电了", "文化街小区停电请抢修"]
        let numbers = try callers.map { try run.ticket($0, "--grid", "g1", "--category", "010101") }
        let (parent, other, third) = (numbers[0], numbers[1], numbers[2])
        try run.centre("dispatch", parent, "--to", "w01", "--as", "dd")
        try run.centre("dispatch", other, "--to", "w02", "--class", "complex", "--as", "dd")
        for person in ["w01", "w02"] { try run.worker("sync", of: person) }
        let proposals = try run.city.centre(["duplicates", "--json"]).array
        let found = proposals.first { ($0["parent"] as? [String: Any])?["number"] as? String == parent }
        let others = (found?["others"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? String }
        try run.check(others == [other, third], "proposed are \(others)")
        try run.centre("merge", parent, "--into", parent, "--as", "dd", status: 64)
        try run.centre("merge", other, third, "--into", parent, "--as", "dd")
        // Without signal, on a ticket that is merged meanwhile: the words are kept, and who answers is said.
        try run.worker("accept", other, of: "w02")
        try run.worker("note", other, "变压器已烧毁", of: "w02")
        try run.worker("sync", of: "w02", status: [0, 3, 5])
        try run.worker("show", other, of: "w02", status: [0])
        try run.worker("resolve", other, "已处理", of: "w02", status: [1])
        let shown = try run.show(other, on: "w02")
        let ticket = shown["ticket"] as? [String: Any]
        try run.check(ticket?["state"] as? String == "merged", "it is \(ticket?["state"] ?? "nothing")")
        let bodies = (shown["notes"] as? [[String: Any]] ?? []).compactMap { $0["body"] as? String }
        try run.check(bodies.contains("变压器已烧毁"), "its words are \(bodies)")
        let whole = try run.show(parent)["ticket"] as? [String: Any]
        try run.check(whole?["due_at"] as? String == ticket?["due_at"] as? String, "it is due at another time than its incident")
        let field = try run.worker("why-due", other, of: "w02").out
        try run.check(field == (try run.city.centre(["why-due", other, "--lang", "en"]).out), "the sums differ")
        try run.check(field.contains("part of incident \(parent)"), "its sum does not say so: \(field)")
        // One of them is another matter after all.
        try run.centre("unmerge", third, "--reason", "系欠费停电", "--as", "dd")
        try run.check(
            (try run.central(third)["columns"] as? [String: String])?["state"] == "awaiting-dispatch", "it is not alone again")
        try run.centre("merge", third, "--into", parent, "--as", "dd")
        try run.worker("accept", parent)
        try run.worker("resolve", parent, "变压器已更换，恢复供电")
        try run.worker("sync")
        try run.centre("close", parent, "--as", "dd")
        for number in [other, third] {
            let said = try run.central(number)
            try run.check((said["columns"] as? [String: String])?["state"] == "closed", "\(number) is not closed")
            let replies = (said["notes"] as? [[String: String]] ?? []).filter { $0["kind"] == "reply" }.compactMap { $0["body"] }
            try run.check(replies == ["变压器已更换，恢复供电"], "\(number) was answered \(replies)")
        }
        try run.worker("sync", of: "w02")
        try run.check(try run.clock("resolution", of: other, on: "w02")?["standing"] as? String == "met", "its clock runs on")
    }
}
