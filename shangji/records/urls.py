"""Addresses of every described record type; what stands beside them: undo, bin, audit log."""

from django.urls import path, register_converter

from shangji.lib.later import pages_of
from shangji.records.description import is_slug
from shangji.records.pages import edit, lists, record


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

# loaded with their first request: a start does not pay for them
(
    answer,
    boards,
    bulk,
    cells,
    duplicates,
    exports,
    fields,
    imports,
    ledger,
    merge,
    numbers,
    places,
    view_forms,
    whole,
) = pages_of(
    "shangji.records.pages",
    "answer boards bulk cells duplicates exports fields imports ledger merge numbers places"
    " view_forms whole",
)
app_name = "records"
urlpatterns = [
    path("bin/", ledger.recycle_bin, name="bin"),
    path("bin/restore/", ledger.bin_restore, name="bin_restore"),
    path("settings/export/", whole.page, name="whole"),
    path("export/whole/", whole.download, name="whole_file"),
    path("settings/audit/", ledger.audit, name="audit"),
    path("settings/audit/<int:pk>/", ledger.audit_detail, name="audit_detail"),
    path("settings/duplicates/", duplicates.rules, name="duplicate_rules"),
    path("settings/fields/", fields.fields, name="custom_fields"),
    path("settings/fields/new/", fields.new, name="custom_field_new"),
    path("settings/fields/together/", fields.add_together, name="together"),
    path("settings/fields/together/<int:pk>/drop/", fields.drop_together, name="together_drop"),
    path("settings/fields/<int:pk>/", fields.field, name="custom_field"),
    path("settings/fields/<int:pk>/<str:verb>/", fields.act, name="custom_field_act"),
    path("operations/<int:pk>/undo/", ledger.undo, name="undo"),
    path("operations/<int:pk>/report/", ledger.undo_report, name="undo_report"),
    path("undo/last/", ledger.undo_last, name="undo_last"),
    path("density/", ledger.density, name="density"),
    path("divisions/", places.divisions, name="divisions"),
    path("import/", imports.upload, name="imports"),
    path("import/<int:pk>/", imports.page, name="import_page"),
    path("import/<int:pk>/failures.csv", imports.failures, name="import_failures"),
    path("import/<int:pk>/<str:verb>/", imports.act, name="import_act"),
    path("export/<int:pk>/", exports.page, name="export_page"),
    path("export/<int:pk>/file/", exports.download, name="export_file"),
    path("<record:slug>/import/", imports.upload, name="import"),
    path("<record:slug>/export/", exports.export, name="export"),
    path("<record:slug>/export/start/", exports.start, name="export_start"),
    path("<record:slug>/", lists.record_list, name="list"),
    path("<record:slug>/cards/", boards.cards, name="cards"),
    path("<record:slug>/new/", edit.new, name="new"),
    path("<record:slug>/answer/", answer.list_answer, name="list_answer"),
    path("<record:slug>/live/", edit.live, name="live"),
    path("<record:slug>/numbers/", numbers.list_numbers, name="list_numbers"),
    path("<record:slug>/options/", edit.option_list, name="options"),
    path("<record:slug>/similar/", edit.similar, name="similar"),
    path("<record:slug>/duplicates/", duplicates.queue, name="duplicates"),
    path("<record:slug>/duplicates/<int:pk>/", duplicates.judge, name="duplicate_judge"),
    path("<record:slug>/merge/", merge.merge, name="merge"),
    path("<record:slug>/merge/go/", merge.merge_go, name="merge_go"),
    path("<record:slug>/views/", view_forms.view_save, name="view_save"),
    path("<record:slug>/views/first/", view_forms.view_first, name="view_first"),
    path("<record:slug>/views/<int:pk>/", view_forms.view_change, name="view_change"),
    path("<record:slug>/views/<int:pk>/delete/", view_forms.view_delete, name="view_delete"),
    path("<record:slug>/bulk/<str:verb>/", bulk.bulk, name="bulk"),
    path("<record:slug>/cells/", cells.cells, name="cells"),
    path("<record:slug>/paste/", cells.paste_rows, name="paste"),
    path("<record:slug>/widths/", cells.widths, name="widths"),
    path("<record:slug>/<int:pk>/", record.record_page, name="page"),
    path("<record:slug>/<int:pk>/card/", boards.card_move, name="card_move"),
    path("<record:slug>/<int:pk>/edit/", edit.edit, name="edit"),
    path("<record:slug>/<int:pk>/field/<str:key>/", record.field, name="field"),
    path("<record:slug>/<int:pk>/delete/", record.delete, name="delete"),
    path("<record:slug>/<int:pk>/restore/", record.restore, name="restore"),
    path("<record:slug>/<int:pk>/why/", record.why, name="why"),
    path("<record:slug>/<int:pk>/history/", record.history, name="history"),
]
