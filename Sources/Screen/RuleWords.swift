package import SyncProtocol
package import Tickets

// What stands in the rules as ASCII codes, by the names that people know.

extension Verdict {
    /// Its name.
    package var words: Words {
        switch self {
        case .applied: Words("applied", "已生效")
        case .merged: Words("merged", "已合并")
        case .superseded: Words("superseded", "已被替代")
        case .held: Words("held", "搁置")
        case .rejected: Words("rejected", "未采纳")
        }
    }
}

extension CommandKind {
    /// Its name.
    package var words: Words {
        switch self {
        case .accept: Words("accept", "签收")
        case .start: Words("start", "开始处置")
        case .visit: Words("visit", "走访")
        case .explain: Words("explain", "说明")
        case .extend: Words("ask for more time", "申请延期")
        case .dispute: Words("dispute", "职责争议")
        case .defer: Words("defer", "申请长期办理")
        case .urge: Words("urge", "催办")
        case .whistle: Words("whistle", "吹哨")
        case .reportIn: Words("report in", "报到")
        case .finishPart: Words("finish part", "联办完成")
        case .fill: Words("fill in", "填写清单")
        case .rule: Words("rule", "认定")
        case .escalate: Words("escalate", "升级督办")
        case .conclude: Words("conclude", "督办结果")
        case .merge: Words("merge", "并案")
        case .unmerge: Words("unmerge", "取消并案")
        case .reply: Words("reply", "统一答复")
        case .grant: Words("grant", "批准申请")
        case .refuse: Words("refuse", "不批准申请")
        case .note: Words("note", "备注")
        case .edit: Words("edit", "修改")
        case .resolve: Words("resolve", "办结")
        case .return: Words("return", "退回")
        case .report: Words("report", "上报")
        case .retract: Words("retract", "收回")
        case .choose: Words("choose", "选定")
        case .create: Words("create", "登记")
        case .dispatch: Words("dispatch", "派遣")
        case .assign: Words("assign", "改派")
        case .withdraw: Words("withdraw", "撤回")
        case .close: Words("close", "结案")
        }
    }
}

extension Role {
    /// Its name.
    package var words: Words {
        switch self {
        case .worker: Words("worker", "网格员")
        case .leader: Words("leader", "网格长")
        case .guide: Words("guide", "网格指导员")
        case .volunteer: Words("volunteer", "微网格员")
        case .unit: Words("unit", "承办单位")
        case .visitor: Words("visitor", "回访员")
        case .dispatcher: Words("dispatcher", "派单员")
        case .supervisor: Words("supervisor", "督办员")
        case .operator: Words("operator", "运维")
        }
    }
}

extension Relation {
    /// Its name.
    package var words: Words {
        switch self {
        case .handler: Words("handler", "承办人")
        case .former: Words("former", "曾承办")
        case .onlooker: Words("onlooker", "知情人")
        case .centre: Words("centre", "中心")
        case .stranger: Words("stranger", "无关人员")
        case .decision: Words("decision", "派单员采纳")
        }
    }

    /// Who that is.
    package var meaning: Words {
        switch self {
        case .handler: Words("the assignee or a helper, now", "现在的责任人或协办人")
        case .former:
            Words("held the ticket when the command was given, and does not handle it now", "下达命令时持有工单，现在不再承办")
        case .onlooker:
            Words(
                "holds it without handling it: who reported it, the grid's leader, a helper's colleagues in the grid, the unit",
                "持有工单但不承办：上报人、网格长、网格内与协办人同专业的人员、承办单位")
        case .centre: Words("a dispatcher, supervisor or operator", "派单员、督办员、运维人员")
        case .stranger: Words("none of these", "以上都不是")
        case .decision: Words("a dispatcher accepts the command after it was held", "命令搁置后由派单员采纳")
        }
    }
}

extension ColumnRule {
    /// Its name.
    package var words: Words {
        switch self {
        case .centre: Words("centre", "以中心为准")
        case .field: Words("field", "以现场为准")
        case .union: Words("union", "双方合并")
        case .person: Words("person", "由人裁定")
        }
    }

    /// What happens to a column that both sides changed.
    package var meaning: Words {
        switch self {
        case .centre: Words("the centre's value stands", "以中心的值为准")
        case .field: Words("the value from the field stands, the later of two", "以现场的值为准，现场之间以后到的为准")
        case .union: Words("what either side added, without what either took away", "保留双方所加，去掉双方所删")
        case .person: Words("the whole command is held, and a dispatcher decides", "整条命令搁置，由派单员裁定")
        }
    }
}

extension Conflict.Chooser {
    /// Who may choose another value afterwards.
    package var words: Words {
        switch self {
        case .centre: Words("the centre", "中心")
        case .holder: Words("a handler, or the centre", "承办人或中心")
        }
    }
}

extension TicketColumn {
    /// Its name: in English as commands take it.
    package var words: Words { Words(rawValue, chinese) }

    private var chinese: String {
        switch self {
        case .id: "标识"
        case .number: "编号"
        case .kind: "类型"
        case .channel: "来源"
        case .origin: "诉求来路"
        case .title: "标题"
        case .description: "描述"
        case .category: "分类"
        case .urgency: "紧急程度"
        case .confidential: "保密"
        case .state: "状态"
        case .unit: "承办单位"
        case .grid: "网格"
        case .assignee: "负责人"
        case .firstResponsible: "首接责任人"
        case .reporter: "上报人"
        case .location: "地点"
        case .latitude: "纬度"
        case .longitude: "经度"
        case .finding: "现场发现"
        case .tags: "标签"
        case .createdAt: "创建"
        case .dispatchedAt: "派遣"
        case .dueAt: "时限"
        case .acceptedAt: "签收"
        case .startedAt: "开始处置"
        case .resolvedAt: "处置完毕"
        case .closedAt: "结案"
        }
    }
}
