import FuzzEntry
import Glibc

/// Which target runs: libFuzzer takes the arguments, so it is told in the environment.
private let target: FuzzTarget = {
    let name = getenv("GRIDLINE_FUZZ").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("GRIDLINE_FUZZ must be one of: \(names)")
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let fault = target.fault(in: Array(UnsafeBufferPointer(start: start, count: count))) { fatalError("\(target): \(fault)") }
    return 0
}
