"""One filing on one screen: what changed, what was explained, how verdicts turned, and the decision about what was seen."""

import pytest
from django.urls import reverse

from residents.models import Profile
from surveys.actions.handing_in import hand_in, send_back
from surveys.actions.saving import save_section
from surveys.entry.typed import TypedForm
from surveys.models import Filing, Message, Remark
from surveys.sections import section_named
from tests.factories import RemarkFactory, StandardFactory, WorkerFactory, stand
from tests.review.conftest import status

MEN = {"section": "profile", "field": "men"}


@pytest.fixture
def filing(sent, community_a):
    """育才, handed in with half as many households more than last year."""
    return sent(community_a, households=1500)


@pytest.fixture
def page(desk, filing):
    return lambda **query: desk.get(reverse("review:one", args=[filing.pk]), query)


@pytest.fixture
def post(desk, filing):
    """`post("approve")`: the button of the page as it was seen at first."""

    def send(name, *args, **form):
        address = reverse(f"review:{name}", args=[filing.pk, *args])
        return desk.post(address, {"version": filing.version, **form}, follow=True)

    return send


def looks(answer):
    return [
        (look.key, look.cell.label, look.cell.last, look.before, look.cell.text, look.mark)
        for part in answer.context["parts"]
        for look in part.looks
    ]


def test_only_what_changed_is_shown_with_last_years_value(page):
    answer = page()
    assert looks(answer) == [("", "总户数", "1,000", "", "1,500", "asked")]
    assert "上期 1,000 户，本期多 50%，请核对" in answer.content.decode()
    assert "总人口" not in answer.content.decode()
    assert "总人口" in page(show="all").content.decode()


def test_explanation_stands_beside_what_was_asked(page, filing):
    RemarkFactory(
        filing=filing,
        kind="reason",
        section="profile",
        field="households",
        value="1500",
        text="新小区交付",
    )
    assert "<b>说明</b>：新小区交付" in page().content.decode()


def test_unchanged_filing_says_so(page, filing):
    filing.profile_set.update(households=1000)
    assert "与上期完全一样" in page().content.decode()


def test_first_round_shows_everything(page, filing):
    Filing.objects.filter(pk=filing.pk).update(previous=None)
    assert page().context["whole"]


def test_people_who_came_and_went_take_one_line_each(page, filing):
    WorkerFactory(filing=filing.previous, name="李红")
    WorkerFactory(filing=filing.previous, name="王芳")
    WorkerFactory(filing=filing, name="王芳")
    WorkerFactory(filing=filing, name="张新", post="网格员")
    part = next(part for part in page().context["parts"] if part.sheet.name == "workers")
    assert (part.fresh, part.sheet.gone, part.looks) == ([("张新", "职务 网格员")], ["李红"], [])


def test_changes_since_the_return_show_both_values(page, filing, clerk_a, district_reviewer):
    send_back(filing=filing, version=filing.version, by=district_reviewer, reason="男女不对")
    was = {("one", "men"): "1500", ("one", "women"): "1500"}
    typed = {"changes": TypedForm({("one", "men"): "1400", ("one", "women"): "1600"}, was)}
    key = "0b4e8e57-6a27-4f0c-8a52-9d9d3b1a9a01"
    save_section(
        filing=filing,
        section=section_named("profile"),
        version=filing.version,
        by=clerk_a,
        key=key,
        **typed,
    )
    RemarkFactory(
        filing=filing,
        kind="reason",
        section="profile",
        field="households",
        value="1500",
        text="新小区交付",
    )
    filing.refresh_from_db()
    assert hand_in(filing=filing, version=filing.version, by=clerk_a) == []
    answer = page()
    assert looks(answer)[1:] == [
        ("", "男", "1,500", "1500", "1,400", "since"),
        ("", "女", "1,500", "1500", "1,600", "since"),
    ]
    assert "退回过：男女不对 退回以后改了 2 处" in answer.content.decode()


def test_verdicts_that_turned_come_first(page, filing):
    StandardFactory(code="size", lower="1200")
    StandardFactory(code="many", name="人口", actual="residents", lower="100")
    answer = page()
    assert [(each.standard.code, each.was) for each in answer.context["turned"]] == [
        ("size", "未达标")
    ]
    assert [each.standard.code for each in answer.context["same"]] == ["many"]


def test_page_takes_as_many_queries_for_one_row_as_for_three(
    page, filing, django_assert_num_queries
):
    StandardFactory(code="size", lower="1200")
    page()
    for name in ("王芳", "李红"):
        with django_assert_num_queries(11):
            page()
        WorkerFactory(filing=filing, name=name)


def test_approval_leads_to_the_next_of_the_list(desk, filing, sent, neighbour_a, community_b):
    others = [sent(neighbour_a), sent(community_b)]
    page = desk.get(reverse("review:one", args=[filing.pk]), {"by": "unit"})
    way = page.context["way"]
    assert (way.number, way.previous, way.next) == (
        1,
        "",
        reverse("review:one", args=[others[0].pk]) + "?by=unit",
    )
    address = reverse("review:approve", args=[filing.pk]) + "?by=unit"
    assert desk.post(address, {"version": filing.version}).url == way.next
    assert status(filing) == "approved"


def test_last_of_the_list_leads_back_to_it(post, filing, root):
    answer = post("approve")
    assert answer.redirect_chain == [(reverse("review:queue", args=[root.pk]), 302)]
    assert "育才社区已审定。" in answer.content.decode()


def test_what_changed_meanwhile_is_shown_and_not_approved(post, filing, by):
    Filing.objects.filter(pk=filing.pk).update(version=9, saved_by=by, saved_at=filing.submitted_at)
    answer = post("approve")
    assert (answer.status_code, status(filing)) == (409, "submitted")
    assert "由另一人改过，没有审核通过" in answer.content.decode()


def test_own_hand_says_who_else(page, filing, district_reviewer):
    Filing.objects.filter(pk=filing.pk).update(submitted_by=district_reviewer)
    answer = page()
    assert (answer.context["label"], answer.context["why"]) == (
        "",
        "是您报送的，请同级的另一位审核员审核。",
    )


def test_return_keeps_its_reason_and_tells_the_clerk(post, filing, clerk_a):
    RemarkFactory(filing=filing)
    post("give_back", reason="总户数有误。")
    message = Message.objects.get(to=clerk_a, kind="returned")
    assert (status(filing), message.text) == (
        "returned",
        "育才社区被退回：总户数有误。另有 1 条批注，请逐条答复。",
    )


def test_return_without_a_reason_is_asked_for_one(post, filing):
    answer = post("give_back", reason=" ")
    assert (answer.status_code, status(filing)) == (409, "submitted")
    assert "请写明退回的理由" in answer.content.decode()


def test_message_leads_the_clerk_to_the_remarks(post, filing, clerk_a, client):
    post("give_back", reason="总户数有误")
    client.force_login(clerk_a)
    answer = client.post(
        reverse("surveys:message", args=[Message.objects.get(to=clerk_a, kind="returned").pk])
    )
    assert answer.url == reverse("surveys:answer", args=[filing.pk])


def test_approval_tells_the_clerk(post, filing, clerk_a):
    post("approve")
    assert (
        Message.objects.get(to=clerk_a, kind="approved").text
        == "育才社区2022年度已审定，不用再做什么。"
    )


def test_approved_one_can_be_returned_and_it_shows(page, post, filing):
    post("approve")
    Filing.objects.filter(pk=filing.pk).update(version=filing.version)
    assert page().context["after_approval"]
    post("give_back", reason="公安数据更正")
    assert page().context["state"] == "审定后退回"


def test_question_is_pinned_to_the_cell_that_was_pointed_at(page, post, filing, district_reviewer):
    asked = {**MEN, "record": "", "place": "基本情况 · 男", "value": "1,500"}
    assert page(ask=1, **MEN).context["ask"] == asked
    post("ask", **MEN, text="男比去年多？")
    asked = Remark.objects.get()
    assert (asked.field, asked.value, asked.text, asked.by) == (
        "men",
        "1,500",
        "男比去年多？",
        district_reviewer,
    )
    answer = page()
    assert (answer.context["label"], "还有 1 条批注没有答复" in answer.context["why"]) == ("", True)


def test_question_is_pinned_to_the_very_namesake(page, post, filing):
    WorkerFactory(filing=filing, name="王芳", born="1970")
    second = WorkerFactory(filing=filing, name="王芳", born="1980", post="站长")
    where = {"section": "workers", "record": second.pk, "field": "post"}
    assert page(ask=1, **where).context["ask"]["value"] == "站长"
    post("ask", **where, text="核实")
    remark = Remark.objects.get()
    assert (remark.record_id, remark.key, remark.value) == (second.pk, "王芳", "站长")


def test_question_about_no_cell_of_the_filing_is_not_found(page, post):
    assert page(ask=1, section="profile", field="nothing").status_code == 404
    assert (
        post("ask", section="workers", record="没有", field="name", text="谁？").status_code == 404
    )


def test_question_about_the_whole_filing(page, post):
    assert page(ask=1).context["ask"]["place"] == "整份填报表"
    post("ask", text="请核对全部")
    assert [remark.text for remark in page().context["pins"]] == ["请核对全部"]


def test_settled_question_lets_it_pass(post, page, filing):
    asked = RemarkFactory(filing=filing, **MEN)
    post("settle", asked.pk)
    asked.refresh_from_db()
    assert (bool(asked.closed_at), page().context["label"]) == (True, "审定")


def test_question_of_another_filing_is_not_settled(post, filing, round, community_b):
    other = RemarkFactory(filing=round.filings.get(unit=community_b))
    assert post("settle", other.pk).status_code == 404


def test_draft_is_looked_at_without_a_decision(page, filing):
    stand(filing, "draft", with_unit=None)
    answer = page()
    assert (answer.context["label"], answer.context["back"]) == ("", None)
    assert "现在是“填报中”，不用您审核" in answer.content.decode()


def test_nothing_is_written_where_nothing_was_decided(page, filing):
    before = Profile.objects.get(filing=filing).households
    page()
    assert (Profile.objects.get(filing=filing).households, status(filing)) == (before, "submitted")
