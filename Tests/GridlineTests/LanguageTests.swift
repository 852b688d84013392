import Foundation
import Testing
import Tickets

@testable import ReplicaStore
@testable import SyncProtocol
@testable import gridline

@Suite struct LanguageTests {
    /// `Words("…", "…")` wherever it stands: pairs of literals one after the other.
    private func pairs(_ folders: [String]) throws -> [(SourceText.Literal, SourceText.Literal)] {
        try folders.flatMap(SourceText.files).flatMap { file -> [(SourceText.Literal, SourceText.Literal)] in
            let literals = try SourceText(file).literals.filter { ["Words", "Example"].contains($0.callees.last) }
            var pairs: [(SourceText.Literal, SourceText.Literal)] = []
            var index = 0
            while index < literals.count {
                let isExample = literals[index].callees.last == "Example"
                if isExample { index += 1 }
                // Words(same:) and Words(rawValue, chinese) have one literal or none.
                guard index + 1 < literals.count else { break }
                if literals[index + 1].text.hasHan || literals[index].text.hasHan
                    || literals[index].text.places == literals[index + 1].text.places
                {
                    pairs.append((literals[index], literals[index + 1]))
                    index += 2
                } else {
                    index += 1
                }
            }
            return pairs
        }
    }

    @Test func `every message is there in both languages, each in its own, with the same places`() throws {
        let pairs = try pairs(["Client", "Server", "Sources/Screen", "Sources/SyncProtocol", "Sources/Tickets"])
        #expect(pairs.count > 500)
        for (english, chinese) in pairs {
            let place: Comment = "\(english.file):\(english.line): \(english.text) | \(chinese.text)"
            // A problem that only a newer centre knows has its words with it.
            if english.text.isEmpty, chinese.text.isEmpty, english.file.hasSuffix("ProblemDetails.swift") { continue }
            #expect(!english.text.isEmpty && !chinese.text.isEmpty, place)
            let isSign =
                !english.text.contains { $0.isLetter }
                || english.text.places.count > 0 && !english.text.replacing(/%\d/, with: "").contains { $0.isLetter }
            #expect(isSign || chinese.text.hasHan || Self.sameInBoth.contains(english.text), place)
            #expect(!english.text.hasHan, place)
            #expect(!chinese.text.hasEnglishSentence, place)
            // The parser's own suggestion is replaced by ours, and some details are left out on purpose.
            let isTranslation = english.file.contains("Sentences") || english.file.hasSuffix("ReplicaWords.swift")
            #expect(
                isTranslation
                    ? chinese.text.places.isSubset(of: english.text.places) : chinese.text.places == english.text.places, place)
        }
    }

    /// Words of machines that people write in Latin letters in both languages.
    private static let sameInBoth: Set<String> = ["text or json."]

    @Test func `everything that the client says goes through Words`() throws {
        let allowed: Set = ["Words", "Example", "precondition", "preconditionFailure", "fatalError"]
        for literal in try SourceText.literals("Client/gridline") {
            let isSentence =
                literal.text.hasHan || literal.text.range(of: #"[A-Za-z]{2,} [A-Za-z]{2,}"#, options: .regularExpression) != nil
            guard isSentence, allowed.isDisjoint(with: literal.callees) else { continue }
            // What the parser or the environment says, or what a person types, is compared and not shown.
            let isCompared = Self.compared.contains(literal.text)
            #expect(isCompared, "\(literal.file):\(literal.line): \(literal.text)")
        }
    }

    private static let compared: Set<String> = [
        "今天", "今日", "逾期", "本周", "一周", "Unknown option '%1'", "The value '%1' is invalid for '%2'%3",
        "NO_COLOR, CLICOLOR, CLICOLOR_FORCE",
        "gridline %1 (protocol %2, schema %3)", "gridline %1", "conflicts list", "conflicts show", "conflicts choose",
        "diary show", "diary add", "diary take-over",
    ]

    @Test func `everything that the server's commands say is there in Chinese`() throws {
        func table(_ name: String) throws -> [String] {
            try SourceText("Server/gridline-server/Speech/\(name).swift").literals.filter { $0.callees.last == "Words" }.map(
                \.text)
        }
        let help = try ["", "+Responsibility", "+Ladder", "+Field"].flatMap { try table("HelpSentences" + $0) }
        let problems = try table("ProblemSentences")
        var missing: [String] = []
        for literal in try SourceText.literals("Server/gridline-server", "Server/Queue") {
            guard literal.text.contains(" "), !literal.file.contains("/Speech/"), let callee = literal.callees.last else {
                continue
            }
            switch callee {
            case "Option", "Flag", "Argument", "ArgumentHelp", "CommandConfiguration", "ValidationError":
                // Value names and example columns are short; a sentence ends.
                if !help.contains(literal.text), literal.text.hasSuffix(".") {
                    missing.append("HelpSentences: \(literal.file):\(literal.line): \(literal.text)")
                }
            case "OperationProblem" where literal.text.contains(/[a-z]{2,} [a-z]{2,}/):
                let form = literal.text.replacing(/%\d/, with: "%")
                if !problems.contains(where: { $0.replacing(/%\d/, with: "%").contains(form) }) {
                    missing.append("ProblemSentences: \(literal.file):\(literal.line): \(literal.text)")
                }
            default: break
            }
        }
        #expect(missing == [], "add them to Server/gridline-server/Speech")
    }

    @Test func `details of the replica's errors are there in Chinese`() throws {
        for literal in try SourceText.literals("Client/ReplicaStore") {
            guard let callee = literal.callees.last,
                ["badAnswer", "damaged", "inconsistent", "CheckFinding", "fault"].contains(callee), literal.text.contains(" ")
            else {
                continue
            }
            #expect(ReplicaWords.detail(literal.text).chinese.hasHan, "\(literal.file):\(literal.line): \(literal.text)")
        }
    }

    @Test func `every problem, reason and error of the replica has words in both languages`() {
        for problem in Problem.allCases {
            for words in [problem.title, problem.meaning, problem.action] {
                #expect(
                    !words.english.isEmpty && !words.english.hasHan && words.chinese.hasHan && !words.chinese.hasEnglishSentence,
                    "\(problem) \(words)")
            }
        }
        for reason in Reason.allCases {
            let words = reasonWords(reason.rawValue)
            #expect(!words.english.isEmpty && !words.english.hasHan && words.chinese.hasHan, "\(reason)")
        }
        for error in Self.replicaErrors {
            let words = ReplicaWords.of(error)
            #expect(
                !words.english.isEmpty && !words.english.hasHan && words.chinese.hasHan && !words.chinese.hasEnglishSentence,
                "\(words)")
            #expect(!words.chinese.contains("("), "half-width bracket in \(words.chinese)")
        }
        for kind in CommandKind.allCases { #expect(commandWords(kind.rawValue).chinese.hasHan) }
        for state in TicketState.allCases { #expect(state.words.chinese.hasHan) }
        for kind in NewsKind.allCases {
            let item = NewsItem(
                ordinal: 1, at: 0, kind: kind, ticket: nil, localNumber: 1, number: nil, title: nil, command: nil,
                detail: "held moved")
            #expect(item.words.what.chinese.hasHan, "\(kind)")
        }
    }

    private static let replicaErrors: [ReplicaError] = [
        .busy, .notEnrolled, .alreadyEnrolled, .notAReplica(path: "/x"), .newerSchema(found: 3, known: 2),
        .damaged(detail: "SQLite error 11"),
        .diskFull, .storageFailed(code: 1034), .commandsMissing(count: 2), .readOnly, .revoked, .otherPerson(owner: "li-na"),
        .refused(.moved), .leaving(reason: "moved"),
        .unknownTicket(reference: "9"),
        .ambiguousTicket(reference: "9"), .unknownCommand(reference: "9"),
        .nothingToUndo(offered: true), .nothingToUndo(offered: false), .duplicateCommand, .badAnswer(detail: "a row without key"),
        .cannotResend(expected: 7), .inconsistent(detail: "a row of ticket is missing"), .cannotWrite(path: "/x", code: 13),
        .database(code: 1),
    ]

    @Test func `every code of the replica's family is among the errors above`() throws {
        let source = try String(
            contentsOf: Place.root.appendingPathComponent("Client/ReplicaStore/ReplicaError.swift"), encoding: .utf8)
        let codes = Set(source.matches(of: /GL-R\d{4}/).map { String($0.output) })
        #expect(codes == Set(Self.replicaErrors.map(\.code)))
    }

    @Test func `errors of the store and of changesets have Chinese with their codes`() throws {
        /// Texts of a table, its places without their numbers.
        func table(_ path: String) throws -> [String] {
            try SourceText(path).literals.filter { $0.callees.last == "Words" }.map { $0.text.replacing(/%\d/, with: "%") }
        }
        func said(_ path: String) throws -> [String] {
            try SourceText(path).literals.map { $0.text.replacing(/%\d/, with: "%") }.filter {
                $0.contains(/[a-z]+ [a-z]+ [a-z]+/)
            }
        }
        let problems = try table("Server/gridline-server/Speech/ProblemSentences.swift")
        let store = try said("Server/CentralStore/StoreError.swift")
        #expect(store.count >= 9 && store.allSatisfy(problems.contains), "\(store.filter { !problems.contains($0) })")
        let details = try table("Client/gridline/Display/ReplicaWords.swift")
        // The remedies follow the fault, and are left out in Chinese.
        let faults = try said("Sources/Changeset/ChangesetError.swift").filter { !$0.hasSuffix(".") && $0.first!.isUppercase }
        #expect(faults.count >= 12)
        for fault in faults { #expect(details.contains("% \(fault) at byte %. %"), "\(fault)") }
        let source = try String(
            contentsOf: Place.root.appendingPathComponent("Server/Queue/OperationProblem.swift"), encoding: .utf8)
        let output = try String(
            contentsOf: Place.root.appendingPathComponent("Server/gridline-server/Support/Output.swift"), encoding: .utf8)
        for match in source.matches(of: /case (\w+) = "GL-Q/) {
            #expect(output.contains("case .\(match.output.1): \""), "\(match.output.1)")
        }
    }
}
