import Schema
import Testing
import Tickets

/// The rules as data: what is missing, said twice or unknown does not load.
@Suite struct RulesDataTests {
    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    private static func bytes(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    @Test func `matrix and state machine say the same, and a cell that leaves the edges is named`() throws {
        try Rules.embedded.validate()
        var rules = Rules.embedded
        rules.matrix[.accept, .dispatched, .handler] = Cell(.applied, .ok, to: .closed)
        #expect(throws: RulesError.contradiction(command: "accept", state: "dispatched", relation: "handler")) {
            try rules.validate()
        }
        rules = .embedded
        rules.matrix[.resolve, .awaitingHandling, .handler] = Cell(.superseded, .moved)
        #expect(throws: RulesError.contradiction(command: "resolve", state: "awaiting-handling", relation: "handler")) {
            try rules.validate()
        }
        rules = .embedded
        rules.matrix[.note, .closed, .handler] = Cell(nil)
        #expect(throws: RulesError.self) { try rules.validate() }
        rules.matrix[.note, .closed, .handler] = Cell(.applied, .late, to: .returned)
        #expect(throws: RulesError.self) { try rules.validate() }
    }

    @Test func `a cell that is left out or said twice does not load`() {
        let whole = Self.lines(SchemaResource.matrix)
        #expect(whole.count == 1 + 31 * 12 * 6)
        for index in stride(from: 1, to: whole.count, by: 71) {
            let key = whole[index].split(separator: ",").prefix(3).joined(separator: ",")
            var less = whole
            less.remove(at: index)
            #expect(throws: RulesError.missing(file: "matrix.csv", key: key)) { try Matrix(csv: Self.bytes(less)) }
            #expect(throws: RulesError.doubled(file: "matrix.csv", number: whole.count + 1)) {
                try Matrix(csv: Self.bytes(whole + [whole[index]]))
            }
        }
    }

    @Test func `the order of lines does not matter`() throws {
        let whole = Self.lines(SchemaResource.matrix)
        #expect(try Matrix(csv: Self.bytes([whole[0]] + whole.dropFirst().reversed())) == .embedded)
    }

    @Test(arguments: [
        "note,received,handler,applied,ok,-", "dance,received,handler,applied,ok,-,-", "retract,received,handler,applied,ok,-,-",
        "note,nowhere,handler,applied,ok,-,-", "note,received,nobody,applied,ok,-,-", "note,received,handler,perhaps,ok,-,-",
        "note,received,handler,applied,why,-,-", "note,received,handler,applied,ok,nowhere,-",
        "note,received,handler,applied,ok,-,maybe", "note,received,handler,applied,-,-,-",
        "edit,received,handler,by-columns,ok,-,-",
        "note,received,handler,applied,ok,-,-,", "",
    ])
    func `a line of the matrix that cannot be read is named`(line: String) {
        var lines = Self.lines(SchemaResource.matrix)
        lines[7] = line
        #expect(throws: RulesError.line(file: "matrix.csv", number: 8)) { try Matrix(csv: Self.bytes(lines)) }
        #expect(throws: RulesError.line(file: "matrix.csv", number: 1)) { try Matrix(csv: Self.bytes(Array(lines.dropFirst()))) }
        #expect(throws: RulesError.self) { try Matrix(csv: []) }
    }

    @Test func `columns: every one that an edit can change has one line`() throws {
        let whole = Self.lines(SchemaResource.columns)
        #expect(
            Set(ColumnRules.embedded.lines.map(\.column.rawValue)) == Set(CommandKind.edit.arguments.keys).subtracting(["body"]))
        for index in whole.indices.dropFirst() {
            var less = whole
            let column = String(less.remove(at: index).prefix { $0 != "," })
            #expect(throws: RulesError.missing(file: "columns.csv", key: column)) { try ColumnRules(csv: Self.bytes(less)) }
        }
        #expect(throws: RulesError.doubled(file: "columns.csv", number: 15)) {
            try ColumnRules(csv: Self.bytes(whole + [whole[3]]))
        }
        for line in [
            "state,centre,-,centre", "beauty,centre,-,centre", "title,nobody,-,centre", "title,person,-,anybody", "title,person",
            "title,person,place,centre", "title,person,,centre",
        ] {
            var lines = whole.filter { !$0.hasPrefix("title,") }
            lines.append(line)
            #expect(throws: RulesError.line(file: "columns.csv", number: lines.count)) { try ColumnRules(csv: Self.bytes(lines)) }
        }
    }

    @Test func `reasons: every one has its words, once`() {
        let whole = Self.lines(SchemaResource.reasons)
        #expect(whole.count == 1 + Reason.allCases.count)
        for index in [1, 20, whole.count - 1] {
            var less = whole
            let code = String(less.remove(at: index).prefix { $0 != "," })
            #expect(throws: RulesError.missing(file: "reasons.csv", key: code)) { try ReasonWords(csv: Self.bytes(less)) }
        }
        #expect(throws: RulesError.doubled(file: "reasons.csv", number: whole.count + 1)) {
            try ReasonWords(csv: Self.bytes(whole + [whole[1]]))
        }
        for line in ["why,因为,Because.", "ok,,Done.", "ok,已生效。,", "ok,已生效。"] {
            #expect(throws: RulesError.line(file: "reasons.csv", number: 2)) {
                try ReasonWords(csv: Self.bytes([whole[0], line]))
            }
        }
        #expect(Reason.late.english == "The ticket was finished or had moved on; your words are kept with it, marked late.")
    }
}
