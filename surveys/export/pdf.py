"""PDF through LibreOffice, where the machine has it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from django.core.exceptions import ValidationError

PROGRAMS = ("soffice", "libreoffice")
NOT_HERE = "服务器上没有安装 LibreOffice，不能生成 PDF。请下载 Word 文件，在 Word 或 WPS 中另存为 PDF；或请系统管理员安装。"
TIMEOUT = 600  # seconds: a booklet of 230 communities takes a minute on a desk PC


def program():
    """Where LibreOffice is; None where it is not."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(content, *, timeout=TIMEOUT):
    """A .docx as .pdf. Raises ValidationError with what to do where that does not work.

    It runs with a profile of its own: another LibreOffice open on the machine would take the order
    and say nothing.
    """
    soffice = program()
    if not soffice:
        raise ValidationError(NOT_HERE)
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        (home / "paper.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        order = [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            directory,
            str(home / "paper.docx"),
        ]
        try:
            subprocess.run(order, check=True, capture_output=True, timeout=timeout)  # noqa: S603 - no shell, own names
            return (home / "paper.pdf").read_bytes()
        except subprocess.TimeoutExpired:
            raise ValidationError(
                "LibreOffice 转换 PDF 超时。请下载 Word 文件，或分街道生成。"
            ) from None
        except (subprocess.CalledProcessError, FileNotFoundError):
            raise ValidationError(
                "LibreOffice 没能转换成 PDF。请下载 Word 文件，另存为 PDF。"
            ) from None
