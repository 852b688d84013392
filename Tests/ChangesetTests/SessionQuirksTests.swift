import CSQLite
import Changeset
import Testing

/// What sessions record at the edges of SQLite, read as it is.
@Suite struct SessionQuirksTests {
    @Test func `invalid UTF-8 in text is refused with its place, and its raw bytes stay readable`() throws {
        let database = try Database()
        try database.run("CREATE TABLE t(k INTEGER PRIMARY KEY, note TEXT)")
        let bytes = try database.record { _ in
            try database.run("INSERT INTO t VALUES(1, 'well'), (2, CAST(x'61ff62' AS TEXT))")
        }
        var reader = ChangesetReader(bytes)
        var fields: [[FieldView]] = []
        while let view = try reader.next() { fields.append(Array(view.new)) }
        let broken = try #require(fields.first { Array($0[1].content) == [0x61, 0xFF, 0x62] })[1]
        #expect(broken.type == .text)
        #expect(throws: ChangesetError.invalidUTF8(offset: broken.offset)) { try broken.value() }
        #expect(throws: ChangesetError.invalidUTF8(offset: broken.offset)) { try Changeset(parsing: bytes) }
    }

    @Test func `a key changed within its collation is an update with a new key, and inverted as libsqlite3 does`() throws {
        let database = try Database()
        try database.run("CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY, n INTEGER)")
        try database.run("INSERT INTO t VALUES('a', 1)")
        let bytes = try database.record { _ in try database.run("UPDATE t SET k = 'A', n = 2") }
        let changeset = try Changeset(parsing: bytes)
        let told = try Database.changes(of: bytes)
        #expect(changeset.changes == told)
        #expect(changeset.changes.contains { $0.operation == .update && $0.new[0] == .text("A") })
        #expect(changeset.serialized() == bytes)
        let theirInverse = try Database.inverted(bytes)
        #expect(changeset.inverted().serialized() == theirInverse)
    }

    /// Because of this Schema/Changeset.md warns of REAL keys. If a later libsqlite3 records one change, the warning can go.
    @Test func `a whole number in a REAL key: a replaced row is recorded twice, and read as recorded`() throws {
        for (key, expected) in [(2.0, 2), (2.5, 1)] {
            let database = try Database()
            try database.run("CREATE TABLE t(k REAL PRIMARY KEY, n INTEGER)")
            try database.run("INSERT INTO t VALUES(?, 1)", [.real(key)])
            let bytes = try database.record { _ in try database.run("REPLACE INTO t VALUES(?, 2)", [.real(key)]) }
            let changeset = try Changeset(parsing: bytes)
            let told = try Database.changes(of: bytes)
            #expect(changeset.changes == told)
            #expect(changeset.changes.count == expected)
            #expect(changeset.serialized() == bytes)
        }
    }

    @Test func `what a trigger does is indirect`() throws {
        let database = try Database()
        try database.run("CREATE TABLE t(k INTEGER PRIMARY KEY)")
        try database.run("CREATE TABLE log(k INTEGER PRIMARY KEY)")
        try database.run("CREATE TRIGGER copy AFTER INSERT ON t BEGIN INSERT INTO log VALUES(new.k); END")
        let bytes = try database.record { _ in try database.run("INSERT INTO t VALUES(7)") }
        let changes = try Changeset(parsing: bytes).changes
        #expect(Set(changes.map { "\($0.table) \($0.isIndirect) \($0.key)" }).count == 2)
        #expect(changes.allSatisfy { $0.isIndirect == ($0.table == "log") && $0.key == [.integer(7)] })
    }

    @Test func `a database in UTF-16 records UTF-8`() throws {
        let database = try Database()
        try database.run("PRAGMA encoding = 'UTF-16'")
        try database.run("CREATE TABLE \"工单\"(k TEXT PRIMARY KEY, note TEXT)")
        let bytes = try database.record { _ in
            try database.run("INSERT INTO \"工单\" VALUES(?, ?)", [.text("甲"), .text("积水👩‍🚒")])
        }
        let changeset = try Changeset(parsing: bytes)
        #expect(
            changeset.changes == [
                Change(table: "工单", keyOrdinals: [1, 0], operation: .insert, new: [.text("甲"), .text("积水👩‍🚒")])
            ])
        #expect(changeset.serialized() == bytes)
    }

    @Test(arguments: [1, 127, 128, 300, 2_000])
    func `a table as wide as`(columnCount: Int) throws {
        let database = try Database()
        let names = (0..<columnCount).map { "c\($0)" }
        try database.run("CREATE TABLE t(\(names.joined(separator: ", ")), PRIMARY KEY(c\(columnCount - 1)))")
        let bytes = try database.record { _ in
            try database.run("INSERT INTO t(c\(columnCount - 1)) VALUES('k')")
        }
        let changeset = try Changeset(parsing: bytes)
        #expect(changeset.changes.map(\.new.count) == [columnCount])
        #expect(changeset.serialized() == bytes)
        let theirInverse = try Database.inverted(bytes)
        #expect(changeset.inverted().serialized() == theirInverse)
    }

    @Test func `changesets joined by libsqlite3, or laid end to end, are changesets`() throws {
        var recorder = try Recorder(seed: recordedSeed &+ 1)
        for index in 0..<500 {
            let note = Comment(rawValue: "pair \(index) of seed \(recordedSeed &+ 1)")
            let (first, second) = (try recorder.next().bytes, try recorder.next().bytes)
            let joined = try Database.concatenated(first, second)
            let toldOfJoined = try Database.changes(of: joined)
            try #require(Changeset(parsing: joined).changes == toldOfJoined, note)
            try #require(Changeset(parsing: joined).serialized() == joined, note)

            let laid = try Changeset(parsing: first + second)
            let parts = try Changeset(parsing: first).changes + Changeset(parsing: second).changes
            try #require(laid.changes == parts, note)
            let toldOfWritten = try Database.changes(of: laid.serialized())
            try #require(laid.changes == toldOfWritten, note)
        }
    }

    @Test func `nothing changed is no bytes`() throws {
        let database = try Database()
        try database.run("CREATE TABLE t(k INTEGER PRIMARY KEY)")
        let bytes = try database.record { _ in
            try database.run("INSERT INTO t VALUES(1)")
            try database.run("DELETE FROM t")
        }
        #expect(bytes.isEmpty)
        #expect(try Changeset(parsing: bytes) == Changeset())
        #expect(Changeset().serialized().isEmpty)
    }
}

/// The example in Schema/Changeset.md, byte for byte.
@Suite struct ExampleTests {
    private static let bytes: [UInt8] = [
        0x54, 0x02, 0x01, 0x00, 0x74, 0x00,
        0x17, 0x00,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x05,
        0x00, 0x03, 0x03, 0x64, 0x72, 0x79,
    ]

    @Test func `the format page's example is what a session records and what we write`() throws {
        let database = try Database()
        try database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, note TEXT)")
        try database.run("INSERT INTO t(id) VALUES(7)")
        let recorded = try database.record { _ in try database.run("UPDATE t SET note = 'dry' WHERE id = 7") }
        #expect(recorded == Self.bytes)
        let change = Change(
            table: "t", keyOrdinals: [1, 0], operation: .update, old: [.integer(7), .null], new: [nil, .text("dry")])
        #expect(Changeset(changes: [change]).serialized() == Self.bytes)
        #expect(try Changeset(parsing: Self.bytes).changes == [change])
        #expect(change.inverted().old == [.integer(7), .text("dry")])
        #expect(change.inverted().new == [nil, .null])
        #expect(change.key == [.integer(7)])
        #expect(change.isKey == [true, false])
    }
}
