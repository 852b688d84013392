import Simulator

let disk = try Disk()
var worst: [String: Int] = [:]
let first = UInt64(CommandLine.arguments[1])!
let count = UInt64(CommandLine.arguments[2])!
for seed in first..<first + count {
    let script = Script(seed: seed)
    let result = RunResult(script, on: disk, checkers: standardCheckers(), isTelling: count == 1)
    for line in result.lines { print(line) }
    if let violation = result.violation {
        print("seed \(seed) \(violation) faults \(script.faults.map(\.rawValue).sorted())")
    }
    worst.merge(result.marks) { $0 + $1 }
    for (fault, hits) in result.faults { worst["fault " + fault.rawValue, default: 0] += hits }
}
for (mark, count) in worst.sorted(by: { $0.key < $1.key }) { print(mark, count) }
