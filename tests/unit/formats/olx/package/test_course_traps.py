"""Settings, tabs, grading, links and archives with which an import fails or misleads."""

from __future__ import annotations

import json
import zipfile

import pytest

from courseporter.context import Limits
from courseporter.errors import PROBLEM_CODES, InputError
from courseporter.formats.olx.package import read_package
from fakes.olx import PLAIN, leaf, olx

POLICY = "course/policies/run/policy.json"
GRADING = "course/policies/run/grading_policy.json"
HTML = "course/html/ht.html"
START = "2024-01-01T00:00:00Z"
PARTITION = {
    "id": 1, "name": "x", "description": "", "version": 3, "scheme": "cohort",
    "groups": [{"id": 7, "name": "a", "version": 1}],
}  # fmt: skip


def settings(**values):
    return {POLICY: json.dumps({"course/run": {"start": START, **values}})}


def tabs(*more, first="courseware"):
    return settings(tabs=[{"type": first, "name": "Course"}, *more])


def grader(**values):
    whole = {"type": "Homework", "min_count": 1, "drop_count": 0, "weight": 1, **values}
    kept = {name: value for name, value in whole.items() if value is not ...}
    return {GRADING: json.dumps({"GRADER": [kept]})}


def page(html):
    return {HTML: html}


FAILING = {
    "an unreadable start": (settings(start="soon"), "setting_unreadable"),
    "a start that's a number with a fraction": (settings(start=1.5), "setting_unreadable"),
    "an unreadable end": (settings(end="2031-02-30"), "setting_unreadable"),
    "a title that's a number": (settings(display_name=5), "setting_unreadable"),
    "modules as a text": (settings(advanced_modules="poll"), "setting_unreadable"),
    "passports as a text": (settings(lti_passports="a:b:c"), "setting_unreadable"),
    "an object that's a list": (settings(certificates=[]), "setting_unreadable"),
    "a limit that's a word": (
        settings(max_student_enrollments_allowed="many"),
        "setting_unreadable",
    ),
    "settings that are a text": ({POLICY: '{"course/run": "x"}'}, "setting_unreadable"),
    "an unreadable start in course.xml": (
        {"course/course/run.xml": '<course start="soon"><chapter url_name="ch"/></course>'},
        "setting_unreadable",
    ),
    "a policy that's a list": ({POLICY: "[]"}, "policy_not_object"),
    "tabs as an object": (settings(tabs={"type": "courseware"}), "tabs_invalid"),
    "a tab twice": (tabs({"type": "wiki"}, {"type": "wiki"}), "tabs_invalid"),
    "a tab that's a text": (tabs("wiki"), "tabs_invalid"),
    "a page without its slug": (tabs({"type": "static_tab", "name": "x"}), "tabs_invalid"),
    "another first tab": (tabs(first="wiki"), "tabs_first"),
    "groups as an object": (settings(user_partitions={"id": 1}), "partitions_invalid"),
    "groups without a scheme": (
        settings(user_partitions=[{k: v for k, v in PARTITION.items() if k != "scheme"}]),
        "partitions_invalid",
    ),
    "a group without a version": (
        settings(user_partitions=[{**PARTITION, "groups": [{"id": 1, "name": "a"}]}]),
        "partitions_invalid",
    ),
    "locks as a list": ({"course/policies/assets.json": "[]"}, "assets_policy_invalid"),
    "text in course.xml": (
        {"course/course.xml": '<course url_name="run" org="O" course="C1">x</course>'},
        "course_pointer_text",
    ),
    "an empty organization": (
        {"course/course.xml": '<course url_name="run" org="" course="C1"/>'},
        "course_incomplete",
    ),
    "a space in the number": (
        {"course/course.xml": '<course url_name="run" org="O" course="C 1"/>'},
        "identity_invalid",
    ),
    "a grader without its count": (grader(min_count=...), "grader_incomplete"),
    "a grader without its type": (grader(type=...), "grader_incomplete"),
    "a weight that's a text": (grader(weight="1"), "grader_incomplete"),
}


@pytest.mark.parametrize(("changes", "code"), FAILING.values(), ids=FAILING)
def test_what_fails_the_import_or_the_grades_is_an_error(tmp_path, changes, code):
    found = read_package(olx(tmp_path, changes), Limits()).problems()
    assert code in {one.code for one in found}
    assert {one.severity for one in found if one.code == code} == {"error"}


MISLEADING = {
    "a policy with a byte order mark": (
        {POLICY: b"\xef\xbb\xbf" + PLAIN[POLICY].encode()},
        ["byte_order_mark", "start_missing"],
    ),
    "grading with a byte order mark": (
        {GRADING: b"\xef\xbb\xbf" + PLAIN[GRADING].encode()},
        ["byte_order_mark"],
    ),
    "a policy in UTF-16": (
        {POLICY: PLAIN[POLICY].encode("utf-16")},
        ["policy_unreadable", "start_missing"],
    ),
    "locks that can't be read": ({"course/policies/assets.json": "{"}, ["policy_unreadable"]),
    "a start without a day": (settings(start="2031-02"), ["date_incomplete"]),
    "a tab without its page": (
        tabs({"type": "static_tab", "name": "More", "url_slug": "more"}),
        ["tab_page_missing"],
    ),
    "a page without its tab": ({"course/tabs/more.html": "x"}, ["tab_unlisted"]),
    "a passport of two parts": (settings(lti_passports=["a:b"]), ["passport_invalid"]),
    "a tool without its passport": (
        leaf('<lti lti_id="tool" launch_url="https://a.org"/>', "lti"),
        ["passport_missing"],
    ),
    "a group that the course doesn't have": (
        {
            **leaf('<problem group_access="{&quot;1&quot;: [8]}"/>'),
            **settings(user_partitions=[PARTITION]),
        },
        ["group_access_unknown"],
    ),
    "a partition that the course doesn't have": (
        leaf('<problem group_access="{&quot;3&quot;: [8]}"/>'),
        ["group_access_unknown"],
    ),
    "captions in a language that isn't known": (
        {
            **leaf(
                '<video youtube_id_1_0="abcdefghijk">'
                '<transcript language="eng" src="a.srt"/></video>',
                "video",
            ),
            "course/static/a.srt": "1\n00:00:01,000 --> 00:00:02,000\na\n",
        },
        ["caption_language"],
    ),
    "captions that one odd cue takes": (
        {
            **leaf(
                '<video youtube_id_1_0="abcdefghijk">'
                '<transcript language="en" src="a.srt"/></video>',
                "video",
            ),
            "course/static/a.srt": "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:03 -> 00:04\nb\n",
        },
        ["captions_unreadable"],
    ),
    "captions of another kind": (
        {
            **leaf(
                '<video youtube_id_1_0="abcdefghijk">'
                '<transcript language="en" src="a.vtt"/></video>',
                "video",
            ),
            "course/static/a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\na\n",
        },
        ["captions_unreadable"],
    ),
    "captions of older videos that are missing": (
        leaf('<video youtube_id_1_0="abcdefghijk" sub="abc"/>', "video"),
        ["missing_files"],
    ),
    "a page that isn't UTF-8": (
        {"course/about/overview.html": "Ä".encode("latin-1")},
        ["page_not_utf8"],
    ),
    "a setting that is neither true nor false": (settings(self_paced="yes"), ["flag_unclear"]),
    "a block's setting that is neither true nor false": (
        {POLICY: json.dumps({"course/run": {"start": START}, "sequential/se": {"graded": "yes"}})},
        ["flag_unclear"],
    ),
    "a group that policy.json names": (
        {
            POLICY: json.dumps(
                {"course/run": {"start": START}, "html/ht": {"group_access": {"3": [8]}}}
            )
        },
        ["group_access_unknown"],
    ),
    "a picture of an older run": (page('<img src="/c4x/O/C1/asset/a.png">'), ["link_other_run"]),
    "captions that are missing": (
        leaf(
            '<video youtube_id_1_0="abcdefghijk"><transcript language="en" src="a.srt"/></video>',
            "video",
        ),
        ["missing_files"],
    ),
    "a textbook that's missing": (
        settings(pdf_textbooks=[{"tab_title": "B", "chapters": [{"url": "/static/b.pdf"}]}]),
        ["missing_files"],
    ),
    "a course image that's missing": (settings(course_image="me.png"), ["missing_files"]),
    "a link to a block that isn't there": (
        page('<a href="/jump_to_id/gone">x</a>'),
        ["link_target_missing"],
    ),
    "a link to another run": (
        page('<a href="/courses/course-v1:Org+C1+old/course/">x</a>'),
        ["link_other_run"],
    ),
    "a picture of another run": (
        page('<img src="/asset-v1:Org+C1+old+type@asset+block@a.png">'),
        ["link_other_run"],
    ),
    "links between static files": (
        {"course/static/a.html": '<a href="b.html#top">b</a>', "course/static/b.html": "<p>b</p>"},
        ["asset_relative_links"],
    ),
    "a picture of a style sheet": (
        {"course/static/css/a.css": "p {background: url(../img/b.png)}",
         "course/static/img/b.png": "1"},
        ["asset_relative_links"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), MISLEADING.values(), ids=MISLEADING)
def test_what_misleads_is_named(tmp_path, changes, expected):
    found = read_package(olx(tmp_path, changes), Limits()).problems()
    assert [one.code for one in found] == expected
    assert all(one.severity == PROBLEM_CODES[one.code].severity for one in found)


HEALTHY = {
    "usual settings": settings(
        display_name="D", end="2031-01-01", advanced_modules=["poll"], lti_passports=["a:b:c"],
        certificates={}, max_student_enrollments_allowed=None, wiki_slug=None, invitation_only="no",
        my_own_setting=7, user_partitions=[PARTITION], course_image="images_course_image.jpg",
    ),
    "a start in other words": settings(start="March 3, 2031 5pm"),
    "a start as a time stamp": settings(start=1893456000000),
    "all tabs of Studio": {
        **tabs({"type": "course_info"}, {"type": "static_tab", "name": "M", "url_slug": "m"},
               {"type": "static_tab", "name": "N", "url_slug": "n"}, {"type": "progress"}),
        "course/tabs/m.html": "x", "course/tabs/n.html": "x",
    },
    "the old info tab in front": settings(
        tabs=[{"type": "course_info", "name": "Home"}, {"type": "courseware", "name": "Course"}]
    ),
    "locks": {"course/policies/assets.json": "{}"},
    "a single lesson's grade": {GRADING: json.dumps({"GRADER": [
        {"type": "Final", "name": "Final Exam", "weight": 1}]})},
    "a tool with its passport": {
        **leaf('<lti lti_id="tool" launch_url="https://a.org"/>', "lti"),
        **settings(lti_passports=["tool:key:secret"]),
    },
    "a tool without LTI 1.1": leaf('<lti launch_url="https://a.org"/>', "lti"),
    "a group that exists": {
        **leaf('<problem group_access="{&quot;1&quot;: [7]}"/>'),
        **settings(user_partitions=[PARTITION]),
    },
    "the platform's own groups": leaf('<problem group_access="{&quot;50&quot;: [1]}"/>'),
    "captions": {
        **leaf('<video youtube_id_1_0="abcdefghijk"><transcript language="zh-hans" src="a b.srt"/>'
               "</video>", "video"),
        "course/static/a_b.srt": "1\n00:00:01,000 --> 00:00:02.5\na\n",
    },
    "a textbook": {
        **settings(pdf_textbooks=[{"tab_title": "B", "chapters": [{"url": "/static/b.pdf#p=3"}]}]),
        "course/static/b.pdf": "1",
    },
    "a textbook elsewhere": settings(
        pdf_textbooks=[{"tab_title": "B", "url": "https://a.org/b.pdf", "chapters": []}]
    ),
    "links to blocks": page(
        '<a href="/jump_to_id/ve">unit</a><a href="/jump_to_id/ht#top">me</a>'
        '<a href="/course/progress">p</a>'
    ),
    "links to this run, and to other sites": page(
        '<a href="/courses/course-v1:Org+C1+run/progress">p</a>'
        '<a href="https://other.org/courses/course-v1:A+B+C/about">o</a>'
    ),
    "links of static files that lead out": {
        "course/static/a.html": '<a href="https://a.org">a</a><a href="#x">b</a>'
        '<a href="a.html">c</a><img src="data:image/png;base64,AA">'
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", HEALTHY.values(), ids=HEALTHY)
def test_healthy_courses_raise_no_alarm(tmp_path, changes):
    found = read_package(olx(tmp_path, changes), Limits()).problems()
    assert [(one.code, str(one.message)) for one in found] == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [("demo.tgz", ["archive_name"]), ("demo.tar.gz", []), ("x.TAR.GZ", ["archive_name"])],
)
def test_names_that_the_site_refuses_are_named(tmp_path, name, codes):
    assert [
        one.code for one in read_package(olx(tmp_path, name=name), Limits()).problems()
    ] == codes


def test_backslashes_in_a_zip_fail_the_import(tmp_path):
    path = tmp_path / "demo.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in PLAIN.items():
            archive.writestr(name.replace("/html/", "\\html\\"), text)
    found = read_package(path, Limits()).problems()
    assert [one.code for one in found] == ["zip_backslashes"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (POLICY, '{"course/run": ' + "[" * 1100 + "]" * 1100 + "}"),
        (GRADING, "[" * 1100 + "]" * 1100),
        ("course/problem/p1.xml", f'<problem group_access="{"[" * 1100}"/>'),
        ("course/poll/p1.xml", f'<poll answers="{"[" * 1100}{"]" * 1100}"/>'),
    ],
)
def test_json_nested_too_deep_is_refused(tmp_path, name, text):
    deep = text.replace("[", "[" * 10).replace("]", "]" * 10)  # whatever the interpreter's limit
    with pytest.raises(InputError) as caught:
        read_package(olx(tmp_path, {name: deep}), Limits()).problems()
    assert caught.value.code == "too_deep"
    assert caught.value.where == name
