"""What a password needs, said in our words: Django's own are not there in Chinese."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """So many characters at least."""

    def get_error_message(self) -> str:
        text = ngettext(
            "Needs at least %(n)s character.", "Needs at least %(n)s characters.", self.min_length
        )
        return text % {"n": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()
