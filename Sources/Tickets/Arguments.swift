import Changeset

/// What is wrong with one argument. Its value is never repeated: it may be a citizen's.
public struct ArgumentFault: Hashable, Sendable {
    /// The argument's name; of an unknown one cut to 40 characters.
    public var argument: String
    /// What is wrong.
    public var problem: Problem

    /// The ways to be wrong.
    public enum Problem: Hashable, Sendable {
        /// It must be there.
        case missing
        /// Only white space.
        case empty
        /// More than this many bytes of UTF-8.
        case tooLong(bytesMax: Int)
        /// A control character; text of several lines may have line feeds and tabs.
        case controlCharacter
        /// Not text, not a number, not an integer.
        case wrongType
        /// Outside its range.
        case outOfRange
        /// Not one of these words.
        case notOneOf([String])
        /// It may not be cleared.
        case mustNotBeNull
        /// It stands only together with this one.
        case needs(String)
        /// No argument of this command in this release.
        case unknown
    }

    /// A fault.
    public init(_ argument: String, _ problem: Problem) {
        self.argument = argument
        self.problem = problem
    }

    /// What to correct, in English.
    public var english: String {
        switch problem {
        case .missing: "“\(argument)” is missing"
        case .empty: "“\(argument)” is empty; write at least one character"
        case .tooLong(let bytes): "“\(argument)” is longer than \(bytes) bytes; shorten it"
        case .controlCharacter: "“\(argument)” has a control character; take it out"
        case .wrongType: "“\(argument)” has the wrong type"
        case .outOfRange: "“\(argument)” is out of range"
        case .notOneOf(let words): "“\(argument)” must be one of: \(words.joined(separator: ", "))"
        case .mustNotBeNull: "“\(argument)” cannot be cleared"
        case .needs(let other): "“\(argument)” needs “\(other)” beside it"
        case .unknown: "“\(argument)” is no argument of this command"
        }
    }

    /// What to correct, in Chinese.
    public var chinese: String {
        switch problem {
        case .missing: "缺少“\(argument)”"
        case .empty: "“\(argument)”为空，请填写内容"
        case .tooLong(let bytes): "“\(argument)”超过 \(bytes) 字节，请缩短"
        case .controlCharacter: "“\(argument)”含有控制字符，请删除"
        case .wrongType: "“\(argument)”类型不对"
        case .outOfRange: "“\(argument)”超出范围"
        case .notOneOf(let words): "“\(argument)”须为其一：\(words.joined(separator: "、"))"
        case .mustNotBeNull: "“\(argument)”不能清空"
        case .needs(let other): "“\(argument)”须与“\(other)”同时填写"
        case .unknown: "该命令没有“\(argument)”这一参数"
        }
    }
}

/// What an argument may be.
public enum ArgumentRule: Hashable, Sendable {
    /// Text on one line.
    case line(bytesMax: Int)
    /// Text with line feeds and tabs.
    case lines(bytesMax: Int)
    /// A number within bounds.
    case number(ClosedRange<Double>)
    /// An integer within bounds.
    case integer(ClosedRange<Int64>)
    /// One of these words.
    case word([String])
    /// Any value that a column can have; text within this many bytes.
    case chosen(bytesMax: Int)

    /// A body, a description.
    public static let bodyBytesMax = 2 << 20

    /// Nil if the value may stand.
    func problem(in value: Value) -> ArgumentFault.Problem? {
        switch self {
        case .line(let bytesMax): Self.problem(in: value, bytesMax: bytesMax, lines: false)
        case .lines(let bytesMax): Self.problem(in: value, bytesMax: bytesMax, lines: true)
        case .number(let range):
            switch value {
            case .real(let number): range.contains(number) ? nil : .outOfRange
            case .integer(let number): range.contains(Double(number)) ? nil : .outOfRange
            default: .wrongType
            }
        case .integer(let range): value.int.map { range.contains($0) ? nil : .outOfRange } ?? .wrongType
        case .chosen(let bytesMax):
            if case .blob = value {
                .wrongType
            } else {
                (value.string?.utf8.count ?? 0) > bytesMax ? .tooLong(bytesMax: bytesMax) : nil
            }
        case .word(let words): value.string.map { words.contains($0) ? nil : .notOneOf(words) } ?? .wrongType
        }
    }

    private static func problem(in value: Value, bytesMax: Int, lines: Bool) -> ArgumentFault.Problem? {
        guard var text = value.string else { return .wrongType }
        return text.withUTF8 { bytes in
            if bytes.count > bytesMax { return .tooLong(bytesMax: bytesMax) }
            var blank = true
            var previous: UInt8 = 0
            var index = 0
            while index < bytes.count {
                // Eight bytes that nothing can be wrong with, as nearly all are: an import reads a thousand of them in a row.
                if previous != 0xC2, index + 8 <= bytes.count, isPlain(bytes, at: index) {
                    blank = false
                    previous = 0
                    index += 8
                    continue
                }
                let byte = bytes[index]
                let isBreak = byte == 0x0A || byte == 0x09
                // C0 and DEL are one byte; C1, U+0080 to U+009F, is 0xC2 and 0x80 to 0x9F.
                if byte < 0x20 && !(lines && isBreak) || byte == 0x7F || previous == 0xC2 && byte < 0xA0 {
                    return .controlCharacter
                }
                if byte != 0x20 && !isBreak { blank = false }
                previous = byte
                index += 1
            }
            return blank ? .empty : nil
        }
    }

    /// Whether none of eight bytes is a space or below, DEL or 0xC2.
    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let word = UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self)  // there are eight bytes
        // The usual arithmetic on bytes in a word: the top bit of a byte says yes. Where it also says so of one above a byte that
        // really is (a borrow), the answer is the same.
        let low = (word &- ones &* 0x21) & ~word & tops
        let deletes = word ^ ones &* 0x7F
        let leads = word ^ ones &* 0xC2
        let found = low | (deletes &- ones) & ~deletes & tops | (leads &- ones) & ~leads & tops
        return found == 0
    }
}

extension Command {
    /// The first thing that is wrong with the arguments, in the order of their names; nil if they can be taken.
    ///
    /// It looks at the command alone: rights, persons and the ticket are `decide`'s.
    public func argumentFault() -> ArgumentFault? {
        let rules = kind.arguments
        for name in arguments.keys.sorted() where rules[name] == nil { return ArgumentFault(String(name.prefix(40)), .unknown) }
        for name in kind.requiredArguments where arguments[name] == nil || arguments[name] == .null {
            return ArgumentFault(name, .missing)
        }
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            if value == .null {
                if kind == .edit, TicketColumn(rawValue: name)?.isRequired == true { return ArgumentFault(name, .mustNotBeNull) }
                continue
            }
            if let problem = rules[name]?.problem(in: value) { return ArgumentFault(name, problem) }
        }
        return pairFault()
    }

    private func pairFault() -> ArgumentFault? {
        switch kind {
        case .edit where arguments.keys.allSatisfy({ $0 == "body" }): ArgumentFault("edit", .missing)
        case .edit: placeFault()
        case .report, .create: placeFault() ?? descentFault()
        case .assign where !isGiven("assignee") && !isGiven("leader"): ArgumentFault("assignee", .missing)
        case .assign where isGiven("leader") != isGiven("leader_level"):
            isGiven("leader") ? ArgumentFault("leader", .needs("leader_level")) : ArgumentFault("leader_level", .needs("leader"))
        case .dispatch where isGiven("days") && !isGiven("class"): ArgumentFault("days", .needs("class"))
        case .whistle where !(1...Self.unitCountMax).contains(unitNames.count),
            .escalate where isGiven("units") && !(1...Self.unitCountMax).contains(unitNames.count):
            ArgumentFault("units", .outOfRange)
        case .conclude where isGiven("leader") != (text("outcome") == StepOutcome.onTheSpot.rawValue):
            isGiven("leader") ? ArgumentFault("leader", .needs("outcome")) : ArgumentFault("leader", .missing)
        case .fill where filled == nil: ArgumentFault("answers", .outOfRange)
        case .retract where retracted == nil: ArgumentFault("target", .outOfRange)
        case .grant, .refuse, .rule:
            text("request").flatMap { CommandID(text: $0) } == nil ? ArgumentFault("request", .outOfRange) : nil
        case .choose: choiceFault()
        default: nil
        }
    }

    /// Units that one whistle can call in.
    static let unitCountMax = 50

    /// Half a place would put a ticket somewhere else.
    private func placeFault() -> ArgumentFault? {
        let (latitude, longitude) = (arguments["latitude"], arguments["longitude"])
        if (latitude == nil) != (longitude == nil) || (latitude == .null) != (longitude == .null) {
            return latitude == nil || latitude == .null
                ? ArgumentFault("longitude", .needs("latitude")) : ArgumentFault("latitude", .needs("longitude"))
        }
        return nil
    }

    private func descentFault() -> ArgumentFault? {
        isGiven("descent") && text("descent").flatMap(Descent.init) == nil ? ArgumentFault("descent", .outOfRange) : nil
    }

    /// What is chosen must be able to stand in its column, whoever wrote it there: only a value that was missing may be missing again.
    private func choiceFault() -> ArgumentFault? {
        if chosen == nil { return ArgumentFault("target", .outOfRange) }
        if text("side") == Choice.text.rawValue, !isGiven("value") { return ArgumentFault("value", .missing) }
        guard let value = arguments["value"], let column = text("field").flatMap(TicketColumn.init(rawValue:)) else { return nil }
        if value == .null { return column.isRequired ? ArgumentFault("value", .mustNotBeNull) : nil }
        if ColumnRules.embedded.together(with: column).count > 1 {
            return place(value) == nil ? ArgumentFault("value", .outOfRange) : nil
        }
        return CommandKind.edit.arguments[column.rawValue]?.problem(in: value).map { ArgumentFault("value", $0) }
    }

    /// `LAT,LON` as the values of both columns; nil for anything else.
    func place(_ value: Value) -> [Value]? {
        guard let parts = value.string?.split(separator: ",", omittingEmptySubsequences: false), parts.count == 2 else {
            return nil
        }
        let numbers = parts.compactMap { Double($0) }
        guard numbers.count == 2, (-90...90).contains(numbers[0]), (-180...180).contains(numbers[1]) else { return nil }
        return numbers.map(Value.real)
    }

    func isGiven(_ name: String) -> Bool { arguments[name].map { $0 != .null } ?? false }

    /// A given argument as it stands in a column.
    func column(_ name: String) -> Value {
        let value = arguments[name] ?? .null
        return TicketColumn(rawValue: name).map { stored(value, in: $0) } ?? value
    }

    /// Numbers of a REAL column as reals, so that device and centre make the same row.
    func stored(_ value: Value, in column: TicketColumn) -> Value {
        guard column == .latitude || column == .longitude, case .integer(let number) = value else { return value }
        return .real(Double(number))
    }

    /// The persons in `helpers`, sorted, each once, without empty names; nil if the argument is not given.
    public var helperNames: [String]? {
        guard let text = text("helpers") else { return isGiven("helpers") || arguments["helpers"] == nil ? nil : [] }
        return Self.names(in: text)
    }

    /// What stands between the commas, without the spaces around it: sorted, each once, none empty.
    public static func names(in text: String) -> [String] { Set(listed(in: text)).sorted() }

    /// The same in the order in which it was written.
    static func listed(in text: String) -> [String] {
        let names = text.split(separator: ",").map { name in
            var name = name.drop { $0 == " " }
            while name.last == " " { name.removeLast() }
            return String(name)
        }
        return names.filter { !$0.isEmpty }
    }
}

extension TicketColumn {
    /// NOT NULL in SQL.
    var isRequired: Bool {
        [.kind, .channel, .origin, .title, .description, .urgency, .confidential, .state, .createdAt].contains(self)
    }
}

extension CommandKind {
    /// The arguments that must be there.
    public var requiredArguments: [String] {
        switch self {
        case .visit, .note, .resolve, .return, .explain, .dispute, .urge, .finishPart: ["body"]
        case .whistle: ["units", "body"]
        case .fill: ["answers"]
        case .extend: ["days", "body"]
        case .defer: ["until", "body"]
        case .rule: ["request", "level", "assignee", "members", "body"]
        case .escalate: ["step", "members", "decision", "body"]
        case .conclude: ["outcome", "body"]
        case .merge: ["parent"]
        case .unmerge, .reply: ["body"]
        case .grant: ["request"]
        case .refuse: ["request", "body"]
        case .report, .create: ["title"]
        case .dispatch: ["assignee"]
        case .retract: ["target"]
        case .choose: ["target", "field", "side"]
        case .accept, .start, .edit, .withdraw, .close, .reportIn, .assign: []
        }
    }

    /// Every argument of the command with its limits.
    public var arguments: [String: ArgumentRule] {
        switch self {
        case .accept, .start: [:]
        case .note, .resolve, .return, .withdraw, .close, .explain, .dispute, .urge, .reportIn, .finishPart: Self.words
        case .whistle: Self.whistled
        case .fill: Self.filled
        case .extend: Self.extended
        case .defer: Self.deferred
        case .rule: Self.ruled
        case .escalate: Self.escalated
        case .conclude: Self.concluded
        case .merge: Self.merged
        case .unmerge: Self.words
        case .reply: Self.replied
        case .grant: Self.granted
        case .refuse: Self.refused
        case .visit: Self.visited
        case .edit: Self.edited
        case .report: Self.reported
        case .create: Self.created
        case .dispatch: Self.dispatched
        case .assign: Self.assigned
        case .retract: Self.retracted
        case .choose: Self.chosen
        }
    }

    // Each made once: they are asked for with every command.
    private static let words: [String: ArgumentRule] = ["body": body]
    private static let visited: [String: ArgumentRule] = [
        "body": body, "outcome": .word(VisitOutcome.allCases.map(\.rawValue)), "persons": .integer(1...100_000),
    ]
    private static let edited = columns.merging(["body": body]) { left, _ in left }
    private static let created = made.merging([
        "unit": name, "created_at": moment, "kind": .word(TicketKind.allCases.map(\.rawValue)),
    ]) { $1 }
    private static let reported = made.merging(["relay": name]) { $1 }
    private static let dispatched: [String: ArgumentRule] = [
        "assignee": name, "grid": name, "unit": name, "helpers": .line(bytesMax: 4096), "due_at": moment,
        "class": .word(DeadlineClass.allCases.map(\.rawValue)), "days": .integer(0...365), "approved_by": name,
        "supervisor": name, "route": .line(bytesMax: 2000),
    ]
    private static let assigned: [String: ArgumentRule] = [
        "assignee": name, "helpers": .line(bytesMax: 4096), "approved_by": name, "leader": name,
        "leader_level": .word(LeaderLevel.allCases.map(\.rawValue)),
    ]
    private static let retracted: [String: ArgumentRule] = ["target": .line(bytesMax: 36), "body": body]
    private static let chosen: [String: ArgumentRule] = [
        "target": .line(bytesMax: 36), "field": .line(bytesMax: 40), "side": .word(Choice.allCases.map(\.rawValue)),
        "value": .chosen(bytesMax: ArgumentRule.bodyBytesMax),
    ]
    private static let extended: [String: ArgumentRule] = ["days": .integer(1...365), "body": body]
    private static let granted: [String: ArgumentRule] = [
        "request": .line(bytesMax: 36), "days": .integer(1...365), "until": moment, "assignee": name, "body": body,
    ]
    private static let whistled: [String: ArgumentRule] = ["units": .line(bytesMax: 4096), "body": body]
    private static let filled: [String: ArgumentRule] = ["answers": .lines(bytesMax: 65_536)]
    private static let deferred: [String: ArgumentRule] = ["until": moment, "body": body]
    private static let ruled: [String: ArgumentRule] = [
        "request": .line(bytesMax: 36), "level": .word(RungLevel.allCases.map(\.rawValue)), "assignee": name,
        "members": .line(bytesMax: 4096), "body": body,
    ]
    private static let escalated: [String: ArgumentRule] = [
        "step": .line(bytesMax: 40), "members": .line(bytesMax: 4096), "decision": body, "due_at": moment, "body": body,
        "units": .line(bytesMax: 4096),
    ]
    private static let concluded: [String: ArgumentRule] = [
        "outcome": .word(StepOutcome.allCases.map(\.rawValue)), "body": body, "leader": name,
    ]
    private static let merged: [String: ArgumentRule] = [
        "parent": .line(bytesMax: 36), "number": name, "due_at": moment, "own_due_at": moment,
    ]
    private static let replied: [String: ArgumentRule] = ["body": body, "resolved_at": moment]
    private static let refused: [String: ArgumentRule] = ["request": .line(bytesMax: 36), "body": body]
    /// Only the centre makes tasks and diaries, and nothing becomes one.
    private static let callers = TicketKind.allCases.filter { !$0.isTask && $0 != .diary }.map(\.rawValue)
    private static let body = ArgumentRule.lines(bytesMax: ArgumentRule.bodyBytesMax)
    private static let name = ArgumentRule.line(bytesMax: 200)
    private static let moment = ArgumentRule.integer(Rules.moments)
    private static let columns: [String: ArgumentRule] = [
        "kind": .word(callers), "title": .line(bytesMax: 600), "description": body, "category": name,
        "urgency": .word(Urgency.allCases.map(\.rawValue)), "unit": name, "grid": name, "location": .line(bytesMax: 2000),
        "latitude": .number(-90...90), "longitude": .number(-180...180), "finding": .lines(bytesMax: 65_536),
        "tags": .line(bytesMax: 2000), "due_at": moment,
    ]
    private static let made: [String: ArgumentRule] = [
        "kind": .word(callers), "title": .line(bytesMax: 600), "description": body, "category": name,
        "urgency": .word(Urgency.allCases.map(\.rawValue)), "grid": name, "location": .line(bytesMax: 2000),
        "latitude": .number(-90...90), "longitude": .number(-180...180),
        "channel": .word(Channel.allCases.map(\.rawValue)), "name": name, "phone": name, "address": .line(bytesMax: 2000),
        "identity_number": name, "descent": .line(bytesMax: 4_000),
    ]
}
