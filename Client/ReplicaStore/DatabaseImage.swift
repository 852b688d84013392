import Changeset
import Glibc

/// The pages of a SQLite file and its log, read without SQLite: what is damaged in one page does not hide the others.
///
/// Layout as documented in "Database File Format" and "WAL-mode File Format" on sqlite.org. Every number in the input is checked
/// before it is used.
struct DatabaseImage {
    /// One page as it stands somewhere: the same number can stand in the file and several times in the log.
    struct Place {
        var number: UInt32
        var inLog: Bool
        var offset: Int
    }

    let pageSize: Int
    /// Bytes of a page that hold content.
    let usableSize: Int
    /// Pages of the file in order, then committed pages of the log in order: later ones are newer.
    let places: [Place]
    private let file: [UInt8]
    private let log: [UInt8]
    /// Of the whole database, as its last commit says.
    private let pageCount: Int
    /// Where the newest version of each page is.
    private let newest: [UInt32: Place]

    /// - Throws: `notEnrolled` if there is no file, `readOnly` if it may not be read.
    init(path: String) throws(ReplicaError) {
        file = try Self.bytes(of: path)
        log = (try? Self.bytes(of: path + "-wal")) ?? []
        let declared = file.count >= 100 ? Self.size(Self.number(file, 16, 2)) : nil
        // A damaged first page hides the page size; the log names it too, and ours are made with SQLite's default.
        let size = declared ?? (log.count >= 32 ? Self.size(Self.number(log, 8, 4)) : nil) ?? 4096
        let reserved = declared == nil ? 0 : Int(file[20])
        pageSize = size
        usableSize = size - (reserved <= 32 ? reserved : 0)
        var places = stride(from: 0, to: file.count - file.count % size, by: size).map {
            Place(number: UInt32(clamping: $0 / size + 1), inLog: false, offset: $0)
        }
        let committed = Self.committedFrames(log, pageSize: size)
        places += committed.frames
        self.places = places
        pageCount = committed.pageCount ?? file.count / size
        newest = Dictionary(places.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
    }

    /// The content of a page.
    func page(_ place: Place) -> ArraySlice<UInt8> {
        (place.inLog ? log : file)[place.offset..<place.offset + usableSize]
    }

    /// The newest version of a page; nil if there is none.
    func page(_ number: UInt32) -> ArraySlice<UInt8>? { newest[number].map { page($0) } }

    /// The database as one file without a log, as SQLite would read it: for memory, where there is no log.
    func database() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: pageCount * pageSize)
        for (number, place) in newest where number >= 1 && Int(number) <= pageCount {
            let start = (Int(number) - 1) * pageSize
            bytes.replaceSubrange(
                start..<start + pageSize, with: (place.inLog ? log : file)[place.offset..<place.offset + pageSize])
        }
        // "File format write version" and "read version": 1 = without a log.
        if bytes.count >= 20 { (bytes[18], bytes[19]) = (1, 1) }
        return bytes
    }

    /// Frames up to the last commit whose checksums hold, and how many pages the database has by that commit; nil = none.
    private static func committedFrames(_ log: [UInt8], pageSize: Int) -> (frames: [Place], pageCount: Int?) {
        guard log.count >= 32, number(log, 0, 4) | 1 == 0x377F_0683, number(log, 8, 4) == pageSize else { return ([], nil) }
        let bigEndian = number(log, 0, 4) & 1 == 1
        var sum = checksum(log[0..<24], bigEndian, (0, 0))
        guard sum == (UInt32(number(log, 24, 4)), UInt32(number(log, 28, 4))) else { return ([], nil) }
        var frames: [Place] = []
        var committedCount = 0
        var pageCount: Int?
        var offset = 32
        while offset + 24 + pageSize <= log.count {
            guard log[offset + 8..<offset + 16] == log[16..<24] else { break }
            sum = checksum(log[offset..<offset + 8], bigEndian, sum)
            sum = checksum(log[offset + 24..<offset + 24 + pageSize], bigEndian, sum)
            guard sum == (UInt32(number(log, offset + 16, 4)), UInt32(number(log, offset + 20, 4))) else { break }
            frames.append(Place(number: UInt32(number(log, offset, 4)), inLog: true, offset: offset + 24))
            if number(log, offset + 4, 4) != 0 { (committedCount, pageCount) = (frames.count, number(log, offset + 4, 4)) }
            offset += 24 + pageSize
        }
        return (Array(frames.prefix(committedCount)), pageCount)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>, _ bigEndian: Bool, _ start: (UInt32, UInt32)) -> (UInt32, UInt32) {
        var sum = start
        bytes.withUnsafeBytes { raw in
            for index in stride(from: 0, to: raw.count - 7, by: 8) {
                let first = raw.loadUnaligned(fromByteOffset: index, as: UInt32.self)
                let second = raw.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self)
                sum.0 &+= (bigEndian ? UInt32(bigEndian: first) : UInt32(littleEndian: first)) &+ sum.1
                sum.1 &+= (bigEndian ? UInt32(bigEndian: second) : UInt32(littleEndian: second)) &+ sum.0
            }
        }
        return sum
    }

    /// A page size as SQLite allows it; 1 stands for 65,536.
    private static func size(_ number: Int) -> Int? {
        let size = number == 1 ? 65_536 : number
        return (512...65_536).contains(size) && size & (size - 1) == 0 ? size : nil
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func bytes(of path: String) throws(ReplicaError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? .notEnrolled : .readOnly }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .readOnly }
        var offset = 0
        let size = Int(status.st_size)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while offset < size {
                let got = pread(descriptor, buffer.baseAddress! + offset, size - offset, off_t(offset))
                if got <= 0 { break }
                offset += got
            }
            count = offset
        }
    }
}
