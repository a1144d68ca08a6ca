"""The clerk of street A at the browser, with a file to send."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Upload


@pytest.fixture
def clerk(as_user, clerk_a, street_filing):
    return as_user(clerk_a)


@pytest.fixture
def send(clerk, street_filing):
    """`send(content)`: the upload made of a file that the clerk of street A sends."""

    def sent(content, name="调查表.xlsx"):
        answer = clerk.post(
            reverse("surveys:uploads", args=[street_filing.pk]),
            {"file": SimpleUploadedFile(name, content)},
        )
        assert answer.status_code == 302, answer.content.decode()
        return Upload.objects.get(pk=int(answer.url.strip("/").rpartition("/")[2]))

    return sent
