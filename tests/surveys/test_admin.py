import pytest

from surveys.models import Upload
from tests.surveys.readings import upload_to


@pytest.fixture
def upload(round_2022):
    upload = upload_to(round_2022)
    counts = {"profile": {"new": 29, "changed": 1, "same": 0, "absent": 0}}
    findings = [{"kind": "cell", "value": "13800001234"}]
    Upload.objects.filter(pk=upload.pk).update(counts=counts, findings=findings)
    return upload


def test_admin_shows_an_upload_without_its_cells(upload, admin, as_user):
    page = as_user(admin).get(f"/admin/surveys/upload/{upload.pk}/change/").content.decode()
    assert "基本情况 新增 29 变更 1" in page
    assert "13800001234" not in page


@pytest.mark.parametrize("model", ["round", "upload"])
def test_admin_changes_no_round_and_no_upload(upload, round_2022, admin, as_user, model):
    pk = {"round": round_2022.pk, "upload": upload.pk}[model]
    client = as_user(admin)
    assert client.get(f"/admin/surveys/{model}/").status_code == 200
    assert client.get(f"/admin/surveys/{model}/add/").status_code == 403
    assert client.post(f"/admin/surveys/{model}/{pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(f"/admin/surveys/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403
