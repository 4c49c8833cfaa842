"""The quick readers of what we wrote say the same as the thorough one, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courseporter.formats.olx import Links, leaves
from courseporter.formats.olx.package.facts import UnsafeXml, facts_of, parse
from courseporter.formats.olx.package.plain_facts import place_facts, problem_facts
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


def lesson(page):
    unit = f'<vertical url_name="u" display_name="U">{page}</vertical>'
    return f'<sequential display_name="L">{unit}</sequential>'


def thorough(data):
    try:
        return facts_of(parse(data), rules=False)
    except (ValueError, UnsafeXml):
        return None


def test_a_written_page_reads_the_same_the_quick_way():
    node = Node(key="n", kind="block", title="A “page” & more", block=Text(html="<p>x</p>"))
    data = lesson(leaves(node, Links())[0].pointer.decode()).encode()
    facts = place_facts(data)
    assert facts == thorough(data)
    assert facts.children[0].children[0].title == "A “page” & more"


ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        "url_name display_name filename visible_to_staff_only graded format slug x:y xmlns"
        " xmlns:x".split()
    ),
    st.sampled_from(["a", "b-1", "true", "a &amp; b", "&quot;x&quot;", "&gt;", "é", "", "null"]),
    max_size=4,
)
TAGS = st.sampled_from(["chapter", "sequential", "vertical", "html", "problem", "x:html", "wiki"])
BETWEEN = st.sampled_from(["", "", "", "\n  ", "text", "<!-- c -->", "<?pi?>", "&amp;"])


def element(inside):
    def written(tag, attributes, before, children, after):
        pairs = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return f"<{tag}{pairs}>{before}{''.join(children)}</{tag}>{after}"

    return st.builds(written, TAGS, ATTRIBUTES, BETWEEN, st.lists(inside, max_size=3), BETWEEN)


@given(st.recursive(st.just(""), element, max_leaves=8))
@example('<sequential display_name="L"><vertical url_name="u"><html url_name="h"/></vertical></x>')
@example('<vertical display_name="a"><html xmlns:x="y" url_name="h"/></vertical>')
@example('<vertical display_name="a"><html url_name="h">text</html></vertical>')
def test_the_quick_reader_of_places_says_the_same_as_the_thorough_one_or_nothing(text):
    facts = place_facts(text.encode())
    assert facts is None or facts == thorough(text.encode())


def test_places_nested_too_deeply_are_left_to_the_thorough_reader():
    data = b'<vertical display_name="a">' * 300 + b"</vertical>" * 300
    assert place_facts(data) is None
