"""What people of the demo write: next steps, calls, visits, notes. One pair per language.

`{person}` is the contact, `{what}` the opportunity's name.
"""

#: next steps by stage: Chinese, English
STEPS: dict[str, tuple[tuple[str, str], ...]] = {
    "new": (
        ("致电{person}核实需求", "Call {person} about the need"),
        ("回复询价", "Answer the inquiry"),
        ("加微信发资料", "Send the brochure"),
    ),
    "verified": (
        ("约首次会议", "Arrange a first meeting"),
        ("确认预算范围", "Ask about the budget"),
        ("发公司介绍和案例", "Send two reference cases"),
    ),
    "assessing": (
        ("走访现场", "Visit the site"),
        ("确认决策流程", "Map the decision process"),
        ("评估接口范围", "Size up the interfaces"),
    ),
    "qualified": (
        ("排产品演示", "Schedule the demo"),
        ("确认立项时间", "Confirm the project date"),
    ),
    "nurturing": (
        ("发行业案例", "Send the industry case"),
        ("邀请参加线上分享", "Invite to the webinar"),
        ("季度回访", "Quarterly check-in"),
    ),
    "discovery": (
        ("现场调研", "On-site survey"),
        ("问清预算口径", "Clear up the budget"),
        ("发调研提纲", "Send the survey outline"),
        ("方案演示", "Present the solution"),
    ),
    "quote": (
        ("致电{person}跟进报价", "Call {person} about the quote"),
        ("发 V2 报价", "Send quote V2"),
        ("技术澄清会", "Technical clarification"),
        ("等客户回复报价", "Wait for their answer"),
    ),
    "negotiation": (
        ("商务条款二轮", "Second round on terms"),
        ("定折扣口径", "Settle the discount"),
        ("催法务意见", "Chase legal review"),
        ("与采购总监面谈", "Meet the head of procurement"),
        ("确认付款节点", "Confirm payment milestones"),
    ),
    "contract": (
        ("走用印流程", "Get the seal"),
        ("寄出合同", "Post the contract"),
        ("上传盖章合同", "Upload the signed contract"),
        ("确认开票信息", "Confirm invoice details"),
    ),
    "onboarding": (("项目启动会", "Kick-off meeting"), ("上线验收", "Acceptance test")),
    "service": (("季度回访", "Quarterly check-in"), ("巡检", "Maintenance visit")),
    "renewal": (
        ("约续约会议", "Arrange the renewal meeting"),
        ("发续约报价", "Send renewal quote"),
    ),
    "risk": (("上门了解情况", "Visit to find out why"), ("安排专家支持", "Arrange expert support")),
}

#: kind, subject, notes: Chinese
TALK_ZH: dict[str, tuple[tuple[str, str, str], ...]] = {
    "identify": (
        ("call", "电话核实需求", "{person}确认近期要做{what}，想先看同行案例。"),
        ("wechat", "微信沟通", "已加{person}微信，发了产品册和两个案例。"),
        ("mail", "回复官网询价", "按询价内容回复了功能清单和大致价格区间。"),
    ),
    "evaluate": (
        ("visit", "走访现场", "看了两条产线，设备接口以 Modbus 为主，有三台老设备要加网关。"),
        ("meeting", "需求初步沟通", "{person}参会，关注上线周期和与 ERP 的接口，预算还没定。"),
        ("call", "确认预算", "今年预算约在年中调整，{person}建议先做一个车间试点。"),
        ("call", "了解决策流程", "由信息部提方案，生产副总拍板，采购只管比价。"),
    ),
    "nurture": (
        ("mail", "发送行业案例", "发了同行业{what}案例，{person}回复会转给生产部。"),
        ("wechat", "节前问候", "聊到明年扩产，{what}可能提前立项。"),
        ("call", "季度回访", "项目还没立项，{person}说二季度再看。"),
    ),
    "convert": (
        ("meeting", "方案演示", "演示了排程和追溯，{person}提了 2 个技术问题，下周给书面答复。"),
        ("call", "跟进报价", "{person}收到报价，正在和另一家比较，希望实施费再优惠一点。"),
        ("visit", "现场调研", "和车间主任走了一遍流程，补录了 6 处手工台账。"),
        ("meeting", "商务谈判", "付款方式谈到 3-4-2-1，质保金比例对方还要请示。"),
        ("mail", "发出报价", "按调研结果发出报价，含一年维保，有效期 30 天。"),
        ("call", "确认合同流程", "法务已审完，等用印，预计本周内寄回。"),
    ),
    "maintain": (
        ("meeting", "项目启动会", "双方确认了里程碑，首个车间六周内上线。"),
        ("visit", "季度巡检", "系统运行稳定，{person}希望增加能耗报表。"),
        ("call", "客户回访", "一线反馈扫码偶尔延迟，已转技术支持处理。"),
        ("wechat", "使用情况沟通", "最近登录减少，因为班组长换人，约了补训。"),
    ),
}
TALK_EN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "identify": (
        ("call", "First call", "{person} plans {what} this year and asks for a reference."),
        ("mail", "Answered the inquiry", "Sent the feature list and a price range."),
    ),
    "evaluate": (
        (
            "visit",
            "Site visit",
            "Walked two lines; most machines speak Modbus, three need a gateway.",
        ),
        ("meeting", "Discovery call", "{person} cares about go-live time and the ERP interface."),
        ("call", "Budget check", "Budget is reviewed mid-year; a pilot could start earlier."),
    ),
    "nurture": (
        ("mail", "Sent a case study", "{person} passed it on to production."),
        ("call", "Quarterly check-in", "Not approved yet; {person} suggests next quarter."),
    ),
    "convert": (
        (
            "meeting",
            "Solution demo",
            "Showed scheduling and tracing; two technical questions open.",
        ),
        ("call", "Quote follow-up", "{person} compares us with one other supplier."),
        ("mail", "Sent the quote", "Includes one year of maintenance, valid for 30 days."),
        ("meeting", "Commercial terms", "Agreed on milestones; warranty retention still open."),
    ),
    "maintain": (
        ("meeting", "Kick-off", "Milestones agreed, first line live within six weeks."),
        ("call", "Customer check-in", "Stable; they would like an energy report."),
    ),
}
NOTES_ZH = (
    "竞品报价比我们低 8%，但不含现场培训。",
    "@{mate} 这家的接口方案麻烦看一下。",
    "客户内部在争预算，先保持每两周一次联系。",
    "{person}是关键使用者，态度支持。",
)
NOTES_EN = (
    "The competitor is 8% cheaper but leaves out training.",
    "@{mate} could you look at the interface plan?",
    "{person} is a key user and on our side.",
)
OUTCOMES = (
    ("已接通", "Reached"),
    ("约定下周再谈", "Talk again next week"),
    ("已发资料", "Material sent"),
    ("需求已确认", "Need confirmed"),
    ("", ""),
)
#: planned activities: kind, Chinese, English
PLANS = (
    ("meeting", "项目例会", "Project meeting"),
    ("call", "回访电话", "Follow-up call"),
    ("visit", "上门拜访", "Customer visit"),
    ("task", "整理报价明细", "Work out the quote"),
    ("task", "写会议纪要", "Write the minutes"),
    ("meeting", "方案评审会", "Solution review"),
)
#: how often a reason is given: for what was lost early, and for what was lost late
LOST_WHY = {
    "too_expensive": (3, 14),
    "budget_cut": (10, 11),
    "project_refused": (6, 8),
    "competitor_price": (2, 12),
    "competitor_feature": (3, 9),
    "competitor_relation": (2, 9),
    "need_changed": (9, 7),
    "missing_feature": (5, 7),
    "no_capacity": (3, 3),
    "out_of_stock": (1, 1),
    "poor_fit": (15, 2),
    "no_decider": (10, 5),
    "complex_chain": (4, 6),
    "long_cycle": (5, 8),
    "unresponsive": (24, 6),
}
#: what is written beside a reason
LOST_NOTES = {
    "too_expensive": ("高出预算三成，谈不拢。", "A third over their budget."),
    "budget_cut": (
        "客户决定先用现有系统再撑一年。",
        "They keep what they have another year.",
    ),
    "competitor_feature": ("对方先上了 ERP 自带模块。", "They took the module of their ERP."),
    "competitor_relation": ("集团指定了老供应商。", "Their group named the old supplier."),
    "no_decider": ("总部统一采购，本地没有决定权。", "Headquarters buys centrally."),
    "unresponsive": ("三次电话两封邮件都没有回音。", "Three calls and two mails, no answer."),
}
#: channel key: source, medium, campaign, page
TOUCHES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "web_social": (
        ("官网", "表单", "", "/contact/"),
        ("官网", "表单", "", "/pricing/"),
        ("公众号", "文章", "数字工厂专栏", "/articles/mes-roi/"),
    ),
    "email": (("邮件", "月刊", "客户月刊", "/cases/"),),
    "seo": (
        ("百度", "自然搜索", "", "/products/mes/"),
        ("Google", "organic", "", "/products/wms/"),
    ),
    "event": (
        ("上海工博会", "展台", "CIIF", ""),
        ("华南智造展", "展台", "ITES", ""),
        ("行业研讨会", "会议", "数字工厂研讨会", ""),
    ),
    "referral": (("老客户介绍", "推荐", "", ""),),
    "media": (("行业媒体", "专访", "智造周刊", "/articles/interview/"),),
    "paid_search": (
        ("百度", "竞价", "泵站 远程监控", "/landing/iot/"),
        ("Bing", "cpc", "mes", "/landing/mes/"),
    ),
    "phone": (("400 热线", "来电", "", ""),),
    "partner": (("系统集成商", "转介", "伙伴计划", ""),),
    "other": (("其他", "", "", ""),),
}
LATER_TOUCHES = (
    ("官网", "浏览", "/pricing/", False),
    ("邮件", "打开", "/cases/", True),
    ("官网", "下载白皮书", "/papers/mes/", False),
    ("邮件", "点击", "/products/", True),
)
