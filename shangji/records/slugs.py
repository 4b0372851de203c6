"""The part of an address that names a described type: `<record:slug>`."""

from django.urls import register_converter

from shangji.records.description import is_slug


class RecordSlug:
    """The slug of a described type; any other word is somebody else's address."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        if not is_slug(value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RecordSlug, "record")
