/// One line of the sum that explains a due date, the same words on the device and at the centre.
public struct DueLine: Hashable, Sendable {
    /// In English.
    public var english: String
    /// In Chinese.
    public var chinese: String

    /// A line.
    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }
}

/// Which sum gives the due date that a ticket has.
public enum DueBasis: Hashable, Sendable {
    /// The class's own days.
    case deadline(Deadline)
    /// Days that the dispatcher chose within the class's limits.
    case chosen(Deadline)
    /// None under the rules in force: an extension was granted, somebody set the date, or another version of the profile counted it.
    case other
    /// No clock runs: the ticket was not dispatched, or has no due date.
    case none
}

extension Rules {
    /// The sum whose result is the ticket's due date.
    ///
    /// Its resolution clock says which. Where that came from a store that knew no clocks, the class of its kind and urgency is tried
    /// first, then the others, then the days that a dispatcher may choose.
    public func basis(of ticket: Ticket) -> DueBasis {
        if let clock = ticket.clock(.resolution), !clock.source.isEmpty {
            guard let deadline = deadline(of: clock), deadline.due == clock.due else { return .other }
            return isChosen(clock) ? .chosen(deadline) : .deadline(deadline)
        }
        guard let start = ticket[.dispatchedAt].int, let due = ticket[.dueAt].int else { return .none }
        let usual = profile.deadlineClass(of: ticket)
        let classes = [usual] + DeadlineClass.allCases.filter { $0 != usual }
        for one in classes {
            if let deadline = deadline(dispatchedAt: start, class: one), deadline.due == due { return .deadline(deadline) }
        }
        for one in classes {
            guard let rule = profile.deadlines[one], let least = rule.daysMin, let most = rule.daysMax else { continue }
            for days in least...most {
                if let deadline = deadline(dispatchedAt: start, class: one, days: days), deadline.due == due {
                    return .chosen(deadline)
                }
            }
        }
        return .other
    }

    /// Why a ticket is due when it is due, line by line: each of its clocks.
    ///
    /// - Parameter names: What people call a unit, by its identifier; the same on both sides, so that their lines are.
    public func whyDue(_ ticket: Ticket, names: (String) -> String) -> [DueLine] {
        if let lines = incidentLines(of: ticket) { return lines }
        let kept = ticket.clocks.filter { $0.kind != .resolution || !$0.source.isEmpty }
        var lines = kept.flatMap { self.lines(of: $0, on: ticket, names: names) }
        if !kept.contains(where: { $0.kind == .dispatch }) { lines = dispatchClock(of: ticket) + lines }
        return kept.contains(where: { $0.kind == .resolution }) ? lines : lines + resolutionClock(of: ticket)
    }

    /// The clock that runs until the first dispatch, day and night, of a ticket without its row. What a worker reported has none until
    /// the centre has taken it in.
    private func dispatchClock(of ticket: Ticket) -> [DueLine] {
        guard ticket[.reporter] == .null, ticket.clocks.isEmpty else { return [] }
        guard let taken = ticket[.createdAt].int, Self.moments.contains(taken) else { return [] }
        let limit = taken + Milliseconds(profile.dispatchMinutes) * 60_000
        let (start, until) = (DueWords.moment(taken), DueWords.moment(limit))
        let minutes = profile.dispatchMinutes
        var lines = [
            DueLine("\(start.english)  taken in", "\(start.chinese)  登记"),
            DueLine(
                "\(until.english)  dispatch by then: \(minutes) minutes, day and night",
                "\(until.chinese)  此前须派遣：\(minutes) 分钟，昼夜连续计算"),
        ]
        if let dispatched = ticket[.dispatchedAt].int, dispatched > limit {
            // Begun minutes count whole.
            let late = (dispatched - limit + 59_999) / 60_000
            lines.append(DueLine("dispatched \(late) minutes after that", "派遣超时 \(late) 分钟"))
        }
        return lines
    }

    private func resolutionClock(of ticket: Ticket) -> [DueLine] {
        switch basis(of: ticket) {
        case .deadline(let deadline): return sum(of: deadline)
        case .chosen(let deadline): return sum(of: deadline, isChosen: true)
        case .none:
            return [DueLine("no due date: its clock starts at the dispatch", "无办理时限：自派遣起计时")]
        case .other:
            let start = ticket[.dispatchedAt].int ?? 0
            let due = DueWords.moment(ticket[.dueAt].int ?? 0)
            let usual = profile.deadlineClass(of: ticket)
            let note = DueLine(
                "due \(due.english): not the sum of any class. An extension, a date set by hand, or an earlier profile. By the profile in force:",
                "时限 \(due.chinese)：不是任何类别的计算结果，系延期、人工设定或此前版本的配置所定。按现行配置：")
            return [note] + (deadline(dispatchedAt: start, class: usual).map { sum(of: $0) } ?? [])
        }
    }

    /// A deadline as a sum, line by line: the start, each counted day, what was passed over and why, the result.
    ///
    /// - Parameter source: The profile and its version that gave the days; nil = the one in force.
    public func sum(of deadline: Deadline, isChosen: Bool = false, source: String? = nil) -> [DueLine] {
        let days = deadline.countedDays.count
        let start = DueWords.moment(deadline.start)
        var lines = [
            DueLine("\(start.english)  dispatched: the clock starts", "\(start.chinese)  派遣，开始计时"),
            DueWords.rule(deadline.deadlineClass, days, isChosen, source: source ?? "\(profile.name) \(profile.version)"),
        ]
        lines += walk(from: Day(containing: deadline.start), counting: deadline.countedDays)
        if let contact = deadline.contactDue {
            let until = DueWords.moment(contact)
            let hours = (contact - deadline.start) / 3_600_000
            lines.append(
                DueLine(
                    "\(until.english)  contact the caller by then: \(hours) hours, day and night",
                    "\(until.chinese)  此前须联系诉求人：\(hours) 小时，昼夜连续计算"))
        }
        let due = DueWords.moment(deadline.due)
        lines.append(DueLine("\(due.english)  due", "\(due.chinese)  到期"))
        let counted = Set((deadline.countedDays + [Day(containing: deadline.due)]).map(\.parts.year))
        for year in calendar.loadedYears where counted.contains(year) {
            lines.append(DueLine("the working days of \(year) are those that the centre loaded", "\(year) 年工作日按中心载入的安排"))
        }
        for year in deadline.unpublishedYears {
            lines.append(
                DueLine(
                    "provisional: the working days of \(year) are not known to this calendar", "暂定：日历中尚无 \(year) 年的工作日安排"))
        }
        return lines
    }

    /// The days after the start: one line for each that counts, one for each run of days that do not, for one reason.
    private func walk(from start: Day, counting counted: [Day]) -> [DueLine] {
        guard let last = counted.last else { return [] }
        var lines: [DueLine] = []
        var run: (first: Day, last: Day, name: String?)?
        func endRun() {
            if let run { lines.append(DueWords.off(run.first, run.last, run.name)) }
            run = nil
        }
        var day = start.next
        var count = 0
        while day <= last {
            let entry = calendar.entry(of: day)
            if calendar.isWorked(day) {
                endRun()
                count += 1
                lines.append(DueWords.counted(day, count, makeUpFor: entry?.name))
            } else if let open = run, open.name == entry?.name {
                run = (open.first, day, open.name)
            } else {
                endRun()
                run = (day, day, entry?.name)
            }
            day = day.next
        }
        return lines
    }
}
