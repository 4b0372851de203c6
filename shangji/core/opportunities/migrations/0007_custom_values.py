from typing import ClassVar

from django.db import migrations

from shangji.foundation.audit.migrating import AddCustomValues


class Migration(migrations.Migration):
    dependencies: ClassVar = [("opportunities", "0006_roll_up_by_outcome")]

    operations: ClassVar = [AddCustomValues("opportunity")]
