"""What the record engine may know of comparing: the verb that puts deals side by side."""

from django.utils.translation import gettext_lazy as _

from shangji.records.description import BulkVerb

COMPARE = BulkVerb("compare", _("Compare"), "scale", "evaluate:compare_chosen", verb="read")
