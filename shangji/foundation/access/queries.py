"""Which role a key stands for."""

from shangji.foundation.access.definitions import BrokenDefinition, role_from_json
from shangji.foundation.access.grants import Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.roles import BUILT_IN, NOBODY


def role_for(key: str, is_active: bool = True) -> Role:
    """The role of a key ("rep", "custom:12"). Unknown, broken or inactive: may do nothing."""
    if not is_active:
        return NOBODY
    if key in BUILT_IN:
        return BUILT_IN[key]
    kind, _, number = key.partition(":")
    if kind != "custom" or not number.isdecimal() or len(number) > 18:
        return NOBODY
    row = CustomRole.objects.filter(pk=int(number)).first()
    return NOBODY if row is None else role_of(row)


def role_of(row: CustomRole) -> Role:
    """The role of a stored definition; a broken one may do nothing."""
    try:
        return role_from_json(
            row.definition, key=f"custom:{row.pk}", name=row.name, description=row.description
        )
    except BrokenDefinition:
        return NOBODY


def all_roles() -> list[Role]:
    """Every role somebody may be given: built-in ones, then own ones that can be read."""
    own = [role_of(row) for row in CustomRole.objects.all()]
    return [*BUILT_IN.values(), *(role for role in own if role is not NOBODY)]


def why_broken(row: CustomRole) -> str:
    """What is wrong with a stored role, or nothing."""
    try:
        role_from_json(row.definition, key=f"custom:{row.pk}", name=row.name)
    except BrokenDefinition as error:
        return str(error)
    return ""
