"""Things of the real world for tests, each with what it needs and nothing more; a test names only what it is about."""

from datetime import date, datetime

import factory
from django.utils import timezone

from accounts.models import User
from communities.models import Assignment, Boundary, Kind, Level, Unit, Workplace
from communities.tree import path_ids
from facilities.models import Equipment, Institution, Premises
from funding.models import FundLine
from party.models import PartyOrganisation
from reports.models import Standard, UnitCost
from residents.models import Grid, Profile
from staffing.models import Worker
from surveys.extras import round_levels
from surveys.models import Filing, Remark, Round

PASSWORD = "correct-horse-2022"  # the cast's, in tests only
# A profile that nothing is missing from and no check asks about.
FULL_PROFILE = {"households": 500, "residents": 1500, "men": 700, "women": 800}


def moment(*parts):
    """A time of day in Shanghai: moment(2022, 12, 31, 18)."""
    return timezone.make_aware(datetime(*parts))


class UnitFactory(factory.django.DjangoModelFactory):
    """A unit; its path follows from its parent, as everywhere."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"第{n}社区居民委员会")
    level = Level.COMMUNITY
    kind = Kind.COMMUNITY
    parent = None

    @classmethod
    def _create(cls, model, *args, **kwargs):
        unit = super()._create(model, *args, **kwargs)
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        Unit.objects.filter(pk=unit.pk).update(path=unit.path)
        return unit


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can sign in with PASSWORD and sees nothing yet."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"第{n}人")
    password = factory.django.Password(PASSWORD)


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = "clerk"


class WorkplaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workplace

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)


class BoundaryFactory(factory.django.DjangoModelFactory):
    """A triangle on the map, in hundred-thousandths of a degree as the model keeps it."""

    class Meta:
        model = Boundary

    unit = factory.SubFactory(UnitFactory)
    shape = [[[[11700000, 3800000], [11710000, 3800000], [11710000, 3810000], [11700000, 3800000]]]]


class RoundFactory(factory.django.DjangoModelFactory):
    """A round as a row only; `open_round` makes one with its filings."""

    class Meta:
        model = Round

    unit = factory.SubFactory(UnitFactory)
    period = "2022"
    title = factory.LazyAttribute(lambda o: f"{o.unit.name}{o.period}年度调查")
    reference_date = date(2022, 12, 31)
    opens_at = moment(2022, 11, 1, 8)
    due_at = moment(2022, 12, 31, 18)


class FilingFactory(factory.django.DjangoModelFactory):
    """The filing of one unit, with the tree frozen into it as opening a round does."""

    class Meta:
        model = Filing

    unit = factory.SubFactory(UnitFactory)
    round = factory.SubFactory(RoundFactory, unit=factory.SelfAttribute("..unit"))
    name = factory.SelfAttribute("unit.short_name")
    code = factory.LazyAttribute(lambda o: o.unit.code or "")
    level = factory.SelfAttribute("unit.level")
    kind = factory.SelfAttribute("unit.kind")
    asked = factory.LazyAttribute(lambda o: o.level in round_levels(o.round))
    path = factory.SelfAttribute("unit.path")
    parent = factory.LazyAttribute(
        lambda o: Filing.objects.filter(round=o.round, unit=o.unit.parent).first()
    )
    city = factory.LazyAttribute(lambda o: above(o.unit, Level.CITY))
    district = factory.LazyAttribute(lambda o: above(o.unit, Level.DISTRICT))
    street = factory.LazyAttribute(lambda o: above(o.unit, Level.STREET))


def above(unit, level):
    """The unit of that level over `unit`, itself included, or None."""
    return Unit.objects.filter(pk__in=path_ids(unit.path), level=level).first()


class RecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    filing = factory.SubFactory(FilingFactory)


class ProfileFactory(RecordFactory):
    class Meta:
        model = Profile


class GridFactory(RecordFactory):
    class Meta:
        model = Grid

    name = factory.Sequence(lambda n: f"第{n}网格")


class PartyOrganisationFactory(RecordFactory):
    class Meta:
        model = PartyOrganisation

    name = factory.LazyAttribute(lambda o: f"{o.filing.unit.short_name}党支部")


class WorkerFactory(RecordFactory):
    class Meta:
        model = Worker

    name = factory.Sequence(lambda n: f"工作人员{n}")


class InstitutionFactory(RecordFactory):
    class Meta:
        model = Institution

    category = "service_centre"


class PremisesFactory(RecordFactory):
    class Meta:
        model = Premises


class EquipmentFactory(RecordFactory):
    class Meta:
        model = Equipment


class FundLineFactory(RecordFactory):
    class Meta:
        model = FundLine


class RemarkFactory(RecordFactory):
    class Meta:
        model = Remark

    kind = Remark.Kind.QUESTION
    text = "请核实。"


class StandardFactory(factory.django.DjangoModelFactory):
    """A national standard on the size of communities, in force for ever, judged from households."""

    class Meta:
        model = Standard

    code = factory.Sequence(lambda n: f"community_size_{n}")
    name = "社区规模"
    statement = "社区规模不低于 100 户"
    topic = "scale"
    source = "测试文件"
    force = "law"
    actual = "households"
    lower = "100"
    unit = "户"


class UnitCostFactory(factory.django.DjangoModelFactory):
    """What one unit of the gap costs in 黄骅市."""

    class Meta:
        model = UnitCost

    standard = factory.SubFactory(StandardFactory)
    region_code = "130983000000"
    cost = 1500


def stand(filing, status, **fields):
    """The filing as if it had come to that status, with the times and people that belong to it."""
    came = (
        {f"{status}_at": timezone.now(), f"{status}_by": UserFactory()} if status != "draft" else {}
    )
    reason = {"return_reason": "请核对总人口。"} if status == "returned" else {}
    desk = {"with_unit": filing.round.unit} if status == "submitted" else {}
    fields = came | reason | desk | fields
    Filing.objects.filter(pk=filing.pk).update(status=status, **fields)
    filing.refresh_from_db()
    return filing
