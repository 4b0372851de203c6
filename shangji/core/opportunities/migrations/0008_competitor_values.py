from typing import ClassVar

from django.db import migrations

from shangji.foundation.audit.migrating import AddCustomValues


class Migration(migrations.Migration):
    dependencies: ClassVar = [("opportunities", "0007_custom_values")]

    operations: ClassVar = [AddCustomValues("competitor")]
