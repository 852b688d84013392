/// A bug that stands in the production code behind a switch: one line at the place where it would be made.
struct PlantedBug: Sendable {
    /// As `isPlanted` has it.
    let name: String
    /// What goes wrong, for the table.
    let story: String
    /// The invariants of which one has to be named when it is found.
    let violates: Set<String>

    init(_ name: String, _ violates: String, _ story: String) {
        self.name = name
        self.violates = Set(violates.split(separator: " ").map(String.init))
        self.story = story
    }
}

/// Every planted bug, by where it stands.
let plantedBugs: [PlantedBug] = onTheDevice + atTheCentre + inTheStore + inTheRules

private let onTheDevice = [
    PlantedBug("cursor-before-rows", "I3 I7 I13", "the device keeps the new base before it has the rows"),
    PlantedBug("rebase-skips-one", "I3 I6 I13", "the newest pending command is not replayed"),
    PlantedBug("undo-of-offered", "I1 I2 I6", "a command that may have left the device can be undone"),
    PlantedBug("device-normal", "I1 I6 I7 I9 I19", "the device's commits are not synced: a power cut takes some"),
    PlantedBug("half-a-pull", "I3 I7 I9 I13", "pages are applied before the last one has come"),
    PlantedBug("dropped-while-pending", "I3 I6 I9 I13 I16", "a ticket that left goes while a pending command names it"),
    PlantedBug(
        "retained-kept-back", "I1 I3 I16 I19", "after a restore of the centre the device does not send again what it keeps"),
    PlantedBug("incarnation-unseen", "I1 I3 I7 I9 I16 I19", "the device does not notice that the centre was restored"),
    PlantedBug("unstamped-stays", "I3 I4 I13", "what a reading from zero did not bring stays on the device"),
    PlantedBug("deleted-rows-stay", "I3", "deleted rows are not deleted on the device"),
    PlantedBug("fork-unheard", "I16", "the device does not take up the new epoch"),
    PlantedBug("wipe-takes-words", "I6 I19", "the order to wipe takes commands that have no verdict"),
    PlantedBug("offer-unmarked", "I1 I2 I6 I8 I9 I16", "a command leaves the device without being marked offered"),
    PlantedBug("conflicts-unread", "I3 I6", "the device does not keep the conflicts that come with a verdict"),
    PlantedBug("confirmation-unheard", "I3 I13", "rows that a receipt alone confirms are not put into the confirmed state"),
    PlantedBug("settled-unconfirmed", "I3 I5 I13", "whatever has a verdict stays as it is shown, not only what is confirmed"),
    PlantedBug("receipts-dropped", "I1 I3 I13 I16", "the receipts in an answer are passed over"),
    PlantedBug("page-receipts-dropped", "I1 I3 I13 I16", "the verdicts that come with a page are passed over"),
    PlantedBug("handover-untold", "I16", "a ticket leaves the device, and nobody is told"),
    PlantedBug("changed-news-lost", "I3 I13", "changes of a ticket that is here already are passed over"),
]

private let atTheCentre = [
    PlantedBug("acknowledged-before-commit", "I1 I9 I19", "the answer leaves although the commit failed"),
    PlantedBug("no-deduplication", "I2 I16 I17", "a repeated command is judged once more"),
    PlantedBug("held-sent-as-new", "I1 I2 I5 I10", "a held command that is sent again is judged as if it were new"),
    PlantedBug("scope-check-off", "I4 I5", "everybody holds every ticket"),
    PlantedBug("seen-is-now", "I4 I5", "rights are judged by what is, not by what the author had seen"),
    PlantedBug("losing-value-dropped", "I6", "the losing value of a conflict is not kept"),
    PlantedBug("choice-unsettled", "I6", "a choice changes the ticket and leaves its conflict open"),
    PlantedBug("decision-leaves-open", "I6", "a decision leaves the conflicts of its command open"),
    PlantedBug("dependant-released-early", "I5 I10", "who waits is decided again although another one before it is still held"),
    PlantedBug("own-row-left-out", "I3 I13", "rows are left out of the answer although another's change lies between"),
    PlantedBug("confirmed-uncompared", "I3 I13", "rows are left out of the answer although they differ from the given changeset"),
    PlantedBug("suspects-forgotten", "I17", "a failed commit clears the suspects that were in flight at a stop"),
    PlantedBug("chain-moves-back", "I2 I8 I16", "a repeated header moves the device's place in its chain back"),
    PlantedBug("dependant-not-held", "I5 I10", "a command is judged although one that it depends on is held"),
    PlantedBug("strangers-wait", "I5 I10", "a command waits for one of another device"),
    PlantedBug("followers-forgotten", "I10", "who waited for a decided command is not decided again"),
    PlantedBug("early-retraction-forgotten", "I10", "a retraction that came before its target is never looked at again"),
    PlantedBug("time-runs-back", "I8 I12", "the centre's time follows its clock backwards"),
    PlantedBug("receipt-unheard", "I1 I5 I19", "after a restore the receipt does not fix the verdict"),
    PlantedBug("restore-rejects", "I1 I5 I19", "after a restore an effect that does not fit is judged away instead of held"),
    PlantedBug("revoked-judged", "I4 I5", "what a revoked device sends takes effect"),
    PlantedBug("fork-judged", "I2 I6 I8 I16", "a fork is judged on the old chain"),
]

private let inTheStore = [
    PlantedBug("centre-normal", "I1 I6 I8 I19", "the centre's commits are not synced: a power cut takes acknowledged ones"),
    PlantedBug("decision-untold", "I1 I3 I8", "a decision does not become news to its author"),
    PlantedBug("conflict-told-once", "I3 I6 I8", "a conflict is told to the author whose value lost, and not to the other one"),
    PlantedBug("other-side-unnamed", "I3 I6", "a conflict does not say whose command it met"),
    PlantedBug("leave-unlogged", "I3 I4 I8 I13", "nobody is told that a ticket left them"),
    PlantedBug("stay-not-ended", "I3 I4 I5 I8", "a stay in a scope does not end"),
    PlantedBug("sum-keeps-old", "I3 I8 I16", "a fingerprint keeps the version before"),
    PlantedBug("page-cut-skips", "I3 I13", "a page that is full passes over what did not fit"),
    PlantedBug("entered-as-changed", "I3 I16", "of a ticket that comes anew only the changed rows are sent"),
    PlantedBug("deletions-unsent", "I3", "deleted rows are not sent"),
    PlantedBug("journal-silent", "I3 I6 I8", "a note is written without an entry that says so"),
    PlantedBug("chain-unlinked", "I8", "an entry does not follow the one before it"),
]

private let inTheRules = [
    PlantedBug("clock-believed", "I12", "the device's clock decides when a command happened"),
    PlantedBug("floor-forgotten", "I12", "a command happens before an earlier one of its device"),
    PlantedBug("step-waits-for-nothing", "I5 I10", "a step does not wait for the held commands before it"),
    PlantedBug("union-lost-removal", "I5 I6", "what one side took out of a set comes back when the other side adds to it"),
    PlantedBug("group-half-taken", "I6", "of a place only the latitude is taken"),
    PlantedBug("last-writer-wins", "I5 I6", "the later edit overwrites what the other side changed meanwhile"),
    PlantedBug("field-for-centre", "I5 I6", "where the field decides, the centre's value stands, and the other way round"),
    PlantedBug("late-left-out", "I6", "words on a ticket that is closed or gone are not marked late"),
    PlantedBug("words-not-taken-back", "I5 I6", "an edit that is taken back leaves its words"),
    PlantedBug("open-chosen", "I5 I6", "a choice decides a conflict of a command that a dispatcher has to decide"),
]
