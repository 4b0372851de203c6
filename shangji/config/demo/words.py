"""Names of the demo's invented companies, people and products. Any likeness is chance."""

#: the customers of the pictures in docs: name, industry, city, province
KNOWN_ACCOUNTS = (
    ("华辰精密", "manufacturing", "苏州", "江苏"),
    ("恒远物流", "logistics", "上海", "上海"),
    ("元禾医疗", "medical", "杭州", "浙江"),
    ("星河制药", "medical", "无锡", "江苏"),
    ("蓝海食品", "food", "宁波", "浙江"),
    ("锦程电子", "electronics", "昆山", "江苏"),
    ("甬江泵业", "manufacturing", "宁波", "浙江"),
    ("泰和集团", "manufacturing", "南京", "江苏"),
    ("北辰新材", "chemicals", "合肥", "安徽"),
    ("远洲冷链", "logistics", "上海", "上海"),
    ("海纳仪表", "electronics", "杭州", "浙江"),
    ("越秀食品", "food", "广州", "广东"),
    ("鼎泰轴承", "manufacturing", "无锡", "江苏"),
    ("瑞丰五金", "manufacturing", "台州", "浙江"),
    ("安途客车", "automotive", "南京", "江苏"),
    ("中浦化工", "chemicals", "上海", "上海"),
    ("启明模具", "manufacturing", "昆山", "江苏"),
    ("东岳重工", "manufacturing", "济南", "山东"),
    ("嘉兴港务", "logistics", "嘉兴", "浙江"),
    ("百禾连锁", "retail", "杭州", "浙江"),
    ("云岭茶业", "food", "昆明", "云南"),
)

HEADS = (
    "安澜 博远 辰光 诚毅 春晖 德润 东篱 方舟 丰禾 福临 广陵 海岳 和畅 恒信 鸿图 华屿 汇川 "
    "嘉禾 金石 景明 凯越 康宁 立信 联创 临江 龙泉 隆盛 明德 沐阳 宁远 鹏程 平川 青禾 庆元 "
    "荣升 瑞安 润泽 三江 尚品 盛泽 双林 顺达 松源 泰岳 天衡 同舟 万和 维新 文昌 西岭 祥云 "
    "新港 兴业 宣城 雅江 延陵 永固 云帆 长河 正元 致远 中澳 卓然 紫金"
).split()

#: industry: the words a company of it ends with, and how many of a hundred are in it
TRADES: dict[str, tuple[str, int]] = {
    "manufacturing": ("精密 机械 泵业 轴承 模具 五金 重工 机电 阀门 液压 铸造 数控", 26),
    "electronics": ("电子 仪表 半导体 光电 电气", 12),
    "medical": ("医疗 制药 生物 检验 药业", 16),
    "food": ("食品 茶业 乳业 粮油 饮料 水产", 15),
    "logistics": ("物流 冷链 仓储 供应链 港务", 13),
    "chemicals": ("化工 新材 涂料 塑胶", 8),
    "automotive": ("汽配 客车 动力", 5),
    "retail": ("连锁 商贸", 5),
}
PLACES = (
    ("上海", "上海"),
    ("苏州", "江苏"),
    ("无锡", "江苏"),
    ("南京", "江苏"),
    ("昆山", "江苏"),
    ("杭州", "浙江"),
    ("宁波", "浙江"),
    ("台州", "浙江"),
    ("合肥", "安徽"),
    ("青岛", "山东"),
    ("广州", "广东"),
    ("深圳", "广东"),
    ("佛山", "广东"),
    ("东莞", "广东"),
    ("厦门", "福建"),
    ("福州", "福建"),
    ("长沙", "湖南"),
    ("成都", "四川"),
)
SOUTH = frozenset({"广东", "福建", "湖南", "四川", "云南"})

FAMILIES = (
    "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 罗 高 郑 梁 谢 宋 唐 许 邓 冯 "
    "韩 曹 曾 彭 萧 蔡 潘 田 董 袁 于 余 叶 蒋 杜 苏 魏 程 吕 丁 沈 任 姚 卢 傅 钟 姜 崔 "
    "谭 廖 范 汪 陆 金 石 戴 贾 韦 夏 邱 方 侯 邹 熊 孟 秦 白 江 阎 薛 尹 段 雷 钱 汤 欧阳 司徒"
).split()
GIVEN = (
    "立群 晓彤 建国 文静 海涛 雪梅 志强 丽华 宏伟 雅琴 俊杰 思远 敏 磊 静怡 浩然 婷婷 国栋 "
    "春燕 永康 慧敏 子轩 明辉 晓峰 佳宁 振宇 玉兰 家豪 若曦 天佑 晨曦 博文 欣怡 向阳 秀英 "
    "德明 云飞 诗涵 卫东 美玲 一鸣 少华 清源 月华 嘉诚 景行 书瑶 广平 艳红 庆余"
).split()
TITLES_ZH = (
    ("总经理", "总经办"),
    ("副总经理", "总经办"),
    ("信息总监", "信息部"),
    ("IT 经理", "信息部"),
    ("生产总监", "生产部"),
    ("设备经理", "设备部"),
    ("质量经理", "质量部"),
    ("采购总监", "采购部"),
    ("采购经理", "采购部"),
    ("财务总监", "财务部"),
    ("仓储主管", "物流部"),
    ("检验科主任", "检验科"),
)

OVERSEAS_HEADS = (
    "Alder Ashby Barrow Brightwater Calder Cobalt Driftwood Eastgate Fairmont Greywall Harbour "
    "Ironbridge Juniper Kestrel Larkfield Meridian Northfield Oakhurst Pinecrest Quarry Ridgeway "
    "Silverdale Thornbury Underhill Valewood Westbrook Yarrow Zephyr Blackmoor Copperfield"
).split()
OVERSEAS_TRADES: dict[str, tuple[str, ...]] = {
    "manufacturing": ("Pumps", "Tooling", "Castings", "Bearings"),
    "medical": ("Diagnostics", "Biologics"),
    "food": ("Foods", "Dairy"),
    "logistics": ("Freight", "Cold Chain"),
    "electronics": ("Instruments", "Controls"),
    "chemicals": ("Coatings",),
}
OVERSEAS_PLACES = (
    ("Singapore", "Singapore"),
    ("Malaysia", "Penang"),
    ("Vietnam", "Hai Phong"),
    ("Thailand", "Rayong"),
    ("Germany", "Stuttgart"),
    ("Netherlands", "Eindhoven"),
    ("United Kingdom", "Leeds"),
    ("United States", "Columbus"),
)
FIRST_NAMES = (
    "Ava Ben Clara David Elena Frank Grace Henry Isla Jonas Karen Liam Maria Noah Olivia Peter "
    "Quinn Rosa Samuel Tara Umar Vera Wei Xenia Yusuf Zoe Priya Mikael Ingrid Daniel"
).split()
LAST_NAMES = (
    "Archer Bennett Carver Dawson Ellis Fischer Goh Hartmann Ibrahim Jansen Khoo Lindqvist Moreau "
    "Nguyen Osborne Petrov Rahman Schneider Tan Ueda Visser Walker Yeoh Zimmer"
).split()
TITLES_EN = (
    ("Managing director", "Management"),
    ("Operations director", "Operations"),
    ("IT manager", "IT"),
    ("Plant manager", "Production"),
    ("Quality manager", "Quality"),
    ("Head of procurement", "Procurement"),
    ("Buyer", "Procurement"),
    ("Finance director", "Finance"),
)

#: what an opportunity is called, by industry; English beside it
PROJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "manufacturing": (
        ("MES 一期", "MES rollout"),
        ("MES 二期", "MES phase two"),
        ("设备联网改造", "Machine connectivity"),
        ("车间排程", "Shop-floor scheduling"),
        ("设备点检", "Equipment inspection"),
        ("供应商门户", "Supplier portal"),
        ("能耗监测平台", "Energy monitoring"),
        ("备件商城", "Spare parts shop"),
        ("售后工单", "Service desk"),
        ("刀具管理", "Tool management"),
    ),
    "electronics": (
        ("产线看板一期", "Line dashboards"),
        ("产线看板二期", "Line dashboards, phase two"),
        ("质检追溯", "Quality tracing"),
        ("SMT 数据采集", "SMT data capture"),
        ("仓储自动化", "Warehouse automation"),
    ),
    "medical": (
        ("LIS 升级", "LIS upgrade"),
        ("批记录", "Batch records"),
        ("实验室管理", "Laboratory management"),
        ("冷链监测", "Cold chain monitoring"),
        ("GMP 追溯", "GMP tracing"),
    ),
    "food": (
        ("防伪溯源", "Anti-counterfeit tracing"),
        ("质检追溯", "Quality tracing"),
        ("配方管理", "Recipe management"),
        ("门店巡检", "Store audits"),
        ("灌装线改造", "Filling line upgrade"),
    ),
    "logistics": (
        ("WMS", "WMS"),
        ("车队调度", "Fleet dispatch"),
        ("冷链监测", "Cold chain monitoring"),
        ("仓储自动化", "Warehouse automation"),
        ("数据中台", "Data platform"),
    ),
    "chemicals": (
        ("配方管理", "Recipe management"),
        ("能耗监测平台", "Energy monitoring"),
        ("实验室管理", "Laboratory management"),
        ("危化品台账", "Hazardous goods ledger"),
    ),
    "automotive": (
        ("质检追溯", "Quality tracing"),
        ("MES 一期", "MES rollout"),
        ("车间排程", "Shop-floor scheduling"),
    ),
    "retail": (
        ("门店巡检", "Store audits"),
        ("集团采购平台", "Group procurement"),
        ("WMS", "WMS"),
    ),
}
RENEWALS = (("年度服务续约", "Service renewal"), ("年度维保", "Maintenance renewal"))

#: name, code, series, unit, price in CNY, price in USD
PRODUCTS = (
    ("瀚海 MES 平台", "HH-MES-P", "MES", "套", 268000, 39800),
    ("MES 车间授权", "HH-MES-W", "MES", "车间", 68000, 9900),
    ("MES 追溯模块", "HH-MES-T", "MES", "套", 86000, 12500),
    ("MES 排程模块", "HH-MES-S", "MES", "套", 98000, 14200),
    ("MES 看板终端", "HH-MES-D", "MES", "台", 6800, 990),
    ("瀚海 WMS 标准版", "HH-WMS-S", "WMS", "套", 158000, 22900),
    ("瀚海 WMS 企业版", "HH-WMS-E", "WMS", "套", 326000, 47000),
    ("WMS 冷链模块", "HH-WMS-C", "WMS", "套", 58000, 8400),
    ("手持终端 H5", "HH-PDA-5", "WMS", "台", 3600, 520),
    ("条码打印机 B2", "HH-PRN-2", "WMS", "台", 4200, 610),
    ("瀚海 LIS", "HH-LIS-S", "LIS", "套", 186000, 27000),
    ("LIS 仪器接口", "HH-LIS-I", "LIS", "台", 12000, 1750),
    ("电子批记录", "HH-EBR-S", "LIS", "套", 226000, 32800),
    ("实验室信息管理 LIMS", "HH-LIM-S", "LIS", "套", 198000, 28600),
    ("数采网关 G2", "HH-GW-2", "IoT", "台", 5600, 820),
    ("数采网关 G4", "HH-GW-4", "IoT", "台", 9800, 1420),
    ("温湿度传感器", "HH-SEN-T", "IoT", "只", 460, 68),
    ("振动传感器", "HH-SEN-V", "IoT", "只", 1280, 186),
    ("能耗监测套件", "HH-EMS-K", "IoT", "套", 128000, 18600),
    ("设备点检 App", "HH-INS-A", "IoT", "年", 36000, 5200),
    ("供应商门户", "HH-SRM-P", "协同", "套", 118000, 17100),
    ("采购协同平台", "HH-SRM-G", "协同", "套", 428000, 62000),
    ("售后工单", "HH-SRV-D", "协同", "套", 78000, 11300),
    ("防伪溯源码", "HH-TRC-C", "协同", "万枚", 1800, 260),
    ("实施服务", "HH-SVC-I", "服务", "人天", 2800, 420),
    ("现场培训", "HH-SVC-T", "服务", "天", 6000, 880),
    ("年度维保", "HH-SVC-M", "服务", "年", 48000, 7000),
    ("驻场支持", "HH-SVC-O", "服务", "人月", 38000, 5500),
    ("接口开发", "HH-SVC-D", "服务", "个", 18000, 2600),
    ("数据迁移", "HH-SVC-X", "服务", "次", 26000, 3800),
)
COMPETITORS = ("蓝卓数科", "鼎力软件", "云启智造", "Plexora", "FactoryLoop", "客户自研")
TAGS = ("重点", "标杆", "老客户推荐", "招投标", "集团", "试点", "key account", "tender")
