import Glibc

/// What the kernel says of this process. nil where it does not say.
struct ProcessFigures {
    var residentBytes: Double?
    var cpuSeconds: Double?
    var openDescriptors: Double?
    var startSeconds: Double?

    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let memory = words(of: "/proc/self/statm")
        if memory.count > 1, let pages = Double(memory[1]) { figures.residentBytes = pages * page }
        // The command's name may hold blanks: the fields are counted from its closing bracket, which ends the second one.
        let line = text(of: "/proc/self/stat")
        if let bracket = line.lastIndex(of: ")") {
            let fields = line[line.index(after: bracket)...].split(separator: " ")
            if fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]), let start = Double(fields[19]) {
                figures.cpuSeconds = (user + system) / ticks
                let boot = text(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
                if let boot = boot.flatMap({ Double($0.dropFirst(6)) }) { figures.startSeconds = boot + start / ticks }
            }
        }
        figures.openDescriptors = descriptorCount()
        return figures
    }

    private static func words(of path: String) -> [Substring] {
        text(of: path).split(whereSeparator: { $0 == " " || $0 == "\n" })
    }

    private static func descriptorCount() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not counted: `.`, `..` and the one that reads.
        return Double(count - 3)
    }

    private static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
