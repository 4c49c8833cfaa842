"""Questions, videos and polls that are there after the import and don't work for learners."""

from __future__ import annotations

import pytest
from lxml import etree

from courseporter.formats.olx.package.dates import read_date
from courseporter.formats.olx.package.flow import read_flow
from courseporter.formats.olx.package.rules import element_faults


def codes(xml):
    return [code for code, detail in element_faults(etree.fromstring(xml))]


def question(inside, before=""):
    return f"<problem>{before}{inside}</problem>"


def script(code):
    return f'<script type="loncapa/python">{code}</script>'


def number(answer, inside="", **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<numericalresponse answer="{answer}"{more}>{inside}<formulaequationinput/>'
        "</numericalresponse>"
    )


def tolerance(value):
    return f'<responseparam type="tolerance" default="{value}"/>'


def choices(tag="multiplechoiceresponse", group="choicegroup", inside=None, **attributes):
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = inside or '<choice correct="true">A</choice><choice correct="false">B</choice>'
    return f"<{tag}{more}><{group}>{inside}</{group}></{tag}>"


def text(answer, kind="ci", inside="<textline/>"):
    return f'<stringresponse answer="{answer}" type="{kind}">{inside}</stringresponse>'


def poll(answers, tag="poll"):
    element = etree.Element(tag)
    element.set("answers", answers)
    return etree.tostring(element)


OPTIONS = "<optionresponse><optioninput options=\"('a','b')\" correct=\"{}\"/></optionresponse>"
SPLIT = (
    '<split_test user_partition_id="1" group_id_to_child="{{&quot;0&quot;: &quot;i4x://o/c/vertical/'
    '{}&quot;}}"><vertical url_name="v1"/></split_test>'
)
BROKEN = [
    (question(text("(a", "regexp")), "question_pattern_invalid"),
    (question(text("a", "ci regexp", '<additional_answer answer="*b"/><textline/>')),
     "question_pattern_invalid"),
    (question(number("3", tolerance("small"))), "question_tolerance_invalid"),
    (question(number("3", tolerance("-0.1"))), "question_tolerance_invalid"),
    (question(number("3", tolerance("5,5%"))), "question_tolerance_invalid"),
    (question(choices(partial_credit="close")), "question_partial_credit_invalid"),
    (question(choices("choiceresponse", "checkboxgroup", partial_credit="EDC,halves")),
     "question_partial_credit_invalid"),
    (question(number("3", partial_credit="points")), "question_partial_credit_invalid"),
    (question(number("$x")), "question_variable_unknown"),
    (question(number("[$a,$b]"), script("a = 1")), "question_variable_unknown"),
    (question(number("3", tolerance("$tol"))), "question_variable_unknown"),
    (question(number("[5,1]")), "question_range_reversed"),
    (question(number("(2,2)")), "question_range_reversed"),
    (question(number("[1;2]")), "question_answer_not_a_number"),
    (question(number("[1,2,3]")), "question_answer_not_a_number"),
    (question(number("5k")), "question_answer_not_a_number"),
    (question(number("2pi")), "question_answer_not_a_number"),
    (question(number("2**3")), "question_answer_not_a_number"),
    (question(number("2*c")), "question_answer_not_a_number"),
    (question(number("½")), "question_answer_not_a_number"),
    (question(number("(1")), "question_answer_not_a_number"),
    (question(number("3", partial_credit="list")), "question_partial_credit_invalid"),
    (question(number("3", tolerance("2*0.01"))), "question_tolerance_invalid"),
    (question(number("[1,]")), "question_answer_empty"),
    (question(number("abc")), "question_answer_not_a_number"),
    (question(number("3,14")), "question_answer_not_a_number"),
    (question(number("5 km")), "question_answer_not_a_number"),
    (question(number("3", '<additional_answer answer="three"/>')), "question_answer_not_a_number"),
    (question(number("3"), script("print 'x'")), "question_script_error"),
    (question(number("3"), script("def f(:")), "question_script_error"),
    (question('<numericalresponse answer="3"/>'), "question_without_input"),
    (question('<stringresponse answer="a"><p/></stringresponse>'), "question_without_input"),
    (question(text("a", inside="<textline/><textline/>")), "question_input_wrong"),
    (question(choices(group="checkboxgroup")), "question_input_wrong"),
    (question(choices("choiceresponse", "choicegroup")), "question_input_wrong"),
    (question(text("a", inside="<formulaequationinput/>")), "question_input_wrong"),
    (question(choices(inside="<choice>A</choice>")), "question_without_answer"),
    (question(choices("choiceresponse", "checkboxgroup", "<choice>A</choice>")),
     "question_without_answer"),
    (question(OPTIONS.format("c")), "question_without_answer"),
    (question('<formularesponse answer="x"><textline/></formularesponse>'),
     "question_answer_empty"),
    (question('<formularesponse answer="x" samples="x"><textline/></formularesponse>'),
     "question_samples_invalid"),
    (question("<magicresponse/>"), "response_unknown"),
    (question('<customresponse cfn="f"><textline/></customresponse>'),
     "question_function_missing"),
    (question('<customresponse cfn="f"><textline/></customresponse>', script("def g(): pass")),
     "question_function_missing"),
    (question("<customresponse><textline/><answer>x = [</answer></customresponse>"),
     "question_script_error"),
    (question("<schematicresponse><schematic/><answer>x = [</answer></schematicresponse>"),
     "question_script_error"),
    (question('<imageresponse><imageinput src="a" rectangle="here"/></imageresponse>'),
     "question_area_invalid"),
    (question('<imageresponse><imageinput src="a"/></imageresponse>'), "question_area_invalid"),
    (question('<formularesponse answer="x*y" samples="x@1:3#10"><textline/></formularesponse>'),
     "question_variable_unknown"),
    ('<sequential graded="yes"/>', "flag_unclear"),
    ('<html visible_to_staff_only="on">x</html>', "flag_unclear"),
    ('<drag-and-drop-v2 data="junk"/>', "attribute_unreadable"),
    ('<lti_consumer custom_parameters="a=b"/>', "attribute_unreadable"),
    (poll("[['R', {'label': 'Red'}"), "poll_invalid"),
    (poll('[["R", "Red"]]'), "poll_invalid"),
    (poll('{"R": 1}'), "poll_invalid"),
    (poll('[["Y", "Yes"], ["N"]]', "survey"), "poll_invalid"),
    ('<video youtube_id_1_0=""><source src="/static/a.mp4"/></video>', "video_unplayable"),
    ('<video youtube_id_1_0="" html5_sources="[&quot;/static/a.mp4&quot;]"/>', "video_unplayable"),
    ('<video youtube_id_1_0="abcdefghijk"><transcript src="a.srt"/></video>',
     "transcript_incomplete"),
    ('<video youtube_id_1_0="abcdefghijk"><transcript language="en"/></video>',
     "transcript_incomplete"),
    ('<video youtube_id_1_0="abcdefghijk" transcripts="{&quot;en&quot;: &quot;&quot;}"/>',
     "transcript_incomplete"),
    ('<split_test group_id_to_child="{}"/>', "split_test_groups"),
    ('<split_test user_partition_id="1"/>', "split_test_groups"),
    (SPLIT.format("v9"), "split_test_groups"),
    ('<library_content max_count="0"/>', "pool_settings"),
    ('<library_content source_library_id="My library"/>', "pool_settings"),
    ('<library_content max_count="many"/>', "attribute_unreadable"),
    ('<html group_access="{&quot;1&quot;: 2}"/>', "group_access_unknown"),
    ('<problem due="2031"/>', "date_incomplete"),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "code"), BROKEN)
def test_what_learners_cannot_use_is_named(xml, code):
    assert codes(xml) == [code]


HEALTHY = [
    question('<customresponse cfn="f"><textline/></customresponse>', script("def f(e, a): pass")),
    question('<customresponse cfn="f"><textline/></customresponse>', script("from x import *")),
    question("<customresponse><textline/><answer>\n  x = 1\n  y = 2</answer></customresponse>"),
    question(
        '<imageresponse><imageinput src="a" rectangle="(1,2)-(3, 4);(5,6)-(7,8)"/></imageresponse>'
    ),
    question('<imageresponse><imageinput src="a" regions="[[1,2],[3,4],[5,6]]"/></imageresponse>'),
    question(
        '<formularesponse answer="m*x^2+sin(X)+pi" samples="x,m@1,1:3,3#10" type="ci"><textline/>'
        "</formularesponse>"
    ),
    '<sequential graded="True" visible_to_staff_only="false" hide_from_toc="1"/>',
    '<drag-and-drop-v2 data="{&quot;zones&quot;: []}"/>',
    '<lti_consumer custom_parameters="[&quot;a=b&quot;]"/>',
    question(text("a", "ci regexp")),
    question(text("(a", "ci")),
    question(text("costs $5", "ci")),
    question(text("$HOME", "ci")),
    question(text("a.*|b", "regexp", '<additional_answer answer="c"/><textline/>')),
    question(number("3", tolerance("5%"))),
    question(number("3", tolerance("0.01"))),
    question(number("3", tolerance("1e-3"))),
    question(number("$x", tolerance("$t")), script("x = 3\nt = 0.1")),
    question(number("$xy"), script("x = 3")),  # $x is replaced, y stays: Capa reads 3y, an error
    question(number("$x"), script("exec('x = 3')")),
    question(number("$x"), script("from random import *\nx = 3")),
    question(number("$x"), script("for x in range(3): pass")),
    question(number("$x"), script("import math as x")),
    question(number("$y"), script("x, (y, z) = 1, (2, 3)")),
    question(number("[1,5)")),
    question(number("[2,2]")),
    question(number("(-1,1)")),
    question(number("-3.5e-4")),
    question(number("10^2*sqrt(2)")),
    question(number("50%")),
    question(number("sqrt(2) + 1/3")),
    question(number("[1/2, 3/4]")),
    question(number("2*pi")),
    question(number("1+2*i")),
    question(number("3", '<responseparam partial_answers="2,4"/>', partial_credit="list,close")),
    question(choices(partial_credit="points")),
    question(choices(partial_credit="false")),
    question(choices("choiceresponse", "checkboxgroup", partial_credit="Halves")),
    question(choices("choiceresponse", "checkboxgroup",
                     '<choice correct="false">A</choice><choice correct="False">B</choice>')),
    question(choices("truefalseresponse")),
    question(choices(inside='<choice correct="$right">A</choice>'), script("right = 'true'")),
    question(number("3"), '<script type="text/javascript">var x = {;</script>'),
    question(number("3"), script("if 1 &lt; 2:\n  x = 1")),
    question('<customresponse cfn="check"><textline/><textline/></customresponse>',
             script("def check(e, a): return True")),
    question('<optionresponse><optioninput options="(\'Up\',\'Don\\\'t\')" correct="Up"/>'
             "</optionresponse>"),
    question('<optionresponse><optioninput><option correct="True">a</option></optioninput>'
             '<optioninput><option correct="True">b</option></optioninput></optionresponse>'),
    question(
        '<formularesponse answer="x*y" samples="x,y@1,1:10,10#5"><textline/></formularesponse>'
    ),
    question("<p>Words only</p>"),
    poll('[["R", {"label": "Red", "img": ""}]]'),
    poll("[['R', {'label': 'Red'}],]"),
    poll("[[R, {label: Red}]]"),
    poll('[["Y", "Yes"], ["N", "No"]]', "survey"),
    "<poll/>",
    '<video youtube_id_1_0="" html5_sources="[&quot;https://a.org/a.mp4&quot;]"/>',
    '<video youtube_id_1_0=""><source src="/asset-v1:O+C+r+type@asset+block@a.mp4"/></video>',
    '<video youtube_id_1_0="abcdefghijk"><transcript language="en" src="a.srt"/></video>',
    SPLIT.format("v1"),
    '<library_content max_count="-1" source_library_id="library-v1:edX+L"/>',
    '<library_content source_library_id="lib:edX:L"/>',
    '<html group_access="{&quot;50&quot;: [1, 2]}"/>',
    '<html group_access="{}"/>',
    '<html url_name=""/>',
    '<problem display_name="null" rerandomize="never" showanswer="past_due"/>',
]  # fmt: skip


@pytest.mark.parametrize("xml", HEALTHY)
def test_what_works_is_left_alone(xml):
    assert codes(xml) == []


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2030-01-01T00:00:00Z", "complete"),
        ("2030-01-01 10:00:00.5+0100", "complete"),
        ("March 3, 2031 5pm", "complete"),
        ("3 Mar 2031", "complete"),
        ("31.12.2030", "complete"),
        ("12/31/2030 23:59", "complete"),
        ("Tue, 1 Jan 2030 10:00:00 GMT", "complete"),
        ("20300101T000000Z", "complete"),
        ("3 March", "complete"),
        ("2031", "incomplete"),
        ("Feb 2031", "incomplete"),
        ("Monday", "incomplete"),
        ("soon", "unreadable"),
        ("2031-02-30", "unreadable"),
        ("13/13/2031", "unreadable"),
        ("Spring 2031", "unreadable"),
        ("2030-01-01T25:00", "unreadable"),
        ("1577836800000", "unreadable"),
        ("1" * 5000, "unreadable"),
    ],
)
def test_dates_are_read_as_the_platform_reads_them(text, reading):
    assert read_date(text) == reading


def test_lists_in_one_line_are_read_as_yaml():
    assert read_flow("[a, 'it''s', \"b\", {k: [1]},]") == ["a", "it's", "b", {"k": ["1"]}]
    for text in ("[a", "{a}", "[a]]", "", "[" * 500):
        with pytest.raises(ValueError, match=r"."):
            read_flow(text)
