"""Blocks that Open edX loses or empties without a word: named, failed in the ledger, and not in the
outline; and their healthy neighbors, of which nothing is said.
"""

from __future__ import annotations

import pytest

from courseporter.context import Limits
from courseporter.formats.olx.package import read_package
from fakes.olx import leaf, olx

VERTICAL = "course/vertical/ve.xml"
SEQUENTIAL = "course/sequential/se.xml"
CHAPTER = "course/chapter/ch.xml"
POLICY = "course/policies/run/policy.json"
HTML = "course/html/ht.html"
QUESTION = (
    '<problem display_name="Q"><stringresponse answer="a"><textline/></stringresponse></problem>'
)
ORA = """<openassessment url_name="o1" display_name="O">
<title>Essay</title>
<assessments><assessment name="staff-assessment" required="True"/></assessments>
<prompts><prompt><description>Write.</description></prompt></prompts>
<rubric><criterion><name>A</name><prompt>P</prompt>
<option points="1"><name>Good</name><explanation>e</explanation></option></criterion></rubric>
</openassessment>"""


def unit(inside, **files):
    return {VERTICAL: f'<vertical display_name="Unit">{inside}</vertical>', **files}


def pool(inside, tag="itembank", **files):
    return unit(
        f'<{tag} url_name="pool" display_name="Pool" max_count="1">{inside}</{tag}>', **files
    )


def policy(entry):
    return {POLICY: f'{{"course/run": {{"start": "2024-01-01T00:00:00Z"}}, {entry}}}'}


P1 = {"course/problem/p1.xml": QUESTION}
# changes, the problem's code, blocks that failed
LOST = {
    "a missing file": ({HTML: None}, "definition_missing", ["html/ht"]),
    "a page in Latin-1": ({HTML: "<p>é</p>".encode("latin-1")}, "not_utf8", ["html/ht"]),
    "a problem in declared Latin-1": (
        leaf(('<?xml version="1.0" encoding="iso-8859-1"?><problem>é</problem>').encode("latin-1")),
        "not_utf8",
        ["problem/p1"],
    ),
    "a problem in declared UTF-16": (
        leaf(('<?xml version="1.0" encoding="utf-16"?><problem>é</problem>').encode("utf-16")),
        "not_utf8",
        ["problem/p1"],
    ),
    "a declaration that its bytes contradict": (
        leaf('<?xml version="1.0" encoding="utf-16"?><problem>é</problem>'),
        "definition_malformed",
        ["problem/p1"],
    ),
    "a lesson whose start can't be read, with everything in it": (
        {SEQUENTIAL: '<sequential start="soon"><vertical url_name="ve"/></sequential>'},
        "date_unreadable",
        ["sequential/se", "vertical/ve", "html/ht"],
    ),
    "a section whose due date can't be read": (
        {CHAPTER: '<chapter due="31.13.2030"><sequential url_name="se"/></chapter>'},
        "date_unreadable",
        ["chapter/ch", "sequential/se", "vertical/ve", "html/ht"],
    ),
    "a value that's no number": (
        leaf('<problem max_attempts="two"/>'),
        "attribute_unreadable",
        ["problem/p1"],
    ),
    "a list that's no JSON": (
        leaf('<video youtube_id_1_0="" html5_sources="a.mp4"/>', "video"),
        "attribute_unreadable",
        ["video/p1"],
    ),
    "a time that's none": (
        leaf('<video youtube_id_1_0="abcdefghijk" start_time="1 minute"/>', "video"),
        "attribute_unreadable",
        ["video/p1"],
    ),
    "group_access that's no JSON": (
        leaf('<problem group_access="everybody"/>'),
        "attribute_unreadable",
        ["problem/p1"],
    ),
    "a space in a name": (unit('<html url_name="a b" display_name="x"><p/></html>'),
        "url_name_invalid", ["html/a b"]),
    "a percent sign in a name": (unit('<html url_name="a%b" display_name="x"><p/></html>'),
        "url_name_breaks_import", ["html/a%b"]),
    "a second pointer to one problem": (
        unit('<problem url_name="p1"/><problem url_name="p1"/>', **P1),
        "url_name_duplicate",
        ["problem/p1"],
    ),
    "words between pointers": (
        unit('<html url_name="ht"/> and then <problem url_name="p1"/>', **P1),
        "text_between_blocks",
        ["html/ht"],
    ),
    "words after a whole unit": (
        {SEQUENTIAL: '<sequential display_name="L"><vertical url_name="ve"/>bye</sequential>'},
        "text_between_blocks",
        ["vertical/ve", "html/ht"],
    ),
    "a pool with a missing question": (
        pool('<problem url_name="p1"/><problem url_name="p2"/>', **P1),
        "pool_broken",
        ["itembank/pool", "problem/p1", "problem/p2"],
    ),
    "a library pool with a broken question": (
        pool('<problem url_name="p1"/><problem url_name="p2"/>', "library_content", **P1,
             **{"course/problem/p2.xml": "<problem><p></problem>"}),
        "pool_broken",
        ["library_content/pool", "problem/p1", "problem/p2"],
    ),
    "a pool with an invalid name in it": (
        pool('<problem url_name="a b" display_name="x"><p/></problem>'),
        "pool_broken",
        ["itembank/pool", "problem/a b"],
    ),
    "a pool with a question that's used before": (
        unit(
            '<problem url_name="p1"/><itembank url_name="pool"><problem url_name="p1"/></itembank>',
            **P1,
        ),
        "pool_broken",
        ["itembank/pool", "problem/p1"],
    ),
    "a content experiment with a missing unit": (
        unit(
            '<split_test url_name="s" user_partition_id="50" group_id_to_child="{}">'
            '<vertical url_name="v1"/><vertical url_name="v2" display_name="B">'
            '<html url_name="ht"/>'
            "</vertical></split_test>"
        ),
        "definition_missing",
        ["vertical/v1"],
    ),
    "a pointer to a block that has no files": (
        unit('<openassessment url_name="o1"/>', **{"course/openassessment/o1.xml": ORA}),
        "pointer_ignored",
        ["openassessment/o1"],
    ),
    "a pointer to a poll in a file": (
        unit('<poll url_name="o1"/>', **{"course/poll/o1.xml": '<poll question="Why?"/>'}),
        "pointer_ignored",
        ["poll/o1"],
    ),
    "a pointer with one more attribute": (
        unit('<html url_name="ht" display_name="x"/>'),
        "pointer_with_attributes",
        ["html/ht"],
    ),
    "a pointer in the file of a problem": (
        unit('<problem url_name="p1"/>', **{"course/problem/p1.xml": '<problem url_name="p2"/>'}),
        "pointer_in_file",
        ["problem/p1"],
    ),
    "an open response that its block refuses": (
        unit(ORA.replace("<title>Essay</title>", "")),
        "openassessment_invalid",
        ["openassessment/o1"],
    ),
    "a lesson's start in policy.json": (
        policy('"sequential/se": {"start": "soon"}'),
        "block_setting_unreadable",
        ["sequential/se", "vertical/ve", "html/ht"],
    ),
    "a title in policy.json that's a number": (
        policy('"html/ht": {"display_name": 5}'),
        "block_setting_unreadable",
        ["html/ht"],
    ),
    "a block in policy.json that's a text": (
        policy('"html/ht": "hidden"'),
        "block_setting_unreadable",
        ["html/ht"],
    ),
    "course.xml with one more attribute": (
        {"course/course.xml": '<course url_name="run" org="Org" course="C1" display_name="D"/>'},
        "course_pointer_attributes",
        ["chapter/ch", "sequential/se", "vertical/ve", "html/ht"],
    ),
    "course.xml without an organization": (
        {"course/course.xml": '<course url_name="run" course="C1"/>'},
        "course_incomplete",
        ["chapter/ch", "sequential/se", "vertical/ve", "html/ht"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "failed"), LOST.values(), ids=LOST)
def test_what_the_platform_loses_is_named_and_failed(tmp_path, changes, code, failed):
    package = read_package(olx(tmp_path, changes), Limits())
    assert code in {one.code for one in package.problems()}
    lost = [entry for entry in package.entries() if entry.outcome == "failed"]
    assert [entry.ref for entry in lost] == failed
    assert all(entry.reason and not entry.to for entry in lost)


@pytest.mark.parametrize(("changes", "code", "failed"), LOST.values(), ids=LOST)
def test_ledger_and_outline_agree_on_what_is_left(tmp_path, changes, code, failed):
    package = read_package(olx(tmp_path, changes), Limits())
    keys = [row.key for row in package.rows()]
    named = [key for entry in package.entries() for key in entry.to]
    assert set(named) <= set(keys)
    assert len(keys) == len(set(keys))
    if code not in ("pointer_ignored", "pointer_with_attributes", "pointer_in_file"):
        assert set(keys) == set(named)


HEALTHY = {
    "a file name with its ending": {"course/html/ht.xml": '<html filename="ht.html"/>'},
    "an English date": {SEQUENTIAL: (
        '<sequential start="March 3, 2031 5pm"><vertical url_name="ve"/></sequential>'
    )},
    "a date with dots": {SEQUENTIAL: (
        '<sequential display_name="L" due="31.12.2030"><vertical url_name="ve"/></sequential>'
    )},
    "a date in JSON": {SEQUENTIAL: (
        '<sequential display_name="L" due="&quot;2030-01-01T00:00:00+00:00&quot;">'
        '<vertical url_name="ve"/></sequential>'
    )},
    "a null date": {SEQUENTIAL: (
        '<sequential display_name="L" due="null"><vertical url_name="ve"/></sequential>'
    )},
    "a page with a byte order mark": {HTML: b"\xef\xbb\xbf<p>\xc3\xa9</p>"},
    "a declaration of ASCII for ASCII": leaf(
        f'<?xml version="1.0" encoding="us-ascii"?>{QUESTION}'
    ),
    "an empty number": leaf(QUESTION.replace("<problem", '<problem max_attempts=""')),
    "a number in quotes": leaf(
        QUESTION.replace("<problem", '<problem max_attempts="&quot;2&quot;"')
    ),
    "a number with a fraction": leaf(QUESTION.replace("<problem", '<problem weight="1.5"')),
    "a clock of a video": leaf(
        '<video youtube_id_1_0="abcdefghijk" start_time="00:00:10" end_time="null"/>', "video"
    ),
    "blanks between pointers": unit('\n <html url_name="ht"/>\n <problem url_name="p1"/>\n', **P1),
    "a comment between pointers": unit('<html url_name="ht"/><!-- next --><problem url_name="p1"/>',
                                       **P1),
    "a whole pool": pool('<html url_name="ht"/><problem url_name="p1"/>', **P1),
    "an open response in its unit": unit('<html url_name="ht"/>' + ORA),
    "an open response with its defaults": unit(
        '<html url_name="ht"/><openassessment url_name="o9"/>'
    ),
    "a discussion in a file": unit(
        '<html url_name="ht"/><discussion url_name="d"/>',
        **{"course/discussion/d.xml": '<discussion display_name="D" discussion_id="d"/>'},
    ),
    "the same page twice in JSON policy": policy('"html/ht": {"display_name": "New"}'),
    "a lesson's start in policy.json": policy('"sequential/se": {"start": "2030-01-01T00:00:00Z"}'),
    "settings of blocks that are gone": policy('"html/gone": {"display_name": "x"}'),
    "a content experiment": {
        **unit(
            '<split_test url_name="s" user_partition_id="1" '
            'group_id_to_child="{&quot;7&quot;: '
            '&quot;block-v1:O+C+r+type@vertical+block@v2&quot;}">'
            '<vertical url_name="v2" display_name="B"><html url_name="ht"/></vertical></split_test>'
        ),
        POLICY: '{"course/run": {"start": "2024-01-01", "user_partitions": [{"id": 1, "name": "x",'
        ' "description": "", "version": 3, "scheme": "random",'
        ' "groups": [{"id": 7, "name": "a", "version": 1}]}]}}',
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", HEALTHY.values(), ids=HEALTHY)
def test_healthy_neighbors_raise_no_alarm(tmp_path, changes):
    package = read_package(olx(tmp_path, changes), Limits())
    assert [(one.code, str(one.message)) for one in package.problems()] == []
    assert {entry.outcome for entry in package.entries()} == {"converted"}


def test_a_second_page_of_the_same_name_is_kept_and_named(tmp_path):
    changes = unit('<html url_name="ht"/><html url_name="ht"/>')
    package = read_package(olx(tmp_path, changes), Limits())
    assert {entry.outcome for entry in package.entries()} == {"converted"}
    assert [one.code for one in package.problems()] == ["url_name_duplicate"]


def test_an_inline_block_of_a_used_name_is_kept(tmp_path):
    inside = '<problem url_name="p1" display_name="{}"><p>x</p></problem>'
    package = read_package(olx(tmp_path, unit(inside.format("A") + inside.format("B"))), Limits())
    assert [row.title for row in package.rows()][-2:] == ["A", "B"]
    assert {entry.outcome for entry in package.entries()} == {"converted"}
