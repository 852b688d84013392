import Changeset
import Testing
import Tickets

@Suite struct ArgumentTests {
    private func fault(_ kind: CommandKind, _ arguments: [String: Value]) -> ArgumentFault.Problem? {
        command(kind, arguments).argumentFault()?.problem
    }

    @Test func `every command takes its ordinary arguments`() {
        for kind in CommandKind.allCases { #expect(ordinary(kind).argumentFault() == nil, "\(kind)") }
    }

    @Test func `a note of 1 MB is a note, 2 MiB is the most`() {
        #expect(fault(.note, ["body": .text(String(repeating: "字", count: 350_000))]) == nil)
        #expect(fault(.note, ["body": .text(String(repeating: "a", count: 2 << 20))]) == nil)
        #expect(fault(.note, ["body": .text(String(repeating: "a", count: (2 << 20) + 1))]) == .tooLong(bytesMax: 2 << 20))
        #expect(fault(.report, ["title": .text(String(repeating: "字", count: 201))]) == .tooLong(bytesMax: 600))
        #expect(fault(.report, ["title": .text(String(repeating: "字", count: 200))]) == nil)
    }

    @Test func `control characters other than line feed and tab are refused, all of them`() {
        for scalar in (0...0x9F as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
        where scalar.value < 0x20 || scalar.value > 0x7E {
            let text = "a" + String(Character(scalar)) + "b"
            let isBreak = scalar == "\n" || scalar == "\t"
            #expect(fault(.note, ["body": .text(text)]) == (isBreak ? nil : .controlCharacter), "U+\(scalar.value)")
            #expect(fault(.report, ["title": .text(text)]) == .controlCharacter, "U+\(scalar.value)")
        }
        #expect(fault(.note, ["body": "\u{a0}维吾尔 ئۇيغۇر 👍🏽 — ok"]) == nil)
    }

    @Test func `empty and blank words are refused`() {
        for text in ["", " ", "\n\t "] {
            #expect(fault(.resolve, ["body": .text(text)]) == .empty)
        }
        #expect(fault(.resolve, [:]) == .missing)
        #expect(fault(.resolve, ["body": .null]) == .missing)
    }

    @Test func `types and ranges`() {
        #expect(fault(.note, ["body": .integer(1)]) == .wrongType)
        #expect(fault(.note, ["body": .blob([1])]) == .wrongType)
        #expect(fault(.edit, ["latitude": .real(91), "longitude": .real(0)]) == .outOfRange)
        #expect(fault(.edit, ["latitude": .real(.nan), "longitude": .real(0)]) == .outOfRange)
        #expect(fault(.edit, ["latitude": .real(.infinity), "longitude": .real(0)]) == .outOfRange)
        #expect(fault(.edit, ["latitude": "37", "longitude": .real(0)]) == .wrongType)
        #expect(fault(.edit, ["latitude": .real(37)]) == .needs("longitude"))
        #expect(fault(.edit, ["latitude": .null, "longitude": .real(1)]) == .needs("latitude"))
        #expect(fault(.edit, ["latitude": .null, "longitude": .null]) == nil)
        #expect(fault(.edit, ["due_at": .integer(.max)]) == .outOfRange)
        #expect(fault(.edit, ["title": .null]) == .mustNotBeNull)
        #expect(fault(.edit, ["finding": .null]) == nil)
        #expect(fault(.edit, [:]) == .missing)
        #expect(fault(.visit, ["body": "a", "outcome": "gone"]) == .notOneOf(["met", "absent", "refused", "received"]))
    }

    @Test func `an argument of a later release is held, not refused, and is never applied`() {
        let later = command(.note, ["body": "a", "mood": "good"])
        let decision = decide(later, on: ticket(.dispatched), in: context(author(Cast.worker)))
        #expect((decision.verdict, decision.reason) == (.held, .unknownCommand))
        #expect(decision.changes.isEmpty)
    }

    @Test func `a fault never repeats what was written`() {
        let phone = "13900001234\u{7}"
        let fault = command(.create, ["title": "a", "phone": .text(phone)]).argumentFault()
        #expect(fault?.argument == "phone")
        #expect(fault.map { !$0.english.contains("1390") && !$0.chinese.contains("1390") } == true)
    }

    @Test func `every fault says what to correct in both languages`() {
        let problems: [ArgumentFault.Problem] = [
            .missing, .empty, .tooLong(bytesMax: 5), .controlCharacter, .wrongType, .outOfRange, .notOneOf(["a"]), .mustNotBeNull,
            .needs("x"), .unknown,
        ]
        for problem in problems {
            let fault = ArgumentFault("body", problem)
            #expect(fault.english.contains("body") && fault.chinese.contains("body"))
        }
    }

    @Test func `no value of any type makes any command trap`() {
        let values: [Value] = [
            .null, .integer(.min), .integer(.max), .real(.nan), .real(-.infinity), "", ",", " , ", "\u{0}", .blob([]),
        ]
        for kind in CommandKind.allCases {
            for name in kind.arguments.keys.sorted() + ["state", "id", ""] {
                for value in values {
                    for base in [ordinary(kind).arguments, [:]] {
                        let odd = command(kind, base.merging([name: value]) { $1 })
                        for person in [Cast.worker, Cast.dispatcher] {
                            for on in [ticket(.awaitingDispatch), ticket(.awaitingHandling), nil] {
                                let decision = decide(odd, on: on, in: context(author(person)))
                                #expect(decision.verdict == .applied || decision.fault != nil || decision.reason != .ok)
                            }
                        }
                    }
                }
            }
        }
    }
}
