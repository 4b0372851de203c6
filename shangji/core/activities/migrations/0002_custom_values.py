from typing import ClassVar

from django.db import migrations

from shangji.foundation.audit.migrating import AddCustomValues


class Migration(migrations.Migration):
    dependencies: ClassVar = [("activities", "0001_initial")]

    operations: ClassVar = [AddCustomValues("activity")]
