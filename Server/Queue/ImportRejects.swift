import Foundation
import Glibc

/// The rows that were not imported, in a CSV file that can be mended and imported itself.
///
///     reject_line,reject_column,reject_code,reject_reason,reject_raw,<the input's own columns>
///
/// A row that could be taken apart stands in its own columns; another one stands whole in `reject_raw`. An import passes over the
/// first four and reads `reject_raw` where the own columns are empty.
///
/// It is the only place where a rejected row's words go: readable by its owner alone (0600), made only if there is something to
/// put in, under its name only when it is complete. A file that is there already may hold somebody's mending and is never
/// overwritten: then `FILE.2.csv` is made, and so on.
public final class ImportRejects {
    static let rawColumn = "reject_raw"
    static let columns = ["reject_line", "reject_column", "reject_code", "reject_reason", rawColumn]

    /// The path that was asked for.
    public let path: String
    private var handle: FileHandle?
    private var writer = CSVWriter()
    private var header: [String] = []
    private static let bufferBytes = 64 << 10

    /// - Parameter path: `FILE.rejects.csv`; nothing is made before there is something to write.
    public init(path: String) { self.path = path }

    /// The columns of the input; before the first row.
    func begin(_ header: [String]) { self.header = header }

    /// - Throws: `unreadableFile` if the file cannot be written.
    func add(_ fault: ImportFault, _ origin: ImportOrigin) throws(OperationProblem) {
        if handle == nil {
            handle = try open()
            writer.row(Self.columns + header)
        }
        let place = fault.field ?? (fault.column > 0 ? "\(fault.column)" : "")
        var cells = ["\(fault.line)", place, fault.code.rawValue, fault.reason]
        switch origin {
        case .fields(let fields): cells += [""] + fields
        case .raw(let raw): cells += [raw ?? ""] + [String](repeating: "", count: header.count)
        }
        writer.row(cells)
        if writer.bytes.count >= Self.bufferBytes { try flush() }
    }

    /// Makes the file durable and gives it its name.
    /// - Returns: Where it is; nil if nothing was rejected.
    func finish() throws(OperationProblem) -> String? {
        guard let handle else { return nil }
        try flush()
        self.handle = nil
        guard fsync(handle.fileDescriptor) == 0 else { throw failed() }
        try? handle.close()
        for number in 1..<10_000 {
            let name = number == 1 ? path : Self.numbered(path, number)
            // A link fails where something is already; a rename would replace it.
            if link(partial, name) == 0 {
                unlink(partial)
                return name
            }
            guard errno == EEXIST else { break }
        }
        throw failed()
    }

    /// Takes away what was begun.
    func abandon() {
        guard handle != nil else { return }
        try? handle?.close()
        handle = nil
        unlink(partial)
    }

    private var partial: String { path + ".partial" }

    private static func numbered(_ path: String, _ number: Int) -> String {
        path.hasSuffix(".csv") ? "\(path.dropLast(4)).\(number).csv" : "\(path).\(number)"
    }

    private func open() throws(OperationProblem) -> FileHandle {
        // What a killed import left behind is of no use: the rows are rejected again. Taken away first, so that mode and owner are ours.
        unlink(partial)
        let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failed() }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func flush() throws(OperationProblem) {
        guard let handle, !writer.bytes.isEmpty else { return }
        do { try handle.write(contentsOf: Data(writer.bytes)) } catch { throw failed() }
        writer.bytes.removeAll(keepingCapacity: true)
    }

    private func failed() -> OperationProblem {
        OperationProblem(
            .unreadableFile,
            "cannot write the rejects \(path): \(String(cString: strerror(errno))); name another file with --rejects")
    }
}
