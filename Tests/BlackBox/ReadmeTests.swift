import Foundation
import Harness
import Testing

@Suite(.serialized) struct `The READMEs are true` {
    /// Shell blocks of a page in order.
    private func blocks(_ name: String) throws -> [String] {
        let text = try String(contentsOf: Program.root.appendingPathComponent(name), encoding: .utf8)
        return text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
    }

    @Test(arguments: ["README.md", "README.zh.md"]) func `every command runs`(page: String) throws {
        let blocks = try blocks(page)
        try #require(blocks.count == 6)
        for line in blocks[0].split(separator: "\n") {
            let target = try #require(line.split(separator: " ").last)
            let dry = try Program.run(
                "/usr/bin/make", ["-n", "-C", Program.root.path, String(target)], in: FileManager.default.temporaryDirectory)
            #expect(line.hasPrefix("make ") && dry.status == 0, "\(line): \(dry.err)")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "gridline-readme-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Exit 3 is not an error here: it says that something is still unsent, which is the point of working offline.
        var script = "set -u\nexport PATH=\"\(Program.folder.path):$PATH\"\ncd \"\(folder.path)\"\n"
        script +=
            "step() { \"$@\"; code=$?; case $code in 0|3) ;; *) echo \"FAILED $code: $*\" >&2; kill %1 2>/dev/null; exit 1;; esac; }\n"
        for line in blocks[1...].joined(separator: "\n").split(separator: "\n") {
            script += line.hasPrefix("gridline") && !line.hasSuffix("&") ? "step \(line)\n" : "\(line)\n"
        }
        script += "wait %1; echo served-until-the-end\n"
        let outcome = try Program.run("/bin/bash", ["-c", script], in: folder)
        #expect(outcome.status == 0 && outcome.out.contains("served-until-the-end"), "\(outcome.out)\n\(outcome.err)")
        #expect(outcome.out.contains("人民路路灯不亮"))
    }

    @Test func `both pages give the same commands`() throws {
        let clean = { (line: Substring) in
            line.replacingOccurrences(of: " --lang zh", with: "").replacingOccurrences(of: " GRIDLINE_LANG=zh", with: "")
        }
        let english = try blocks("README.md").joined(separator: "\n").split(separator: "\n").map(clean)
        let chinese = try blocks("README.zh.md").joined(separator: "\n").split(separator: "\n").map(clean)
        #expect(english == chinese)
    }
}
