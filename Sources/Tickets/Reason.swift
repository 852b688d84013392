import Schema

/// Why a verdict is what it is. Raw values are stable codes of the wire, the journal and every `--json`; never reused.
///
/// A device stores codes as text: a newer centre may send one that is not in here (`Reason.words(forCode:)`).
public enum Reason: String, CaseIterable, Sendable, Hashable {
    /// Nothing to say.
    case ok
    /// The change was there already.
    case nothingToDo = "nothing-to-do"
    /// Words landed on a ticket that was finished or had moved.
    case late
    /// A report outside the author's area.
    case outsideArea = "outside-area"
    /// Both sides changed a column.
    case bothChanged = "both-changed"
    /// Another command is held first.
    case waitsFor = "waits-for"
    /// The ticket went to somebody else, or back, or was given out anew.
    case moved
    /// Somebody accepted it already.
    case alreadyAccepted = "already-accepted"
    /// Somebody started already.
    case alreadyStarted = "already-started"
    /// Somebody resolved it already.
    case alreadyHandled = "already-handled"
    /// It was given out already.
    case alreadyDispatched = "already-dispatched"
    /// It was sent back already.
    case returned
    /// It was closed.
    case closed
    /// The centre withdrew it.
    case withdrawn
    /// An edit of a ticket that is closed or withdrawn.
    case editAfterClose = "edit-after-close"
    /// Resolving or starting before accepting.
    case acceptFirst = "accept-first"
    /// No edge of the state machine.
    case wrongState = "wrong-state"
    /// The author neither holds the ticket nor held it; the same if there is none.
    case notYours = "not-yours"
    /// The author's role may not give this command.
    case notPermitted = "not-permitted"
    /// The author's role may not change this column.
    case notEditable = "not-editable"
    /// At the centre only: no such ticket.
    case unknownTicket = "unknown-ticket"
    /// At the centre only: no such person.
    case unknownPerson = "unknown-person"
    /// An argument is missing or cannot be taken.
    case badArguments = "bad-arguments"
    /// A command or argument of a newer release.
    case unknownCommand = "unknown-command"
    /// The payload cannot be read.
    case unreadable
    /// Deciding it failed inside the centre.
    case poisoned
    /// The device was revoked.
    case revoked
    /// A known CommandID with other contents.
    case clash
    /// It was applied before the centre was restored and fits no more.
    case afterRestore = "after-restore"
    /// Its author took the held command back.
    case retracted
    /// A command that took effect is to be taken back.
    case retractAsked = "retract-asked"
    /// What is to be taken back cannot be put back any more.
    case retractTooLate = "retract-too-late"
    /// What is to be taken back is not known; the same if it is somebody else's.
    case waitsForTarget = "waits-for-target"
    /// What is to be taken back has no effect.
    case nothingToRetract = "nothing-to-retract"
    /// The author asked for the same command back before, and that is undecided.
    case alreadyAsked = "already-asked"
    /// A retraction is not taken back.
    case retractOfRetract = "retract-of-retract"
    /// Acts of the centre are not taken back.
    case notRetractable = "not-retractable"
    /// On a device only: what the command does cannot be put on the rows that are there.
    case notShown = "not-shown"
    /// On a device only: what was never offered is undone.
    case undoInstead = "undo-instead"
    /// Both sides changed a column, and the columns' rules made one result of it.
    case merged
    /// Both sides changed a column, the centre's value stands, and nothing else was to be written.
    case centreDecides = "centre-decides"
    /// The same, and the value from the field stands.
    case fieldDecides = "field-decides"
    /// The author may not choose between these values.
    case notYoursToChoose = "not-yours-to-choose"
    /// The command of the conflict is held: its decision settles it.
    case decideInstead = "decide-instead"
    /// What the conflict is about cannot be chosen.
    case notAColumn = "not-a-column"

    /// More time is asked for, and the citizen was not told.
    case explainFirst = "explain-first"
    /// More time is asked for after the due date.
    case afterDue = "after-due"
    /// More days than the city allows, all together.
    case beyondCap = "beyond-cap"
    /// Somebody asked already, and nobody has answered.
    case requestPending = "request-pending"
    /// At the centre only: no such request on the ticket.
    case unknownRequest = "unknown-request"
    /// At the centre only: somebody answered before.
    case alreadyAnswered = "already-answered"

    /// A leader signed off whose it is.
    case signedOff = "signed-off"
    /// It was sent back too often, or ruled on: only a dispute says that it is not ours.
    case disputeIt = "dispute-it"
    /// At the centre only: the dispute needs a joint ruling first.
    case rulingFirst = "ruling-first"
    /// At the centre only: it was ruled on, so that a leader has to sign it off.
    case signOffFirst = "sign-off-first"
    /// The review date has passed.
    case pastDate = "past-date"
    /// At the centre only: it would leave its first unit without a supervisor's approval.
    case needsApproval = "needs-approval"

    /// The author's unit was not called in.
    case noPart = "no-part"
    /// The author's unit reported in before.
    case alreadyReported = "already-reported"
    /// The author's unit has done its share.
    case partDone = "part-done"
    /// At the centre only: a unit that was called in has not done its share.
    case partsOpen = "parts-open"
    /// On a device only: a required item of the checklist is not filled in.
    case checklistOpen = "checklist-open"

    /// At the centre only: no step of the city's ladder above the lowest has this name.
    case unknownStep = "unknown-step"
    /// At the centre only: the step needs more units that supervise the ticket together, or one of them handles it.
    case superviseJointly = "supervise-jointly"
    /// At the centre only: the step below has not failed.
    case stepOrder = "step-order"
    /// At the centre only: no step of the ladder is open.
    case noStepOpen = "no-step-open"

    /// The ticket is part of an incident and is handled there.
    case partOfIncident = "part-of-incident"
    /// At the centre only: it is part of none.
    case noIncident = "no-incident"

    /// What it means and what to do, in English.
    public var english: String { words.english }
    /// What it means and what to do, in Chinese.
    public var chinese: String { words.chinese }

    private var words: ReasonWords.Words { ReasonWords.embedded[self] }

    /// Words for any code, also one of a newer release.
    public static func words(forCode code: String) -> (english: String, chinese: String) {
        if let known = Reason(rawValue: code) { return (known.english, known.chinese) }
        return (
            "The centre gave the reason “\(code)”, which this release does not know. Upgrade, or ask the dispatcher.",
            "中心给出的原因“\(code)”本版本无法识别。请升级，或联系派单员。"
        )
    }
}

/// The words of every reason: `Schema/Rules/reasons.csv`.
public struct ReasonWords: Sendable {
    typealias Words = (english: String, chinese: String)

    /// The words of this release.
    ///
    /// `try!` because the file is compiled in and a test reads it: no input of a run can make this fail.
    public static let embedded = try! ReasonWords(csv: SchemaResource.reasons)

    private let words: [Reason: Words]

    /// - Throws: The first line that cannot be read or comes twice, or the first reason that no line has.
    public init(csv bytes: [UInt8]) throws(RulesError) {
        var file = RulesFile(bytes, name: "reasons.csv", fieldCount: 3)
        try file.header("code,chinese,english")
        var words: [Reason: Words] = [:]
        while try file.next() {
            let fields = file.fields.map(file.text)
            guard let reason = Reason(rawValue: fields[0]), !fields[1].isEmpty, !fields[2].isEmpty else { throw file.unreadable }
            guard words[reason] == nil else { throw file.doubled }
            words[reason] = (fields[2], fields[1])
        }
        for reason in Reason.allCases where words[reason] == nil { throw .missing(file: "reasons.csv", key: reason.rawValue) }
        self.words = words
    }

    subscript(reason: Reason) -> Words { words[reason] ?? ("", "") }  // every one is there: asked when it was read
}
