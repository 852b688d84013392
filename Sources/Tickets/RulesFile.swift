/// Lines of a rules file, cut at commas without making a text of any field: nine hundred lines are read where a command is given.
/// These files are our own and have no quoting.
struct RulesFile {
    private let bytes: [UInt8]
    private let name: String
    private let fieldCount: Int
    private var offset = 0
    private var number = 0
    /// Where the fields of the line at hand are.
    private(set) var fields: [Range<Int>] = []

    /// - Parameter fieldCount: The last field goes to the end of the line, whatever is in it.
    init(_ bytes: [UInt8], name: String, fieldCount: Int) {
        self.bytes = bytes
        self.name = name
        self.fieldCount = fieldCount
    }

    /// The line at hand cannot be read; lines count from 1 with the header.
    var unreadable: RulesError { .line(file: name, number: number) }
    /// The line at hand says again what an earlier one said.
    var doubled: RulesError { .doubled(file: name, number: number) }

    /// - Throws: `unreadable` if the first line is another one.
    mutating func header(_ line: String) throws(RulesError) {
        let start = offset
        guard try next(), bytes[start..<offset - 1].elementsEqual(line.utf8) else { throw unreadable }
    }

    /// Goes to the next line; false at the end.
    mutating func next() throws(RulesError) -> Bool {
        guard offset < bytes.count else { return false }
        number += 1
        fields.removeAll(keepingCapacity: true)
        var (start, end) = (offset, offset)
        bytes.withUnsafeBufferPointer { bytes in
            while end < bytes.count, bytes[end] != 0x0A {
                if bytes[end] == 0x2C, fields.count < fieldCount - 1 {
                    fields.append(start..<end)
                    start = end + 1
                }
                end += 1
            }
        }
        fields.append(start..<end)
        offset = end + 1
        guard fields.count == fieldCount else { throw unreadable }
        return true
    }

    /// A field as text.
    func text(_ field: Range<Int>) -> String { String(decoding: bytes[field], as: UTF8.self) }
}

/// The words that a field may have. Neighbouring lines mostly have the same word, or the one after it.
struct WordTable {
    private let words: [[UInt8]]
    private var last = 0

    init(_ words: [String]) { self.words = words.map { Array($0.utf8) } }

    /// Which word a field is; nil if it is none of them.
    mutating func index(of field: Range<Int>, in bytes: [UInt8]) -> Int? {
        for index in last..<words.count where isEqual(words[index], bytes, field) {
            last = index
            return index
        }
        for index in 0..<last where isEqual(words[index], bytes, field) {
            last = index
            return index
        }
        return nil
    }

    private func isEqual(_ word: [UInt8], _ bytes: [UInt8], _ field: Range<Int>) -> Bool {
        guard word.count == field.count else { return false }
        return word.withUnsafeBufferPointer { word in
            bytes.withUnsafeBufferPointer { bytes in
                for index in word.indices where word[index] != bytes[field.lowerBound + index] { return false }
                return true
            }
        }
    }
}
