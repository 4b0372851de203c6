"""Mail domains that many firms and persons share: equal ones say nothing about equal firms."""

#: the large free providers of China and of the world, with their country domains by beginning
_FREE = frozenset(
    """
    qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net vip.163.com vip.126.com 188.com
    sina.com sina.cn vip.sina.com sohu.com 139.com 189.cn wo.cn 21cn.com aliyun.com tom.com
    263.net eyou.com gmail.com googlemail.com outlook.com hotmail.com live.com live.cn msn.com
    yahoo.com ymail.com rocketmail.com icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net
    web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com proton.me protonmail.com
    pm.me tutanota.com zoho.com fastmail.com hey.com naver.com hanmail.net daum.net nate.com
    orange.fr free.fr laposte.net libero.it virgilio.it comcast.net verizon.net att.net
    btinternet.com
    """.split()
)  # fmt: skip
_BEGINNINGS = ("yahoo.", "hotmail.", "outlook.", "live.", "gmx.")
#: addresses of large sites where many firms have a page of their own
_SHARED = frozenset(
    "weixin.qq.com mp.weixin.qq.com taobao.com tmall.com 1688.com jd.com alibaba.com weibo.com"
    " baidu.com linkedin.com facebook.com github.com github.io gitee.com wordpress.com wixsite.com"
    " myshopify.com sites.google.com".split()
)


def is_shared_domain(domain: str) -> bool:
    """Whether a domain ("qq.com") belongs to a provider rather than to one firm."""
    if domain in _FREE or domain in _SHARED or domain.startswith(_BEGINNINGS):
        return True
    return any(domain.endswith(f".{site}") for site in _SHARED)
