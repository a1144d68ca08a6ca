"""What people read when something went wrong: in Chinese, and what to do next."""

from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.views import defaults


def test_expired_form_says_that_nothing_was_changed(db):
    answer = Client(enforce_csrf_checks=True).post(
        reverse("accounts:sign_in"), {"username": "x", "password": "x"}
    )
    assert answer.status_code == 403
    assert "什么都没有改动。请返回上一页，刷新后再提交一次。" in answer.content.decode()


def test_unknown_address_leads_home(as_user, stranger):
    page = as_user(stranger).get("/no-such-page/").content.decode()
    assert "没有这个页面，或不在您负责的范围内" in page
    assert '<a class="btn pri" href="/">回到首页</a>' in page


def test_crash_page_needs_nothing_that_may_be_broken(rf):
    answer = defaults.server_error(rf.get("/"))
    assert (answer.status_code, "系统出错，本次操作没有保存" in answer.content.decode()) == (
        500,
        True,
    )


def test_forbidden_page_says_whom_to_ask(rf, stranger):
    request = rf.get("/")
    request.user = stranger
    page = defaults.permission_denied(request, PermissionDenied()).content.decode()
    assert "请本单位的安全管理员为您增加相应的角色" in page
