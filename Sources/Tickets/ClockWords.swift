extension Rules {
    /// One clock as a sum: when it began, what was counted, by when, and what came of it.
    func lines(of clock: Clock, on ticket: Ticket, names: (String) -> String) -> [DueLine] {
        let (start, due) = (DueWords.moment(clock.start), DueWords.moment(clock.due))
        var lines: [DueLine]
        switch clock.kind {
        case .dispatch:
            let minutes = (clock.due - clock.start) / 60_000
            lines = [
                DueLine("\(start.english)  taken in", "\(start.chinese)  登记"),
                DueLine(
                    "\(due.english)  dispatch by then: \(minutes) minutes, day and night",
                    "\(due.chinese)  此前须派遣：\(minutes) 分钟，昼夜连续计算"),
            ]
        case .contact:
            let hours = (clock.due - clock.start) / 3_600_000
            lines = [
                DueLine(
                    "\(due.english)  contact the caller by then: \(hours) hours after the dispatch, day and night",
                    "\(due.chinese)  此前须联系诉求人：自派遣起 \(hours) 小时，昼夜连续计算")
            ]
        case .answer:
            let hours = (clock.due - clock.start) / 3_600_000
            let asked = (ticket.requests.last { $0.givenAt == clock.start }?.kind ?? .extension_).asked
            lines = [
                DueLine("\(start.english)  \(asked.english)", "\(start.chinese)  \(asked.chinese)"),
                DueLine(
                    "\(due.english)  the centre answers by then: \(hours) hours, day and night",
                    "\(due.chinese)  中心须在此前答复：\(hours) 小时，昼夜连续计算"),
            ]
        case .review:
            lines = [
                DueLine("\(start.english)  long-term granted", "\(start.chinese)  批准长期办理"),
                DueLine("\(due.english)  looked at again by then", "\(due.chinese)  此前须复核"),
            ]
        case .reportIn, .supervise:
            let unit = ticket.part(of: clock).map { names($0.unit) } ?? "-"
            let hours = (clock.due - clock.start) / 3_600_000
            let isJoint = clock.kind == .reportIn
            lines = [
                DueLine(
                    "\(start.english)  \(unit) \(isJoint ? "called in" : "set over it")",
                    "\(start.chinese)  \(isJoint ? "吹哨" : "抄送")：\(unit)"),
                DueLine(
                    "\(due.english)  \(isJoint ? "reports in" : "urges or guides") by then: \(hours) hours, day and night",
                    "\(due.chinese)  此前须\(isJoint ? "报到" : "督促指导")：\(hours) 小时，昼夜连续计算"),
            ]
        case .resolution: lines = resolution(clock, of: ticket, start, due)
        }
        return lines + ending(clock)
    }

    private func resolution(_ clock: Clock, of ticket: Ticket, _ start: DueLine, _ due: DueLine) -> [DueLine] {
        guard let deadline = deadline(of: clock) else {
            return [
                DueLine("\(start.english)  dispatched: the clock starts", "\(start.chinese)  派遣，开始计时"),
                DueLine("\(due.english)  due: a date set by hand", "\(due.chinese)  到期：人工设定"),
            ]
        }
        var lines = sum(of: deadline, isChosen: isChosen(clock), source: clock.source)
        var last = deadline.due
        // A class that was named since counts anew.
        if deadline.due != clock.due {
            for moved in moves(of: ticket) {
                lines.append(moved.line)
                last = moved.due
            }
        }
        if let request = ticket.pendingRequest { lines.append(pending(request)) }
        guard last != clock.due else { return lines }
        return lines + [DueLine("\(due.english)  due instead: a date set by hand", "\(due.chinese)  改为此时到期：人工设定")]
    }

    /// What moved the due date, by an answer or by a decision on the ladder, in the order in which that was said.
    private func moves(of ticket: Ticket) -> [(line: DueLine, due: Milliseconds)] {
        let answered = ticket.requests.compactMap { request in granted(request).map { (request.decidedAt ?? 0, $0) } }
        let decided = ticket.escalations.compactMap { step in
            step.dueAt.map { due in
                let (moment, name) = (DueWords.moment(due), profile.ladder.first { $0.code == step.step })
                return (
                    step.at,
                    (
                        DueLine(
                            "\(moment.english)  decided: \(name?.english ?? step.step)",
                            "\(moment.chinese)  \(name?.chinese ?? step.step)决定的时限"), due
                    )
                )
            }
        }
        // Sorting keeps no order of equals: what was granted at the same moment stands first.
        return (answered + decided).enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    private func pending(_ request: TicketRequest) -> DueLine {
        switch request.kind {
        case .extension_:
            DueLine(
                "pending: \(request.days) more \(request.days == 1 ? "day" : "days") asked for", "待批：申请延期 \(request.days) 天")
        case .dispute: DueLine("pending: disputed whose it is; the clock runs on", "待裁：职责争议，计时不停")
        case .longTerm:
            DueLine(
                "pending: long-term until \(DueWords.moment(request.dueAt ?? 0).english) asked for",
                "待批：申请长期办理至 \(DueWords.moment(request.dueAt ?? 0).chinese)")
        }
    }

    private func granted(_ request: TicketRequest) -> (line: DueLine, due: Milliseconds)? {
        guard request.state == .granted, let due = request.dueAt else { return nil }
        let moment = DueWords.moment(due)
        if request.kind == .longTerm {
            return (DueLine("\(moment.english)  long-term granted until then", "\(moment.chinese)  批准长期办理至此"), due)
        }
        guard let days = request.grantedDays else { return nil }
        return (
            DueLine(
                "\(moment.english)  + \(days) \(days == 1 ? "day" : "days"): extension granted",
                "\(moment.chinese)  + \(days) 天：延期已批准"),
            due
        )
    }

    /// Whether a dispatcher chose the days: other ones than the class's own in the profile that gave them.
    func isChosen(_ clock: Clock) -> Bool {
        guard let rule = clock.deadlineClass.flatMap({ profile.deadlines[$0] }), let days = clock.days, rule.daysMin != nil else {
            return false
        }
        return clock.source == "\(profile.name) \(profile.version)" && days != rule.days
    }

    private func ending(_ clock: Clock) -> [DueLine] {
        if let met = clock.metAt {
            let moment = DueWords.moment(met)
            let done = clock.kind.done
            let late = ClockWords.late(clock, at: met)
            return [
                DueLine(
                    "\(moment.english)  \(done.english)\(late.map { ", \($0.english) late" } ?? " in time")",
                    "\(moment.chinese)  \(done.chinese)\(late.map { "，超时\($0.chinese)" } ?? "，未超时")")
            ]
        }
        guard let ended = clock.endedAt else { return [] }
        let moment = DueWords.moment(ended)
        return [DueLine("\(moment.english)  fell away: \(clock.kind.rawValue)", "\(moment.chinese)  \(clock.kind.chinese)不再适用")]
    }
}

extension Clock {
    /// By when, and where it stands at a moment, as one line of a list: the same on the device and at the centre.
    public func line(at now: Milliseconds) -> DueLine {
        let due = DueWords.moment(due)
        let standing = ClockWords.standing(of: self, at: now)
        return DueLine("\(due.english)  \(standing.english)", "\(due.chinese)  \(standing.chinese)")
    }

    /// What it measures, and by which class, in words.
    public var title: DueLine {
        guard kind == .resolution, let one = deadlineClass else { return DueLine(kind.rawValue, kind.chinese) }
        return DueLine("\(kind.rawValue) (\(one.rawValue))", "\(kind.chinese)（\(one.chinese)）")
    }
}

extension ClockKind {
    /// What meets it.
    fileprivate var done: DueLine {
        switch self {
        case .dispatch: DueLine("dispatched", "已派遣")
        case .resolution: DueLine("resolved", "已办理")
        case .contact: DueLine("contacted", "已联系")
        case .answer: DueLine("answered", "已答复")
        case .review: DueLine("looked at", "已复核")
        case .reportIn: DueLine("reported in", "已报到")
        case .supervise: DueLine("urged or guided", "已督促指导")
        }
    }
}

/// Where a clock stands, in words.
enum ClockWords {
    static func standing(of clock: Clock, at now: Milliseconds) -> DueLine {
        switch clock.standing(at: now) {
        case .met: return DueLine("met", "按时完成")
        case .metLate:
            let late = late(clock, at: clock.metAt ?? now) ?? DueLine("", "")
            return DueLine("met \(late.english) late", "超时\(late.chinese)完成")
        case .ended: return DueLine("fell away", "不再适用")
        case .overdue:
            let late = late(clock, at: now) ?? DueLine("", "")
            return DueLine("overdue by \(late.english)", "已超时\(late.chinese)")
        case .running:
            let left = span(clock.due.subtractingReportingOverflow(now).partialValue)
            return DueLine("\(left.english) left", "剩余\(left.chinese)")
        }
    }

    /// How late a moment is; nil if it is in time.
    static func late(_ clock: Clock, at moment: Milliseconds) -> DueLine? {
        let late = moment.subtractingReportingOverflow(clock.due)
        return moment > clock.due && !late.overflow ? span(late.partialValue) : nil
    }

    /// Two units at most; begun minutes count whole.
    static func span(_ milliseconds: Milliseconds) -> DueLine {
        let minutes = max(0, milliseconds / 60_000 + (milliseconds % 60_000 > 0 ? 1 : 0))
        func unit(_ count: Int64, _ english: String, _ chinese: String) -> DueLine {
            DueLine("\(count) \(english)\(count == 1 ? "" : "s")", " \(count) \(chinese)")
        }
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60)
        let parts =
            days > 0
            ? [unit(days, "day", "天")] + (hours > 0 ? [unit(hours, "hour", "小时")] : [])
            : (hours > 0 ? [unit(hours, "hour", "小时")] : []) + (rest > 0 || hours == 0 ? [unit(rest, "minute", "分钟")] : [])
        return DueLine(parts.map(\.english).joined(separator: " "), parts.map(\.chinese).joined())
    }
}
