import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(verbose_name="表单编号")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("answer", models.JSONField(verbose_name="答复")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
            ],
            options={
                "verbose_name": "保存回执",
                "verbose_name_plural": "保存回执",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"),
                        name="receipt_once",
                        violation_error_message="这份表单已经保存过。",
                    )
                ],
            },
        ),
    ]
