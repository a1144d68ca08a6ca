from django.db import migrations
from django.utils import timezone

COMMUNITY, SHARES = 5, ("%", "％", "‰")


def mark_stale(apps, schema_editor):
    """What areas say of an item in % was added up: it is counted anew, as a mean, by whoever reads next."""
    Extra, Filing = apps.get_model("surveys", "Extra"), apps.get_model("surveys", "Filing")
    Stale, now = apps.get_model("reports", "Stale"), timezone.now()
    rounds = Extra.objects.filter(unit__in=SHARES).values_list("round", flat=True)
    above = Filing.objects.filter(level__lt=COMMUNITY, round__in=set(rounds)).order_by().values_list("pk", flat=True)
    Extra.objects.filter(unit="％").update(unit="%")
    fresh = (Stale(filing_id=pk, at=now) for pk in above.iterator())
    Stale.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0009_dismissal'),
        ('surveys', '0007_level_index'),
    ]

    operations = [
        migrations.RunPython(mark_stale, migrations.RunPython.noop),
    ]
