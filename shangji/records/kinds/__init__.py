"""Field kinds: one class, one file each. `KINDS` names them all for the contract test."""

from shangji.records.kinds.address import Postal
from shangji.records.kinds.base import Asked, FormatContext, Kind
from shangji.records.kinds.boolean import Boolean
from shangji.records.kinds.choice import Choice, Option
from shangji.records.kinds.date import Date
from shangji.records.kinds.datetime import DateTime
from shangji.records.kinds.decimal import Number
from shangji.records.kinds.duration import Duration
from shangji.records.kinds.file import File
from shangji.records.kinds.image import Image
from shangji.records.kinds.integer import Whole
from shangji.records.kinds.link import Link
from shangji.records.kinds.long_text import LongText
from shangji.records.kinds.mail import Mail
from shangji.records.kinds.money import Money
from shangji.records.kinds.percent import Percent
from shangji.records.kinds.person import Person
from shangji.records.kinds.phone import Phone
from shangji.records.kinds.rating import Rating
from shangji.records.kinds.rich_text import RichText
from shangji.records.kinds.sequence import Sequence
from shangji.records.kinds.several import Several
from shangji.records.kinds.tags import Tags
from shangji.records.kinds.team import Team
from shangji.records.kinds.text import Text
from shangji.records.kinds.web import Web

KINDS: tuple[type[Kind], ...] = (
    Text,
    LongText,
    Whole,
    Number,
    Money,
    Percent,
    Date,
    DateTime,
    Boolean,
    Choice,
    Person,
    Link,
    Phone,
    Mail,
    Web,
    Tags,
    Several,
    Team,
    Rating,
    Duration,
    Sequence,
    Postal,
    File,
    Image,
    RichText,
)

__all__ = [
    "KINDS",
    "Asked",
    "Boolean",
    "Choice",
    "Date",
    "DateTime",
    "Duration",
    "File",
    "FormatContext",
    "Image",
    "Kind",
    "Link",
    "LongText",
    "Mail",
    "Money",
    "Number",
    "Option",
    "Percent",
    "Person",
    "Phone",
    "Postal",
    "Rating",
    "RichText",
    "Sequence",
    "Several",
    "Tags",
    "Team",
    "Text",
    "Web",
    "Whole",
]
