"""What a form refuses is said in our words, with what is expected and what is there."""

from typing import Any

import pytest
from django import forms
from django.core.validators import RegexValidator
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from shangji.ui.forms import Form

PAIR = [("a", "A"), ("b", "B")]


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        (forms.CharField(), "", "This is needed."),
        (forms.ChoiceField(choices=PAIR), "", "Choose from the list."),
        (forms.MultipleChoiceField(choices=PAIR), "", "Choose at least one."),
        (forms.BooleanField(), "", "Tick this to go on."),
        (forms.FileField(), "", "Choose a file."),
        (forms.CharField(max_length=3), "abcd", "At most 3 characters; these are 4."),
        (forms.CharField(min_length=3), "ab", "At least 3 characters; these are 2."),
        (forms.CharField(max_length=1), "ab", "At most 1 character; these are 2."),
        (forms.CharField(), "a\x00b", "There is a character in it that cannot be stored."),
        (forms.IntegerField(), "x2", "Should be a whole number such as 12, is “x2”."),
        (forms.IntegerField(max_value=9), "12", "At most 9; here stands 12."),
        (forms.IntegerField(min_value=0), "-1", "At least 0; here stands -1."),
        (forms.DecimalField(), "1,2,3x", "Should be a number such as 7.25, is “1,2,3x”."),
        (forms.DecimalField(decimal_places=2), "0.125", "At most 2 digits after the point."),
        (forms.DecimalField(max_digits=3), "12345", "At most 3 digits."),
        (forms.DateField(), "soon", "Should be a day such as 2026-12-18, is “soon”."),
        (forms.TimeField(), "25:99", "Should be a time such as 10:30, is “25:99”."),
        (
            forms.EmailField(),
            "li at example",
            "Should be a mail address such as li@example.com, is “li at example”.",
        ),
        (forms.ChoiceField(choices=PAIR), "c", "Choose from the list; “c” is not on it."),
        (
            forms.IntegerField(),
            "x" * 60,
            "Should be a whole number such as 12, is “" + "x" * 40 + "…”.",
        ),
        # a text of our own stays
        (forms.CharField(error_messages={"required": "Say who."}), "", "Say who."),
        (
            forms.CharField(validators=[RegexValidator("^A", "Begins with A.")]),
            "b",
            "Begins with A.",
        ),
    ],
)
def test_it_says_what_is_expected(field: forms.Field, sent: str, said: str) -> None:
    class Sample(Form):
        one = field

    with translation.override("en"):
        assert Sample({"one": sent}).errors == {"one": [said]}


def test_it_leaves_whole_forms_and_strings_alone() -> None:
    class Sample(Form):
        one = forms.CharField(required=False)

        def clean(self) -> dict[str, Any]:
            self.add_error("one", "Not this.")
            raise forms.ValidationError({"one": ["Nor that."]})

    with translation.override("en"):
        form = Sample({"one": "x"})
        assert form.errors == {"one": ["Not this.", "Nor that."]}
        form.add_error(None, "Whole.")
        assert form.non_field_errors() == ["Whole."]


def test_fields_added_later_speak_the_same_way() -> None:
    class Sample(Form):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.fields["late"] = forms.MultipleChoiceField(choices=PAIR)

    with translation.override("en"):
        sent = MultiValueDict({"late": ["a", "z"]})
        assert Sample(sent).errors == {"late": ["Choose from the list; “a, z” is not on it."]}
