"""Kinds of answers. Unit, bounds and words belong to the model field, so form,
sheet and checks share them.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

PARTIAL_DATE = re.compile(r"(18|19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class Quantity:
    """A number with its unit and bounds; blank means unknown, zero means zero.

    `bounded` turns the bounds into named database constraints.
    """

    def __init__(self, *args, unit="", lowest=0, highest=None, **kwargs):
        self.unit, self.lowest, self.highest = unit, lowest, highest
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(lowest=self.lowest, highest=self.highest)
        return name, path, args, kwargs

    @property
    def validators(self):
        return [
            *super().validators,
            MinValueValidator(self.lowest),
            MaxValueValidator(self.highest),
        ]

    @property
    def bounds_sentence(self):
        return f"{self.verbose_name}应在 {self.lowest:,} 到 {self.highest:,} {self.unit}之间。"

    def constraint(self, table):
        bounds = {f"{self.name}__gte": self.lowest, f"{self.name}__lte": self.highest}
        return models.CheckConstraint(
            condition=Q(**bounds),
            name=f"{table}_{self.name}"[:60],
            violation_error_message=self.bounds_sentence,
        )


class CountField(Quantity, models.IntegerField):
    """A head count or number of things, whole."""

    def __init__(self, *args, highest=10_000_000, **kwargs):
        super().__init__(*args, highest=highest, **kwargs)


class AmountField(Quantity, models.DecimalField):
    """Money in yuan or an area, two decimals."""

    def __init__(self, *args, highest=10_000_000_000, **kwargs):
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, highest=highest, **kwargs)


def check_partial_date(value):
    if not PARTIAL_DATE.fullmatch(value):
        raise ValidationError("日期写成 2004、2004-08 或 2004-08-15。")


class PartialDateField(models.CharField):
    """A date as precisely as it is known: `2004`, `2004-08` or `2004-08-15`;
    text sorts as time does.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.unit = ""

    default_validators = [check_partial_date]


class YesNoField(models.BooleanField):
    """Yes, no, or not said."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class WordField(models.CharField):
    """One word of a closed list; blank means unknown."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class TextField(models.CharField):
    """A short free text, such as a person's name."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


def word_constraint(field, table):
    """The constraint that a word is one of its list, or blank."""
    words = "、".join(str(word) for _, word in field.choices)
    values = ["", *(value for value, _ in field.choices)]
    return models.CheckConstraint(
        condition=Q(**{f"{field.name}__in": values}),
        name=f"{table}_{field.name}"[:60],
        violation_error_message=f"{field.verbose_name}只能是：{words}。",
    )


def add_constraints(model):
    """Class decorator: add the bounds of every quantity, and the word lists,
    as database constraints.
    """
    meta = model._meta
    quantities = [field for field in meta.local_fields if isinstance(field, Quantity)]
    words = [field for field in meta.local_fields if isinstance(field, WordField)]
    bounds = [field.constraint(meta.db_table) for field in quantities]
    lists = [word_constraint(field, meta.db_table) for field in words]
    meta.constraints = [*meta.constraints, *bounds, *lists]
    meta.original_attrs["constraints"] = meta.constraints
    return model


def as_stored(field, values):
    """A column of values in the form the database holds them: blank text is "",
    amounts have two decimals.
    """
    if isinstance(field, models.CharField):
        if None not in values and "" not in values:
            return values
        blank = "" if field.blank else field.get_default()
        return [value or blank for value in values]
    if isinstance(field, models.DecimalField):
        step = Decimal(1).scaleb(-field.decimal_places)
        return [value if value is None else round_amount(value, step) for value in values]
    return values


def round_amount(value, step):
    if type(value) is Decimal and value.as_tuple().exponent == -2:
        return value
    return Decimal(str(value)).quantize(step, ROUND_HALF_UP)
