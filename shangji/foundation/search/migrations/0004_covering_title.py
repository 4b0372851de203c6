from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_spelling"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="searchentry", name="search_title"),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                fields=["title_key", "record_type", "owner_id", "record_id"],
                name="search_title",
                opclasses=["varchar_pattern_ops", "varchar_ops", "int8_ops", "int8_ops"],
            ),
        ),
    ]
