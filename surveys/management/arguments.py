"""How commands are told a unit, a round and a day; what cannot be understood becomes a CommandError with a sentence."""

from contextlib import contextmanager
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.utils import timezone

from communities.models import Unit
from surveys.models import Round


@contextmanager
def sentences():
    """A ValidationError inside becomes the command's error, as the sentences it carries."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def unit_of(code):
    """The unit with this code, trailing zeros left off or not."""
    try:
        return Unit.objects.by_code(code)
    except Unit.DoesNotExist:
        raise CommandError(
            f"没有代码为 {code} 的单位。请核对区划代码，或先用 load_units 导入单位。"
        ) from None


def round_of(text, unit=None):
    """The round called `2022` or `2022Q3`, the one covering `unit` where given."""
    with sentences():
        return Round.objects.find_round(text, unit)


def day_of(text):
    """A date written 2022-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期“{text}”读不懂，应写成 2022-12-31。") from None


def end_of(day):
    """The last second of that day in Shanghai: what is due on a day may come until midnight."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
