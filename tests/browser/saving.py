"""What the page says once it has saved, and a cell that is saved behind its back."""

from uuid import uuid4

from surveys.actions.saving import save_section
from surveys.entry.typed import TypedForm
from surveys.sections import section_named

SAVED = "#state >> text=/已保存 \\d\\d:\\d\\d/"


def save_cell(filing, section, name, text, by, was=""):
    """A cell is saved from elsewhere, while the page under test stands open."""
    cell = tuple(name.split("."))
    filing.refresh_from_db()
    changes = TypedForm({cell: text}, {cell: was})
    save_section(
        filing=filing,
        section=section_named(section),
        version=filing.version,
        changes=changes,
        by=by,
        key=uuid4(),
    )
