"""The quick readers of what we wrote say the same as the thorough one, or nothing."""

from __future__ import annotations

import pytest

from courseporter.formats.olx import Links, leaves
from courseporter.formats.olx_package.facts import facts_of, parse, plain_facts, problem_facts
from courseporter.model import Node, Option, Question, Quiz, Text

OPTIONS = (Option(text="clay", correct=True), Option(text="a & b < c"))
KINDS = {
    "single_choice": {"options": OPTIONS},
    "multiple_choice": {"options": OPTIONS, "hints": ("Look.",)},
    "true_false": {"options": OPTIONS, "explanation": "So it is."},
    "dropdown": {"options": OPTIONS},
    "short_text": {"answers": ("kiln", "oven")},
    "numerical": {"answers": ("3.14",), "tolerance": "0.01"},
    "matching": {"options": (Option(text="a", match="1"), Option(text="b", match="2"))},
    "ordering": {"options": (Option(text="a"), Option(text="b"))},
    "fill_in": {"text": "It is ___ and ___.", "gaps": (("a",), ("b", "c"))},
}


def definition(title="Exercise 1 · 2", **fields):
    question = Question(**{"key": "q", "text": "Which?", "title": title, **fields})
    node = Node(key="n", kind="block", title="Quiz", block=Quiz(questions=(question,)))
    (leaf,) = leaves(node, Links())
    return leaf.files[0][1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_written_problem_reads_the_same_the_quick_way(kind):
    data = definition(type=kind, **KINDS[kind])
    assert problem_facts(data) in (None, facts_of(parse(data), rules=False))


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "dropdown", "short_text"])
def test_most_problems_take_the_quick_way(kind):
    facts = problem_facts(definition(type=kind, **KINDS[kind]))
    assert facts is not None
    assert (facts.title, facts.type, facts.questions) == ("Exercise 1 · 2", "quiz", 1)


@pytest.mark.parametrize(
    "text",
    [
        '<problem url_name="p"></problem>',
        '<problem display_name="a"><!-- <optionresponse > --><p/></problem>',
        '<problem display_name="a"><![CDATA[<optionresponse >]]></problem>',
        '<problem display_name="a &amp; b"><optionresponse></optionresponse></problem>',
        '<problem display_name="a"><otherresponse></otherresponse></problem>',
        '<problem display_name="a"/>',
    ],
)
def test_an_odd_problem_is_left_to_the_thorough_reader(text):
    assert problem_facts(text.encode()) is None


@pytest.mark.parametrize("end", [b"</p>", b"", b"</problem><p/>", b"\xff</problem>"])
def test_a_broken_problem_is_left_to_the_thorough_reader(end):
    data = b'<problem display_name="a"><optionresponse>a</optionresponse>'
    assert problem_facts(data + b"</problem>").questions == 1
    assert problem_facts(data + end) is None


def test_a_written_page_reads_the_same_the_quick_way():
    node = Node(key="n", kind="block", title="A page", block=Text(html="<p>x</p>"))
    data = leaves(node, Links())[0].files[0][1]
    assert plain_facts(data) == facts_of(parse(data), rules=False)
