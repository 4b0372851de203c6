from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shangji.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        # models need the app registry, which is full only now: hence lazily
        from shangji.foundation.notices.queries import COUNT_LIMIT, UNREAD
        from shangji.foundation.people.sessions import ask_along

        ask_along("unread", UNREAD.format(user="u.id", limit=COUNT_LIMIT))
