from typing import ClassVar

from django.db import migrations

from shangji.foundation.audit.migrating import AddCustomValues


class Migration(migrations.Migration):
    dependencies: ClassVar = [("evaluate", "0008_assessment_note")]

    operations: ClassVar = [
        AddCustomValues("skill"),
        AddCustomValues("specialist"),
        AddCustomValues("specialistskill"),
        AddCustomValues("absence"),
        AddCustomValues("market"),
        AddCustomValues("marketinput"),
        AddCustomValues("battlecard"),
        AddCustomValues("rivalcriterion"),
        AddCustomValues("rivalfinding"),
        AddCustomValues("rivalprice"),
        AddCustomValues("demand"),
        AddCustomValues("risk"),
    ]
