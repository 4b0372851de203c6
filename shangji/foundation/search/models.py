"""What the search box knows: one entry per record, and what each person looked at last."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class SearchEntry(models.Model):
    """One record in the index. Its terms stand beside it, in the database's own full-text index
    (store/): a virtual table on SQLite, a tsvector column on PostgreSQL."""

    #: worked out from other tables: a whole export leaves it out
    derived = True
    #: kept by the index itself, whatever is merged
    merge_stays: ClassVar[frozenset[str]] = frozenset({"record_id"})

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    # the normalised title, for what begins with the words typed
    title_key = models.CharField(max_length=120)
    # None: the open pool, or a type without owners
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="search_entry_once")
        ]
        indexes: ClassVar = [
            # holds all that the look-up by beginning reads, rights included
            models.Index(
                fields=["title_key", "record_type", "owner_id", "record_id"],
                name="search_title",
                opclasses=["varchar_pattern_ops", "varchar_ops", "int8_ops", "int8_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}"


class SearchSpelling(models.Model):
    """A Latin word of the index under one of its stems (lib.text.spelling), for whoever mistypes
    it. Not unique: two processes that learn a word at once need not wait for one another."""

    #: worked out from other tables: a whole export leaves it out
    derived = True

    stem = models.CharField(max_length=7)
    word = models.CharField(max_length=24)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["stem", "word"], name="search_spelling_stem")]

    def __str__(self) -> str:
        return f"{self.stem}: {self.word}"


class PinnedRecord(models.Model):
    """A record somebody keeps at the top of the palette and of the search page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "record_type", "record_id"], name="pinned_record_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} by {self.user_id}"


class RecentRecord(models.Model):
    """A record somebody opened, and when last."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "record_type", "record_id"], name="recent_record_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="recent_record_last")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} by {self.user_id}"
