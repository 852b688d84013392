/// Commands that were being decided when the centre died: DESIGN.md section 4, number 13.
extension ModelChecks {
    /// What the processes that died since the last look had noted.
    func countStops(_ run: Run) {
        for note in run.centre.stops[stopCount...] {
            let now = note.split(separator: "\n").first { $0.hasPrefix("now ") }?.split(separator: " ").dropFirst() ?? []
            if now.count == 1, let id = now.first { aloneAtStops[String(id), default: 0] += 1 }
        }
        stopCount = run.centre.stops.count
    }

    /// I17: a command that was in flight at a stop stays under suspicion until it has its verdict.
    func watchSuspects(_ run: Run) throws {
        let noted = Set(run.centre.inFlightNote.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
        let lost = suspects.subtracting(noted).filter { model.record($0) == nil && earlier[$0] == nil }
        guard lost.isEmpty || run.centre.restoredCount > 0 else {
            throw run.violation(
                "I17", "\(lost.sorted()[0]) was in flight at a stop, has no verdict, and is not suspected any more")
        }
        suspects = noted.filter { $0.count == 36 }
    }

    /// I17: no rule fails in a run, so only what was under way alone at two stops is given up.
    func givenUp(_ run: Run, _ id: String, _ kind: String) throws {
        let count = aloneAtStops[id] ?? 0
        guard count >= 2 else {
            throw run.violation("I17", "the \(kind) \(id) is given up, alone in flight at \(count) stops")
        }
    }
}
