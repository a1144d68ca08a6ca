"""What the summary table is asked for: which section, and down to which level."""

from django import forms

from communities.models import Level
from reports.engine.area import Area
from reports.summary import SummaryTable


class SummaryFilter(forms.Form):
    """What the table is about; a value that means nothing is left out, so an old bookmark still opens."""

    section = forms.ChoiceField(label="内容", required=False)
    by = forms.TypedChoiceField(label="列到", required=False, coerce=int, empty_value=0)

    def __init__(self, data, levels, sections):
        super().__init__(data)
        self.sections = {each.name: each for each in sections if each.measures}
        labels = [(section.name, section.label) for section in self.sections.values()]
        self.fields["section"].choices = [("", "主要指标"), *labels]
        self.fields["by"].choices = [(level, f"列到{Level(level).label}") for level in levels]
        for field in self.fields.values():
            field.widget.attrs.update({"class": "inp", "aria-label": field.label})
        self.is_valid()

    def summary(self, filing, levels, scope):
        """The table asked for; down to the first level there is unless another one was chosen."""
        section = self.sections.get(self.cleaned_data.get("section"))
        default = levels[0] if levels else filing.level
        by = self.cleaned_data.get("by") or default
        return SummaryTable(Area(filing, scope), section, by)


def levels_below(filing):
    """The levels there are rows of below a filing, from the top."""
    below = Area(filing).filings.filter(level__gt=filing.level, level__lte=Level.COMMUNITY)
    return sorted(below.order_by().values_list("level", flat=True).distinct())
