from __future__ import annotations

import pytest

from courseporter.context import Limits
from courseporter.errors import PROBLEM_CODES, Capped
from courseporter.formats.olx.package import read_package
from courseporter.formats.olx.package.html_rules import html_faults, safe_address
from courseporter.formats.olx.package.problems import SENTENCES, problem
from fakes.olx import leaf, olx

HTML = "course/html/ht.html"
POLICY = "course/policies/run/policy.json"
GRADING = "course/policies/run/grading_policy.json"
SEQUENTIAL = "course/sequential/se.xml"


def choice(inside):
    return problem_of(
        f"<multiplechoiceresponse><choicegroup>{inside}</choicegroup></multiplechoiceresponse>"
    )


def problem_of(inside):
    return f"<problem>{inside}</problem>"


def vertical(inside):
    return {"course/vertical/ve.xml": f"<vertical>{inside}</vertical>"}


CASES = [
    ({"course/sequential/se.xml": "<sequential/>"}, "lesson_empty"),
    ({"course/chapter/ch.xml": "<chapter/>"}, "section_empty"),
    ({"course/vertical/ve.xml": "<vertical/>"}, "unit_empty"),
    ({HTML: "<p>" + "x" * (1 << 20)}, "html_too_large"),
    ({HTML: "<script>alert(1)</script>"}, "script_in_page"),
    ({HTML: '<a href="javascript:x()">x</a>'}, "script_in_page"),
    ({HTML: '<img src="file:///home/me/a.png">'}, "local_reference"),
    ({HTML: '<img src="C:\\pictures\\a.png">'}, "local_reference"),
    ({HTML: '<img src="../a.png">'}, "relative_reference"),
    ({HTML: '<p style="background:url(/static/a.png)">'}, "unquoted_reference"),
    ({HTML: '<video controls src="https://vimeo.com/76979871"></video>'}, "media_unplayable"),
    ({HTML: "<audio><source src='/static/talk.wma'></audio>"}, "media_unplayable"),
    ({HTML: b"\xff\xfe caf\xe9"}, "not_utf8"),
    ({HTML: None}, "definition_missing"),
    ({"course/html/ht.xml": "<html>&nbsp;</html>"}, "definition_malformed"),
    ({"course/html/ht.xml": "<html><p></html>"}, "definition_malformed"),
    (leaf('<video display_name="V"/>', "video"), "video_without_source"),
    (leaf('<video html5_sources="[&quot;a.mp4&quot;]"/>', "video"), "video_default"),
    (leaf('<video youtube_id_1_0="" html5_sources="a.mp4"/>', "video"), "attribute_unreadable"),
    (leaf('<problem max_attempts="two"/>'), "attribute_unreadable"),
    (leaf(choice('<choice correct="false">A</choice>')), "question_without_answer"),
    (
        leaf("<problem><choiceresponse><checkboxgroup/></choiceresponse></problem>"),
        "question_without_choices",
    ),
    (leaf('<problem><numericalresponse answer="3,14"/></problem>'), "question_answer_not_a_number"),
    (leaf('<problem><numericalresponse answer=""/></problem>'), "question_answer_empty"),
    (leaf('<problem><stringresponse answer=" "/></problem>'), "question_answer_empty"),
    (leaf("<problem><magicresponse/></problem>"), "response_unknown"),
    (leaf("<azure_media_services/>", "azure_media_services"), "unknown_block"),
    (leaf('<html display_name="x"><p/></html>', "html", "a b"), "url_name_invalid"),
    (leaf('<html display_name="x"><p/></html>', "html", "картинка"), "url_name_unusual"),
    (
        {"course/vertical/ve.xml": '<vertical><html url_name="ht" display_name="x"/></vertical>'},
        "pointer_with_attributes",
    ),
    (
        vertical('<html url_name="ht"/><html url_name="ht"/>'),
        "url_name_duplicate",
    ),
    (
        {SEQUENTIAL: '<sequential start="soon"><vertical url_name="ve"/></sequential>'},
        "date_unreadable",
    ),
    (
        {SEQUENTIAL: '<sequential graded="true" format="Ex"><vertical url_name="v"/></sequential>'},
        "grading_format",
    ),
    ({POLICY: None}, "policy_missing"),
    ({POLICY: "{"}, "policy_unreadable"),
    ({POLICY: '{"course/other": {}}'}, "policy_unused"),
    ({POLICY: '{"course/run": {}}'}, "start_missing"),
    ({POLICY: '{"course/run": {"start": "2024-01-01", "tabs": [{"type": "wiki"}]}}'}, "tabs_first"),
    ({"course/tabs/more.html": "x"}, "tab_unlisted"),
    ({GRADING: None}, "grading_missing"),
    ({GRADING: "[]"}, "policy_unreadable"),
    (
        {
            GRADING: '{"GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0,'
            ' "weight": 0.5}]}'
        },
        "grading_weights",
    ),
    (
        {"course/course.xml": '<course url_name="run" course="C"><chapter url_name="c"/></course>'},
        "course_incomplete",
    ),
    ({"course/static/a b.png": "1", "course/static/a_b.png": "2"}, "asset_clash"),
]


@pytest.mark.parametrize(("changes", "code"), CASES)
def test_each_silent_breakage_is_named(tmp_path, changes, code):
    found = read_package(olx(tmp_path, changes), Limits()).problems()
    assert code in {one.code for one in found}
    found_one = next(one for one in found if one.code == code)
    assert found_one.severity == PROBLEM_CODES[code].severity
    assert "{" not in str(found_one.message)


def test_every_sentence_has_a_code_and_says_what_to_do():
    assert set(SENTENCES) <= set(PROBLEM_CODES)
    for code, (message, hint) in SENTENCES.items():
        shown = problem(code, "What", "detail")
        assert str(shown.message).rstrip("”)").endswith((".", "detail", "detail.")), code
        assert str(hint).endswith((".", "3.14")), code
        assert message.args == {}, code


@pytest.mark.parametrize(
    "html",
    [
        "plain words on = 3",
        '<a href="https://x.org/a">a</a>',
        '<img src="/static/a.png"> <a href="#top">up</a> <a href="mailto:a@b.org">m</a>',
        '<img src="data:image/png;base64,AAAA">',
        '<a href="courseporter-lesson:x">x</a>',
        "<p>The condition = on</p>",
        "<!-- file:///etc/passwd -->",
    ],
)
def test_harmless_pages_are_left_alone(html):
    assert list(html_faults(html)) == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ('<p ONCLICK = "x()">', "script_in_page"),
        ('<a href="java&#115;cript:x()">x</a>', "script_in_page"),
        ('<A HREF="D:/x.doc">x</A>', "local_reference"),
        ('<a href="data:text/html,x">x</a>', "unsafe_link"),
    ],
)
def test_odd_spellings_are_seen(html, code):
    assert [found for found, _ in html_faults(html)] == [code]


def test_addresses_that_browsers_open_are_safe():
    assert all(map(safe_address, ("https://a.org", " HTTP://A.ORG", "/x", "mailto:a@b.org")))
    assert not any(map(safe_address, ("javascript:x()", "file:///x")))


def test_after_a_hundred_of_a_kind_the_others_are_counted():
    many = [problem("title_empty", detail="unit", key=str(n)) for n in range(250)]
    capped = Capped()
    capped.add([*many, problem("course_empty")])
    listed = capped.problems()
    assert len(listed) == 102
    assert (listed[-1].count, listed[-1].code) == (150, "title_empty")
    assert str(listed[-1].message).endswith("(150 more)")
