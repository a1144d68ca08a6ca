"""What LibreOffice makes of a workbook that a clerk opens and saves again."""

import shutil
import subprocess

import pytest

needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed"
)


def saved_again(file, folder):
    """The path of the .xlsx that LibreOffice writes after opening `file`."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        folder / "again",
        file,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / "again" / file.name
