"""The questions that we write, graded by the real Open edX blocks.

The blocks live in an environment of their own; `make test` names its interpreter.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from courseporter.formats.olx import Links, leaves
from courseporter.model import Node, Option, Question, Quiz

PYTHON = os.environ.get("COURSEPORTER_ORACLE_PYTHON")
JUDGE = Path(__file__).with_name("capa_judge.py")

pytestmark = pytest.mark.skipif(
    not PYTHON, reason="COURSEPORTER_ORACLE_PYTHON names no interpreter with the Open edX blocks"
)

TEXTS = (
    *("x < y", "AT&T", "it's", 'say "hi"', "a, b", "(c)", "Zürich 🏔", "$5", "50 %", "null"),
    *("C:\\new", "{a}", "#1", "0", "True", "a;b", "]]>", "x_or_y", "one  two", "$seedling"),
)
# What capa cannot read in a list is written with a typographic apostrophe.
APOSTROPHES = ("rock 'n' roll", "5' tall", "a'b'c", "\\'x", "O'Neil's '")


def question(kind: str, **fields: Any) -> Question:
    """A question of a kind with the fields that matter."""
    return Question(key=f"question:{kind}", type=kind, text=fields.pop("text", "Which?"), **fields)  # type: ignore[arg-type]


def in_list(text: str) -> str:
    """The text as an entry of a list shows it: single blanks, no variables of capa."""
    return " ".join(text.split()).replace("$seed", "$\u2060seed")


def options(*texts: str, right: tuple[str, ...]) -> tuple[Option, ...]:
    """Options, each with a feedback."""
    return tuple(
        Option(text=text, correct=text in right, feedback=f"About <{text}>") for text in texts
    )


def cases() -> list[tuple[str, Question, list[Any], list[Any]]]:
    """Name, question, right answers, wrong answers; an answer has one value per response."""
    found: list[tuple[str, Question, list[Any], list[Any]]] = []

    def case(name: str, asked: Question, right: list[Any], wrong: list[Any]) -> None:
        found.append((name, asked, right, wrong))

    for text in TEXTS:
        others = [[other] for other in TEXTS if other != text]
        case(
            f"single {text}",
            question("single_choice", options=options(*TEXTS, right=(text,)), shuffle=True),
            [[text]],
            others,
        )
        listed = options(*TEXTS, right=(text,))
        shown = in_list(text)
        case(
            f"dropdown {text}",
            question("dropdown", options=listed),
            [[shown]],
            [[in_list(other)] for [other] in others],
        )
    for text in APOSTROPHES:
        asked = question("dropdown", options=options(*APOSTROPHES, right=(text,)))
        case(f"dropdown {text}", asked, [[text.replace("'", "’")]], [])
    case(
        "true or false",
        question("true_false", options=options("True", "False", right=("False",))),
        [["False"]],
        [["True"]],
    )
    many = question("multiple_choice", options=options(*TEXTS, right=("AT&T", "null")))
    case("many", many, [[["null", "AT&T"]]], [[["null"]], [["AT&T", "null", "0"]], [list(TEXTS)]])
    case(
        "or",
        question("short_text", answers=("win_or_lose",)),
        [["Win_Or_Lose "]],
        [["win"], ["lose"]],
    )
    case(
        "or, and others",
        question("short_text", answers=("a_or_b", "C++", "(x) [y]")),
        [["a_or_b"], ["c++"], ["(X) [y]"]],
        [["a"], ["b"], ["C"], ["x y"], ["zC++"]],
    )
    only_or = question("short_text", answers=("a_or_b", "c_or_d"), case_sensitive=True)
    case("or alone", only_or, [["a_or_b"], ["c_or_d"]], [["A_or_b"], ["a_or_bx"], ["xc_or_d"]])
    case("variable", question("short_text", answers=("$seed",)), [["$seed"]], [["1"], ["seed"]])
    case(
        "dollar",
        question("short_text", answers=("$100", "100 %")),
        [["$100"], ["100 %"]],
        [["100"]],
    )
    case(
        "case",
        question("short_text", answers=("Zürich",), case_sensitive=True),
        [["Zürich"]],
        [["zürich"], ["Zurich"]],
    )
    regular = question(
        "short_text", answers=("a+", "b|c", "(?i)d"), pattern=True, case_sensitive=True
    )
    case("pattern", regular, [["aaa"], ["b"], ["c"], ["D"]], [["ab"], ["xb"], ["cx"], ["A"]])
    split = question("short_text", answers=("win_or_l.*",), pattern=True)
    case("pattern with or", split, [["win_or_lose"]], [["win"], ["lose"]])
    for answer, tolerance, right, wrong in (
        ("3.14", "0.01", ("3.145", "3.131"), ("3.16", "314")),
        ("200", "5%", ("209", "191"), ("211", "189")),
        ("42", "", ("42", "42.0"), ("41", "43")),
        ("[10, 20]", "", ("10", "15", "20"), ("9.9", "20.1")),
        ("(10,20]", "", ("15", "20"), ("10", "21")),
        ("-40", "0.5", ("-40.4",), ("40", "-41")),
        ("6.02e23", "1%", ("6.03*10^23",), ("6.02",)),
        ("1000.5", "0", ("1000.5",), ("1000",)),
    ):
        asked = question("numerical", answers=(answer,), tolerance=tolerance)
        case(f"number {answer}", asked, [[value] for value in right], [[value] for value in wrong])
    also = question("numerical", answers=("3", "4"))
    case("number or another", also, [["3"], ["4"]], [["5"], ["34"]])
    beside = question("numerical", answers=("[10,20]", "7"))
    case("interval or a number", beside, [["7"], ["15"]], [["8"], ["7.1"]])
    gaps = (("Paris", "Lutetia"), ("win_or_lose",), ("$seed",))
    filled = question("fill_in", text="The ___ of <b> is ___ and ____.", gaps=gaps)
    good = [["paris", "win_or_lose", "$seed"], ["Lutetia", "WIN_or_lose", "$seed"]]
    case("gaps", filled, good, [["Paris", "win", "$seed"], ["x", "win_or_lose", "$seed"]])
    page = question(
        "fill_in", text="<p>A ___ b</p><p>___</p>", gaps=(("1",), ("2",)), markup="html"
    )
    case("gaps in a page", page, [["1", "2"]], [["2", "1"]])
    pairs = (("France <", "Paris"), ("Italy", "it's, 'x'"), ("Spain", "Paris"), ("", "Rome"))
    matched = question("matching", options=tuple(Option(text=a, match=b) for a, b in pairs))
    case(
        "matching",
        matched,
        [["Paris", "it’s, ’x’", "Paris"]],
        [["Paris", "Paris", "Paris"], ["Rome", "it’s, ’x’", "Paris"]],
    )
    items = ["Wash", "Dry & fold", "Iron (< 100 %)", "Wash"]
    ordered = question("ordering", options=tuple(Option(text=item) for item in items))
    case("ordering", ordered, [items], [[*items[::-1][:3], "Iron (< 100 %)"], [items[1]] * 4])
    return found


def xml_of(asked: Question) -> str:
    """The problem as it is written."""
    node = Node(key="quiz:1", kind="block", title="Quiz", block=Quiz(questions=(asked,)))
    [leaf] = leaves(node, Links())
    assert leaf.tag == "problem"
    return leaf.files[0][1].decode()


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, list[Any], list[Any]]]:
    """Each case with the verdicts on its right and its wrong answers."""
    everything = cases()
    asked = [{"xml": xml_of(q), "answers": [*right, *wrong]} for _, q, right, wrong in everything]
    done = subprocess.run(
        [str(PYTHON), str(JUDGE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    verdicts = json.loads(done.stdout)
    return [
        (name, found[: len(right)], found[len(right) :])
        for (name, _, right, _), found in zip(everything, verdicts, strict=True)
    ]


def test_every_right_answer_is_graded_right(judged: list[tuple[str, list[Any], list[Any]]]) -> None:
    bad = [
        (name, verdict)
        for name, right, _ in judged
        for verdict in right
        if set(verdict.get("states", ["none"])) != {"correct"}
    ]
    assert not bad


def test_no_wrong_answer_is_graded_right(judged: list[tuple[str, list[Any], list[Any]]]) -> None:
    bad = [
        (name, verdict)
        for name, _, wrong in judged
        for verdict in wrong
        if set(verdict.get("states", ["correct"])) == {"correct"}
    ]
    assert not bad


def test_partial_credit_counts_every_decision() -> None:
    asked = question(
        "multiple_choice",
        options=options("a", "b", "c", "d", right=("a", "b")),
        partial_credit=True,
    )
    work = [{"xml": xml_of(asked), "answers": [[["a", "b"]], [["a", "b", "c"]], [["c", "d"]]]}]
    done = subprocess.run(
        [str(PYTHON), str(JUDGE)],
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=True,
    )
    [verdicts] = json.loads(done.stdout)
    assert [verdict["points"] for verdict in verdicts] == [1, 0.75, 0]
