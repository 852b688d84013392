import CurlTransport
import Glibc
import ReplicaStore

prepareProcess()
Replica.beginsWithProcess()
// The line byte by byte: Swift's own list of arguments has bytes that are no UTF-8 replaced already.
let raw = (1..<max(1, Int(CommandLine.argc))).map { index in
    CommandLine.unsafeArgv[index].map { pointer in
        Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
    } ?? []
}
if let name = raw.first, ["sync", "enrol"].contains(String(decoding: name, as: UTF8.self)) { CurlTransport.loadBeside() }
let status = Gridline.main(raw: raw)
fflush(nil)
// Past the libraries' own ends: where a full disk ends a sync early, the thread that loads libcurl is still at work in what they would
// take down, and the exit status would be a crash (fault 24).
_exit(status)
