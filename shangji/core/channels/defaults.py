"""The channels a new workspace begins with: the six of the practice, and what imports bring."""

from datetime import datetime

from shangji.core.channels.models import Channel

# key, zh, en, kind
CHANNELS = (
    ("web_social", "网站和社交媒体", "Website and social media", "web"),
    ("email", "电子邮件营销", "Email marketing", "mail"),
    ("seo", "SEO", "SEO", "search"),
    ("event", "展会和会议", "Exhibitions and conferences", "event"),
    ("referral", "客户推荐", "Customer referral", "referral"),
    ("media", "媒体宣传", "Media", "media"),
    ("paid_search", "付费搜索", "Paid search", "search"),
    ("phone", "电话", "Phone", "other"),
    ("partner", "合作伙伴", "Partner", "referral"),
    ("other", "其他", "Other", "other"),
)


def install_defaults(now: datetime) -> None:
    """Default channels, once."""
    if Channel.objects.exists():
        return
    Channel.objects.bulk_create(
        Channel(
            key=key,
            name_zh=zh,
            name_en=en,
            kind=kind,
            position=position,
            created_at=now,
            updated_at=now,
        )
        for position, (key, zh, en, kind) in enumerate(CHANNELS)
    )
