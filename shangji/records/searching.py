"""Let the one search box find a described type."""

from typing import Any

from django.urls import reverse

from shangji.foundation.search.index import Searchable, register_search
from shangji.records.description import RecordDescription


def make_searchable(
    description: RecordDescription, *, body: tuple[str, ...] = (), person: bool = False
) -> None:
    """Find records by their title, and by the text of further fields of their own row.

    Args:
        body: names of text columns; their field keys are the same.
        person: the title is a person's name (pinyin reads surnames).
    """
    title = description.title

    def text_of(record: Any) -> str:
        return " ".join(text for name in body if (text := getattr(record, name)))

    def url_of(record: Any) -> str:
        return reverse("records:page", kwargs={"slug": description.slug, "pk": record.pk})

    register_search(
        description.type,
        Searchable(
            model=description.model,
            title=lambda record: str(getattr(record, title)),
            url=url_of,
            body=text_of,
            body_fields=frozenset(body),
            icon=description.icon,
            label=description.plural,
            person=person,
            watch=frozenset({title, *body, "owner"}),
        ),
    )
