"""Chinese is as complete as English: nothing missing, fuzzy, obsolete, no placeholder lost."""

import shutil

import pytest
from babel.messages.catalog import Catalog

from scripts import messages


def catalog(**entries: str) -> Catalog:
    made = Catalog(locale=messages.LOCALE)
    for english, chinese in entries.items():
        made.add(english, chinese)
    return made


def test_it_has_no_fault_in_the_committed_catalogue() -> None:
    assert messages.faults_in(messages.read(messages.PO)) == []


@pytest.mark.skipif(
    not shutil.which("xgettext"), reason="xgettext is not installed: apt install gettext"
)
def test_it_translates_all_that_the_code_marks() -> None:
    assert messages.faults_between(messages.gather(), messages.read(messages.PO)) == []


def test_it_sees_a_missing_and_a_leftover_entry() -> None:
    assert messages.faults_between(catalog(Stage="阶段"), catalog(Phase="环节")) == [
        'missing: "Stage"',
        'no longer used: "Phase"',
    ]


def test_it_sees_an_untranslated_and_a_fuzzy_entry() -> None:
    made = catalog(Stage="", Phase="环节")
    made["Phase"].flags.add("fuzzy")
    assert messages.faults_in(made) == ['not translated: "Stage"', 'fuzzy: "Phase"']


def test_it_sees_a_lost_placeholder() -> None:
    made = Catalog(locale=messages.LOCALE)
    made.add("%(count)s deals of {name}", "{name} 的商机")
    assert messages.faults_in(made) == ['placeholders differ: "%(count)s deals of {name}"']


def test_it_accepts_one_chinese_form_for_two_english_ones() -> None:
    made = Catalog(locale=messages.LOCALE)
    made.add(("One deal", "%(count)s deals"), ("%(count)s 个商机",))
    assert messages.faults_in(made) == []
