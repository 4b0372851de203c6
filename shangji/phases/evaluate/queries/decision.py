"""What each noun of evaluation says on the go / no-go one-pager.

The contract between the one-pager and its sections. A noun writes in its own
`queries/<noun>.py`:

    def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None

and adds one line to `DECISION_SECTIONS` in `queries/decision_sheet.py`. It answers None while
there is nothing yet: the one-pager then shows the section's hint on how to begin. A line costs
as few queries as it can, reads only what the actor may see, and raises nothing.
"""

from typing import Literal

from django.utils.functional import Promise

from shangji.lib.values import dataclass

Text = str | Promise
#: what a figure means for the business; said in `words` too, colour never stands alone
Tone = Literal["good", "warn", "bad", "plain"]


@dataclass(frozen=True)
class DecisionLine:
    """One tile of the one-pager.

    Attributes:
        label: the section's name, "Scorecard".
        figure: the one number with its unit as shown, "6.6 · B", "¥39.2 万"; short.
        words: one sentence that says what the figure is made of, with n, period, currency.
        tone: how it bears on the decision; "plain" says nothing either way.
        url: the section's page.
    """

    label: Text
    figure: str
    words: str
    tone: Tone
    url: str
