"""Answers are graded as Open edX grades the problem that is written for the question."""

from __future__ import annotations

import pytest

from courseporter.formats.olx.arithmetic import value_of
from courseporter.formats.olx.grading import Given, expected, grade, offered, right_answer
from courseporter.model import Option, Question, QuestionType

CHOICES = (
    Option(text="Paris", correct=True, feedback="Yes, on the Seine."),
    Option(text="Lyon", feedback="The second largest."),
    Option(text="Nice"),
)


def asked(kind: QuestionType, **fields: object) -> Question:
    """A question of a type."""
    return Question(key="q", type=kind, text="Capital?", **fields)  # type: ignore[arg-type]


def score(question: Question, *texts: str, chosen: tuple[int, ...] = ()) -> float | None:
    """The share of the points for an answer."""
    graded = grade(question, Given(chosen=chosen, texts=texts))
    return None if graded is None else graded.score


@pytest.mark.parametrize("kind", ["single_choice", "true_false", "dropdown"])
def test_one_right_option_gets_all_points_and_says_its_feedback(kind: QuestionType) -> None:
    question = asked(kind, options=CHOICES)
    right = grade(question, Given(chosen=(0,)))
    assert right is not None
    assert (right.score, right.feedback) == (1.0, ("Yes, on the Seine.",))
    assert score(question, chosen=(1,)) == 0
    assert score(question) == 0


def test_boxes_count_together_unless_the_question_gives_partial_credit() -> None:
    options = (*CHOICES, Option(text="Capital of the republic", correct=True))
    whole = asked("multiple_choice", options=options)
    assert score(whole, chosen=(0, 3)) == 1
    assert score(whole, chosen=(0,)) == 0
    partly = asked("multiple_choice", options=options, partial_credit=True)
    assert score(partly, chosen=(0,)) == 0.75
    assert score(partly, chosen=(0, 1, 3)) == 0.75


def test_typed_answers_ignore_case_and_spaces_around_unless_told_otherwise() -> None:
    question = asked("short_text", answers=("Paris", "Paname"))
    assert score(question, "  pARIS ") == 1
    assert score(question, "paname") == 1
    assert score(question, "Parise") == 0
    assert score(question, "") == 0
    assert score(asked("short_text", answers=("Paris",), case_sensitive=True), "paris") == 0


def test_a_pattern_has_to_match_the_whole_answer() -> None:
    question = asked("short_text", answers=("colou?r", "hues?"), pattern=True)
    assert [score(question, one) for one in ("color", "Colour", "hue", "colors")] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("answer", "tolerance", "given", "wanted"),
    [
        ("10", "", "10.00005", 1),
        ("10", "", "10.1", 0),
        ("10", "10%", "9", 1),
        ("10", "10%", "8.9", 0),
        ("0.1", "0.2", "0.3", 1),  # in decimals, without rounding errors
        ("10", "0.5", "21/2", 1),
        ("[10, 20)", "", "10", 1),
        ("[10, 20)", "", "20", 0),
        ("(10, 20]", "", "15", 1),
        ("10", "", "ten", 0),
    ],
)
def test_a_number_counts_within_its_tolerance_or_interval(
    answer: str, tolerance: str, given: str, wanted: float
) -> None:
    assert score(asked("numerical", answers=(answer,), tolerance=tolerance), given) == wanted


def test_further_numbers_have_to_be_met_exactly() -> None:
    question = asked("numerical", answers=("10", "12"), tolerance="0.5")
    assert [score(question, one) for one in ("12", "12.1")] == [1, 0]


def test_gaps_rows_and_places_count_one_by_one() -> None:
    gaps = asked("fill_in", gaps=(("Seine", "the Seine"), ("1789",)))
    assert score(gaps, "seine", "1790") == 0.5
    pairs = asked(
        "matching",
        options=(
            Option(text="France", match="Paris"),
            Option(text="Italy", match="Rome"),
            Option(text="", match="Bern"),
        ),
    )
    assert sorted(offered(pairs)) == ["Bern", "Paris", "Rome"]
    assert score(pairs, "Paris", "Bern") == 0.5
    order = asked("ordering", options=(Option(text="one"), Option(text="two")))
    assert expected(order) == ("one", "two")
    assert offered(order) == ("two", "one")
    assert score(order, "one", "two") == 1


def test_what_nobody_can_grade_has_no_result() -> None:
    assert score(asked("essay"), "A long text") is None
    assert score(asked("survey", options=CHOICES), chosen=(0,)) is None
    assert score(asked("single_choice", options=(Option(text="Paris"),)), chosen=(0,)) is None


@pytest.mark.parametrize(
    "question",
    [
        asked("single_choice", options=CHOICES),
        asked("multiple_choice", options=CHOICES),
        asked("dropdown", options=CHOICES),
        asked("short_text", answers=("Paris",)),
        asked("numerical", answers=("(1,2)",)),
        asked("fill_in", gaps=(("a",), ("b",))),
        asked("ordering", options=CHOICES),
        asked("matching", options=(Option(text="a", match="b"),)),
    ],
)
def test_the_right_answer_gets_all_points(question: Question) -> None:
    graded = grade(question, right_answer(question))
    assert graded is not None
    assert graded.score == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4+5/2^2", 5.25),
        ("-(3)", -3.0),
        ("1e3", 1000.0),
        ("x", None),
        ("1/0", None),
        ("True", None),
        ("(-8)^0.5", None),
        ("9^9^9^9", None),
        ("__import__('os')", None),
    ],
)
def test_only_plain_arithmetic_is_evaluated(text: str, wanted: float | None) -> None:
    assert value_of(text) == wanted
