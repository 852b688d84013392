import Foundation
import Harness

// gridline-demo run [--keep DIR]   the whole story, then the checks
// gridline-demo check DIR          the checks alone, on the stores that a run left behind
let arguments = Array(CommandLine.arguments.dropFirst())
do {
    switch arguments.first {
    case "run":
        let kept = arguments.firstIndex(of: "--keep").flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
        exit(try Story(keep: kept.map { URL(fileURLWithPath: $0) }).tell())
    case "check" where arguments.count == 2:
        let checks = try Checks(folder: URL(fileURLWithPath: arguments[1])).all()
        print(Checks.table(checks))
        exit(checks.allSatisfy(\.passed) ? 0 : 1)
    default:
        FileHandle.standardError.write(Data("usage: gridline-demo run [--keep DIR] | check DIR\n".utf8))
        exit(64)
    }
} catch {
    FileHandle.standardError.write(Data("demo: \(error)\n".utf8))
    exit(1)
}
