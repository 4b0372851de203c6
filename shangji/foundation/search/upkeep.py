"""The index is there after every migrate, and filled when its terms are new."""

from typing import Any

from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.search import store
from shangji.foundation.search.index import searchable_types


def after_migrate(**_sent: Any) -> None:
    """Make the index of this release; have a job fill it where records exist already."""
    if store.ensure():
        for record_type, kind in searchable_types().items():
            if kind.model._default_manager.exists():
                enqueue(
                    "search.reindex",
                    params={"record_type": record_type},
                    unique_key=f"search.reindex:{store.VERSION}:{record_type}",
                )
    store.clear_leftovers()
