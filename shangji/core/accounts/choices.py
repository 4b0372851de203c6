"""Fixed choices of accounts; imports know them by further words."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

KINDS = (Option("company", _("Company")), Option("person", _("Private person")))
LIFECYCLES = (
    Option("prospect", _("Prospect")),
    Option("customer", _("Customer")),
    Option("former", _("Former customer")),
)
INDUSTRIES = (
    Option("manufacturing", _("Manufacturing"), also=("制造", "industrial")),
    Option("electronics", _("Electronics"), also=("电子",)),
    Option("chemicals", _("Chemicals and materials"), also=("化工", "新材料", "chemicals")),
    Option("automotive", _("Automotive"), also=("汽车",)),
    Option("energy", _("Energy"), also=("能源", "电力", "utilities")),
    Option("construction", _("Construction and property"), also=("建筑", "房地产", "real estate")),
    Option("logistics", _("Logistics and transport"), also=("物流", "运输", "transportation")),
    Option("retail", _("Retail and e-commerce"), also=("零售", "电商", "retail", "e-commerce")),
    Option("food", _("Food and drink"), also=("食品", "餐饮", "food & beverage")),
    Option("medical", _("Health care"), also=("医疗", "医药", "healthcare", "pharma")),
    Option("finance", _("Finance"), also=("金融", "银行", "保险", "banking", "insurance")),
    Option("technology", _("Technology"), also=("科技", "it", "technolgy", "high tech")),
    Option("software", _("Software"), also=("软件", "saas", "internet", "互联网")),
    Option("telecommunications", _("Telecommunications"), also=("通信", "电信", "telecom")),
    Option("services", _("Business services"), also=("服务", "咨询", "consulting", "employment")),
    Option("marketing", _("Marketing and advertising"), also=("广告", "营销", "advertising")),
    Option("entertainment", _("Media and entertainment"), also=("传媒", "娱乐", "media")),
    Option("education", _("Education"), also=("教育", "培训")),
    Option("agriculture", _("Agriculture"), also=("农业",)),
    Option("government", _("Public sector"), also=("政府", "public", "government")),
    Option("other", _("Other"), also=("其它",)),
)
SIZES = (
    Option("1-19", "1–19"),
    Option("20-99", "20–99"),
    Option("100-299", "100–299"),
    Option("300-999", "300–999"),
    Option("1000-4999", "1,000–4,999"),
    Option("5000+", "5,000+"),
)
