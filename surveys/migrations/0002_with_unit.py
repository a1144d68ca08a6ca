from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="filing", name="filing_submitted_to_a_desk"),
        migrations.RenameField(model_name="filing", old_name="desk", new_name="with_unit"),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "submitted"), _negated=True)
                | models.Q(("with_unit__isnull", False)),
                name="filing_submitted_to_a_unit",
                violation_error_message="已报送的填报表应写明由哪个单位办理。",
            ),
        ),
    ]
