"""Address books and calendars come in like tables; whatever is in a file, it is in or refused."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shangji.core.activities.models import Activity
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.sheets import SheetError, open_sheet
from shangji.records.imports import actions
from shangji.records.imports.models import Import

As = Callable[[User], Actor]
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "exports"
SHARED = Path(os.environ.get("SHANGJI_SHARED_DATA", "../shared/data"))


def bring(actor: Actor, content: bytes, now: datetime) -> Import:
    run = actions.bring_file(actor=actor, chunks=[content], name="x", record_type="", now=now)
    actions.begin(actor=actor, run=run, now=now, again=True)
    return actions.run_import(actor=actor, run=run, now=now)


@pytest.mark.django_db
def test_cards_of_every_version_become_contacts(dana: User, actor: As, now: datetime) -> None:
    run = bring(actor(dana), (SAMPLES / "people.vcf").read_bytes(), now)
    assert (run.record_type, run.created, run.failed) == ("contact", 3, 0)
    wang, ann, cy = (Contact.objects.get(name=name) for name in ("王伟", "Ann Lee", "Cy Young"))
    assert wang.phone == "13800138000" and wang.account is not None
    assert wang.account.name == "华东机械有限公司"
    assert ann.account is not None and ann.account.name == "Acme, Ltd"
    assert (ann.email, ann.phone) == ("ann@lee.example.com", "+1 555 010 2000")
    assert (ann.birthday, ann.department) == (date(1980, 3, 22), "Buying")
    assert (ann.tags, ann.description) == (["buyer", "vip"], "Two lines\nof a note")
    points = ContactPoint.objects.filter(contact=ann).order_by("kind", "position")
    assert [one.value for one in points] == [
        "ann@lee.example.com",
        "ann@acme.example.com",
        "+1 555 010 2000",
        "+1 555 010 2001",
    ]
    assert (cy.gender, cy.phone, cy.birthday) == ("male", "+1-555-010-3000", None)
    # known again: by id, address or number
    again = bring(actor(dana), (SAMPLES / "people.vcf").read_bytes(), now)
    assert (again.created, again.updated, again.failed) == (0, 0, 0)


@pytest.mark.django_db
def test_a_calendar_becomes_activities(dana: User, actor: As, now: datetime) -> None:
    bring(actor(dana), (SAMPLES / "people.vcf").read_bytes(), now)
    run = bring(actor(dana), (SAMPLES / "meetings.ics").read_bytes(), now)
    assert (run.record_type, run.created, run.failed) == ("activity", 3, 0)
    review = Activity.objects.get(subject="Review of the quote")
    # two in the afternoon in Berlin is nine in the evening here
    assert (review.kind, review.due_on, review.due_time) == (
        "meeting", date(2026, 11, 20), time(21, 0),
    )  # fmt: skip
    assert (review.minutes, review.body) == (90, "Bring the\nnumbers")
    assert review.done_at == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert review.contact is not None and review.contact.name == "Ann Lee"
    fair = Activity.objects.get(subject="Fair")
    assert (fair.due_on, fair.due_time, fair.done_at) == (date(2027, 1, 5), None, None)
    task = Activity.objects.get(subject="Send the contract")
    assert (task.kind, task.done_at) == ("task", None)
    sheet = open_sheet(SAMPLES / "meetings.ics")
    assert len(list(sheet.rows())) == 3
    assert {one.code for one in sheet.problems} == {"repeats", "cancelled"}


@pytest.mark.django_db
@pytest.mark.shared_data
@pytest.mark.parametrize("folder", ["vcard_corpus", "ics_corpus"])
def test_every_file_of_the_corpora_is_in_or_refused_with_a_cause(
    folder: str, dana: User, sign_in: Callable[[User], Client], actor: As, now: datetime
) -> None:
    client = sign_in(dana)
    files = [p for p in sorted((SHARED / folder).rglob("*")) if p.suffix in {".vcf", ".ics"}]
    assert len(files) >= 2
    for path in files:
        given_file = SimpleUploadedFile(path.name, path.read_bytes())
        answer: Any = client.post("/import/", {"file": given_file, "type": ""})
        assert answer.status_code in {302, 400}, path
        if answer.status_code == 302:
            assert client.get(answer["Location"]).status_code == 200, path
            run = Import.objects.latest("id")
            actions.begin(actor=actor(dana), run=run, now=now, again=True)
            done = actions.run_import(actor=actor(dana), run=run, now=now)
            rows = done.created + done.updated + done.unchanged + done.failed
            assert rows == done.done_rows > 0, path
            assert all(one.causes for one in done.failures.all()), path


@given(st.binary(max_size=300), st.sampled_from([b"BEGIN:VCARD\n", b"BEGIN:VCALENDAR\n"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    inside = b"BEGIN:VEVENT\n" if b"CAL" in head else b""
    try:
        for row in open_sheet(head + inside + data).rows():
            assert all(cell is None or isinstance(cell, str) for cell in row.cells)
    except SheetError as problem:
        assert problem.cause


ODD_CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:Our plant
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:By the second
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=SECONDLY
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
SUMMARY;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=0D=0Ax
DTSTART;TZID="Our plant":20260701T100000
DTEND;TZID="Our plant":20260701T113000
RRULE:FREQ=WEEKLY;BYDAY=WE
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID:20260708T080000Z
DTSTART;TZID=China Standard Time:20260708T100000
DURATION:PT45M
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=By the second:20260708T100000
END:VEVENT
BEGIN:VTODO
SUMMARY:Broken
DUE:2026-13-45
END:VTODO
"""


def test_a_calendar_keeps_its_zones_and_what_cannot_be_read_is_named() -> None:
    sheet = open_sheet(ODD_CALENDAR)
    rows = [dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows()]
    assert [(one["UID"], one["SUMMARY"], one["START"], one["MINUTES"]) for one in rows] == [
        ("1", "王\nx", "2026-07-01T10:00:00+02:00", "90"),
        ("1#20260708T080000Z", "", "2026-07-08T10:00:00+08:00", "45"),
        ("", "", "2026-07-08T10:00:00+01:00", ""),
        ("", "Broken", "", ""),
    ]
    assert rows[0]["REPEATS"] == "FREQ=WEEKLY;BYDAY=WE"
    assert [one.code for one in sheet.problems] == ["repeats", "broken_value"]
    # what one file calls its zone is no other file's business
    other = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Our plant:20260701T100000\nEND:VEVENT\n"
    assert next(open_sheet(other).rows()).cells[3] == "2026-07-01T10:00:00"


def test_what_is_no_number_goes_into_the_note_of_a_card() -> None:
    sheet = open_sheet(b"BEGIN:VCARD\nFN:Doe\nTEL;CELL:MobilePhone\nNOTE:A\nEND:VCARD\n")
    row = dict(zip(sheet.header, next(sheet.rows()).cells, strict=True))
    assert (row["TEL"], row["NOTE"]) == ("", "A\nTEL: MobilePhone")
    assert [one.code for one in sheet.problems] == ["no_number"]
