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
    if kind != "custom" or not number.isdigit():
        return NOBODY
    row = CustomRole.objects.filter(pk=int(number)).first()
    if row is None:
        return NOBODY
    try:
        return role_from_json(
            row.definition, key=key, name=row.name, description=row.description
        )
    except BrokenDefinition:
        return NOBODY
