/// The mechanisms that real cities' hotlines say of themselves, each with its permanent id; Docs/mechanisms.md is made from this list.
struct Mechanism: Sendable {
    /// The permanent id.
    let id: String
    /// The city.
    let city: String
    /// What it is, in short.
    let words: String
    /// What stands of one that is not built; nil = nothing.
    let part: String?

    static let all: [Mechanism] = text.split(separator: "\n").map { line in
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        return Mechanism(id: fields[0], city: fields[1], words: fields[2], part: fields[3].isEmpty ? nil : fields[3])
    }

    private static let text = """
        HT1|Hotan|Tickets keep the line of the hotline that was absorbed; imports know what came before|imports are idempotent by source and external id
        HT2|Hotan|Three levels under one supervision, day and night; a replica is a part of the city, never all|levels of units; scopes; clocks of hours never pause
        HT3|Hotan|Who was given it first stays responsible through every transfer|
        HT4|Hotan|Local, county meeting, prefecture task force: each step a record with members, decision, new due date|
        HT5|Hotan|Three rates, each with its numerator and denominator|
        HT6|Hotan|Kinds drive deadline and confidentiality; a complaint against somebody is masked harder|
        HT7|Hotan|Same day, three working days, five to seven: one sum on the device and at the centre, with make-up days|
        HT8|Hotan|More time only after explaining to the citizen, in time, within ten days, granted by the centre|
        HT9|Hotan|A daily draw of callbacks, seeded and auditable|
        HT10|Hotan|Calls are not cases: two counters|
        HT11|Hotan|Supervision may name party and court organs; what they did is an outcome|units of those kinds
        HT12|Hotan|A knowledge base on the device|
        HT13|Hotan|What a patrol found is counted apart from what a caller said|origin is kept
        ZY1|Zunyi|A daily report with a threshold|
        ZY2|Zunyi|Counts are stored, percentages rounded, never cut|a profile key for decimals
        ZY3|Zunyi|Three thousand a day, eight thousand at peak|a bench of a city
        ZY4|Zunyi|Owner and helpers; urging as often as needed|helpers
        ZY5|Zunyi|Every sync negotiates the versions of schema and wire|schema and protocol versions
        ZY6|Zunyi|A monthly report, frozen|
        ZY7|Zunyi|Every unit has a leader and a named handler; what is missing is said|
        ZY8|Zunyi|Red and black list of units per class|
        ZY9|Zunyi|Hotspots lead to a notice with reply and follow-up|
        ZY10|Zunyi|Every channel has its word|channels at intake
        ZY11|Zunyi|No ticket ends without an answer|
        ZY12|Zunyi|A burst of one incident is merged, and one reply goes to all callers|
        ZY13|Zunyi|A checklist for the visit, filled in on the spot|
        HK1|Haikou|Thirty minutes from taking in to the dispatch, day and night|
        HK2|Haikou|Arrived is not resolved; the first feedback has its own time|visits with outcome
        HK3|Haikou|Classes at the top; twenty thousand contacts a day|
        HK4|Haikou|Units that are no offices|kinds of units
        HK5|Haikou|Connectors: idempotent, with a whitelist and a cursor|import and export
        HK6|Haikou|A duty roster and a diary that is handed over|
        HK7|Haikou|Who handled it calls back, counted apart from the independent draw|
        HK8|Haikou|Every step leaves a trace that nobody can change|the journal's chain, `check`
        HK9|Haikou|A joint meeting|
        HK10|Haikou|A grid worker enters it on the spot and calls several units in|reports without signal
        HK11|Haikou|Four people of a grid edit one ticket without signal|rules per column, conflicts, choices
        HK12|Haikou|Mediators and experts by skill and grid|
        HK13|Haikou|Dispatch, supervision, discipline: each needs the failed outcome before it|
        HK14|Haikou|Seven indicators, year on year|
        HK15|Haikou|Who owns this? A catalogue on the device|
        BJ1|Beijing|One dispatch to the end: the first unit stays accountable|first responsibility
        BJ2|Beijing|Whistle and report-in, each with its clock|
        BJ3|Beijing|Four classes of monthly rankings|
        BJ4|Beijing|Millions of tickets, hundreds of townships|
        BJ5|Beijing|A campaign each month|
        BJ6|Beijing|Repeat complaints; patrols made from history|patrols made from history (WF12)
        JS1|Jiangsu|A taxonomy of three levels, found on the device by code, text or initials|
        JS2|Jiangsu|Answered at once, without a dispatch, counted apart|
        JS3|Jiangsu|Not satisfied: rework, with a reasoned verdict|
        JS4|Jiangsu|Parallel sub-orders; the parent closes when all are done|
        GZ1|Guangzhou|Entry by template|
        GZ2|Guangzhou|Reference packs travel as differences|reference rows are entities of their own
        GZ3|Guangzhou|Transfers are counted|
        GZ4|Guangzhou|Dispatch by rule, with its accuracy|
        GZ5|Guangzhou|A gazetteer that fills the address in|
        WF1|Weifang|Owner and supervisor: two tracks with their own duties and clocks|
        WF2|Weifang|Thousands of copies a day|
        WF3|Weifang|A daily and a monthly agenda of stuck tickets|
        WF4|Weifang|Plus and minus items for both tracks|
        WF5|Weifang|Urgent: know it within two hours, settle it within one working day|
        WF6|Weifang|Long-term only with a written opinion and a review date|
        WF7|Weifang|Answers are proposed for the knowledge base|
        WF8|Weifang|Not for the hotline: referred, with a receipt|
        WF9|Weifang|A dispute about who is responsible: claim, ruling, sign-off, a limit to bouncing|
        WF10|Weifang|Straight to any level|dispatch to any unit or grid
        WF11|Weifang|A live link with the unit; seasons have profiles|
        WF12|Weifang|One ticket becomes a sweep over all similar grids|
        WF13|Weifang|A scheduled export by category, with a cursor|export
        WF14|Weifang|Joint supervision and its duties|
        WF15|Weifang|Campaigns against a baseline|
        WZ1|Wenzhou|Four grid roles; the volunteer sees least|worker and leader
        WZ2|Wenzhou|Report, publicity, inspection, service: four kinds of tasks|
        SX1|Shan County|A success rate whose precision is a setting|
        PZ1|Panzhou|Disputes as records|a kind of ticket
        PZ2|Panzhou|A named leader for each hard case|
        PZ3|Panzhou|A desk for what nobody owns|
        YX1|Yunxi|Any ticket as of any time; an evaluator who only reads|the journal
        """
}
