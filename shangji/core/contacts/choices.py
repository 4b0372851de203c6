"""Fixed choices of contacts."""

from django.utils.translation import gettext_lazy as _

from shangji.records.kinds import Option

GENDERS = (
    Option("female", _("Female"), also=("女", "f")),
    Option("male", _("Male"), also=("男", "m")),
    Option("other", _("Other")),
)
EDUCATION = (
    Option("school", _("School")),
    Option("college", _("College")),
    Option("bachelor", _("Bachelor")),
    Option("master", _("Master")),
    Option("doctor", _("Doctor")),
)
CONSENT_CHANNELS = (
    Option("mail", _("Mail")),
    Option("phone", _("Phone")),
    Option("sms", _("SMS")),
    Option("wechat", _("WeChat")),
    Option("post", _("Post")),
)
CONSENT_KEYS = frozenset(option.value for option in CONSENT_CHANNELS)
