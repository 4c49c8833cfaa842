"""Questions of every type: what is graded, what only nearly works, and what fails."""

from __future__ import annotations

import pytest

from courseporter.model import Option, Text


@pytest.fixture
def ask(read):
    """One question with its options: `right` and `wrong` by their texts, or rows as they are."""

    def go(kind, options=(), **row):
        rows = [{"external_id": f"o{n}", **option} for n, option in enumerate(options)]
        found = read(
            exercises=[{}],
            questions=[{"type": kind, "text": row.pop("text", "Q?"), **row}],
            options=rows or None,
        )
        return found, found.questions.get("question:q"), found.entry("question", "q")

    return go


YES_NO = [{"text": "A", "is_correct": "yes", "feedback": "Right"}, {"text": "B", "is_correct": "0"}]


@pytest.mark.parametrize(
    ("answer", "right"), [("false", "Falsch"), ("WAHR", "Wahr"), ("0", "Falsch")]
)
def test_true_or_false_names_the_option_that_means_it(ask, answer, right):
    _, question, entry = ask("true_false", [{"text": "Wahr"}, {"text": "Falsch"}], answer=answer)
    assert [option.text for option in question.options if option.correct] == [right]
    assert entry.outcome == "converted"


@pytest.mark.parametrize("texts", [("Wahr", "Manchmal"), ("Wahr", "Ja")])
def test_true_or_false_is_not_guessed_among_other_words(ask, texts):
    _, question, entry = ask("true_false", [{"text": text} for text in texts], answer="true")
    assert entry.reason.startswith("no option is marked as correct")
    assert [option.text for option in question.options] == list(texts)


def test_an_answer_that_contradicts_the_marked_option_is_told_with_both(ask):
    found, question, _ = ask("single_choice", YES_NO, answer="B")
    assert [option.text for option in question.options if option.correct] == ["A"]
    problem = found.problem("row_value")
    assert problem.where == "questions.csv line 2 column answer"
    assert "“B” isn't used; the correct option is “A”" in problem.message


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "dropdown", "true_false"])
def test_choices_are_kept_with_their_feedback(ask, kind):
    found, question, entry = ask(kind, YES_NO)
    assert question.type == kind
    assert question.options == (
        Option(text="A", correct=True, feedback="Right"),
        Option(text="B"),
    )
    assert entry.outcome == "converted"
    assert found.problems == []


@pytest.mark.parametrize("kind", ["Single Choice", "single-choice", " SINGLE_CHOICE "])
def test_types_may_be_written_as_people_do(ask, kind):
    assert ask(kind, YES_NO)[1].type == "single_choice"


@pytest.mark.parametrize("yes", ["TRUE", "True", "yes", "Y", "1", "x", "WAHR", "ja", "oui", " sí "])
def test_yes_in_many_spellings(ask, yes):
    assert ask("single_choice", [{"is_correct": yes}, {"text": "B"}])[1].options[0].correct


def test_is_correct_that_is_no_boolean_fails_the_question_and_names_the_cell(ask):
    found, question, entry = ask("single_choice", [*YES_NO, {"text": "C", "is_correct": "maybe"}])
    assert question is None
    assert entry.outcome == "failed"
    problem = found.problem("row_failed")
    assert problem.where == "options.csv line 4 column is_correct"
    assert "maybe" in problem.message
    assert "yes, no" in problem.message
    assert {e.outcome for e in found.entries if e.kind == "option"} == {"failed"}
    assert found.entry("exercise", "e").outcome == "converted_with_loss"


def test_two_right_options_in_a_single_choice_are_both_accepted(ask):
    options = [{"text": "A", "is_correct": "1"}, {"text": "B", "is_correct": "1"}]
    for kind in ("single_choice", "dropdown", "true_false"):
        found, question, entry = ask(kind, options)
        assert question.type == "single_choice"
        assert entry.outcome == "converted_with_loss"
        assert found.problems == []  # the target's check tells it


def test_no_right_option_means_no_grading(ask):
    for kind in ("single_choice", "multiple_choice", "dropdown"):
        found, question, entry = ask(kind, [{"text": "A", "feedback": "x"}, {"text": "B"}])
        assert question.type == "survey"
        assert entry.outcome == "converted_with_loss"
        assert found.entry("option", "o0").outcome == "converted_with_loss"
        assert found.entry("option", "o1").outcome == "converted"


def test_a_choice_of_one_is_not_graded(ask):
    assert ask("single_choice", [{"is_correct": "1"}])[1].type == "survey"
    assert ask("multiple_choice", [{"is_correct": "1"}])[1].type == "multiple_choice"


def test_a_question_without_options_is_shown_between_the_others(read):
    found = read(
        exercises=[{"instructions": "Go"}],
        questions=[
            {"external_id": "a"},
            {"external_id": "b", "type": "multiple_choice", "text": "1 < 2?", "hint": "Hm"},
            {"external_id": "c"},
        ],
    )
    blocks = [(n.key, n.block) for n in found.nodes if n.parent == "exercise:e"]
    assert [key for key, _ in blocks] == ["quiz:e", "question:b", "quiz-after:b"]
    assert blocks[1][1] == Text(html="<p>1 &lt; 2?</p><p>Hm</p>")
    assert [block.instructions for _, block in (blocks[0], blocks[2])] == ["<p>Go</p>\n", ""]
    assert found.entry("question", "b").to == ("question:b",)
    assert found.entry("question", "b").outcome == "converted_with_loss"


def test_instructions_are_not_lost_when_the_first_question_is_only_shown(read):
    found = read(exercises=[{"instructions": "Go"}], questions=[{"type": "dropdown"}])
    assert found.block("question:q").html == "<p>Go</p>\n<p>Why?</p>"


def test_true_or_false_may_stand_in_the_answer_column(ask):
    question = ask("true_false", answer="wahr")[1]
    assert [(o.text, o.correct) for o in question.options] == [("True", True), ("False", False)]
    found, question, entry = ask("true_false", answer="perhaps")
    assert question is None
    assert entry.outcome == "failed"
    assert "column answer" in found.problem("row_failed").where


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "dropdown", "true_false"])
def test_the_answer_column_may_name_the_right_option(ask, kind):
    found, question, _ = ask(kind, [{"text": "True"}, {"text": "False"}], answer=" false")
    assert question.type == kind
    assert [option.correct for option in question.options] == [False, True]
    assert found.problems == []


@pytest.mark.parametrize(
    ("kind", "options", "cell"),
    [
        ("essay", (), {"answer": "a model answer"}),
        ("single_choice", YES_NO, {"answer": "B"}),
        ("true_false", [{"text": "True", "is_correct": "1"}], {"answer": "false"}),
        ("fill_in", [{"text": "a"}, {"text": "b"}], {"answer": "c", "text": "___ ___"}),
        ("single_choice", YES_NO, {"tolerance": "5%"}),
        ("single_choice", YES_NO, {"text": " "}),
    ],
)
def test_cells_that_are_filled_for_nothing_are_told(ask, kind, options, cell):
    found, _, entry = ask(kind, options, **cell)
    column = next(iter(cell))
    problem = found.problem("row_value")
    assert problem.where == f"questions.csv line 2 column {column}"
    assert problem.key == "question:q"
    assert entry.outcome == "converted"


def test_half_a_true_or_false_gets_its_other_half(ask):
    question = ask("true_false", [{"text": "False", "is_correct": "yes"}])[1]
    assert [(o.text, o.correct) for o in question.options] == [("True", False), ("False", True)]


def test_an_option_without_a_text_fails_and_the_question_goes_on(ask):
    found, question, _ = ask("single_choice", [*YES_NO, {"text": " ", "is_correct": "1"}])
    assert len(question.options) == 2
    assert found.entry("option", "o2").outcome == "failed"
    assert found.problem("row_failed").where == "options.csv line 4"


def test_options_of_a_dropdown_that_read_the_same_cannot_be_told_apart(ask):
    options = [{"text": "A", "is_correct": "1"}, {"text": "A"}, {"text": "B"}]
    assert ask("dropdown", options)[1].type == "single_choice"


def test_options_stand_in_the_order_of_their_positions(ask):
    options = [{"text": t, "position": p, "is_correct": t == "A"} for t, p in (("A", 2), ("B", 1))]
    assert [o.text for o in ask("single_choice", options)[1].options] == ["B", "A"]


def test_short_text_takes_all_right_rows_or_the_answer(ask):
    rows = [{"text": " Paris "}, {"text": "Lutetia"}, {"text": "London"}]
    for row, yes in zip(rows, ("true", "1", "no"), strict=True):
        row["is_correct"] = yes
    assert ask("short_text", rows)[1].answers == ("Paris", "Lutetia")
    question = ask("short_text", answer="win_or_lose (a+b)")[1]
    assert question.answers == ("win_or_lose (a+b)",)
    assert not question.pattern
    assert not question.case_sensitive


@pytest.mark.parametrize("kind", ["short_text", "numerical", "fill_in"])
def test_without_an_answer_a_person_grades(ask, kind):
    found, question, entry = ask(kind, text="One ___ is")
    assert question.type == "essay"
    assert entry.outcome == "converted_with_loss"
    assert found.codes() == ["question_changed"]


@pytest.mark.parametrize(
    ("answer", "tolerance", "expected"),
    [
        ("3,14", "0,01", ("3.14", "0.01")),
        ("1 000,5", "0", ("1000.5", "0")),
        ("200", "5 %", ("200", "5%")),
        ("[10, 20]", "", ("[10,20]", "")),
        ("10..20", "", ("[10,20]", "")),
        ("6.02e23", "1%", ("6.02e23", "1%")),
    ],
)
def test_numbers_with_a_tolerance_or_an_interval(ask, answer, tolerance, expected):
    _, question, entry = ask("numerical", answer=answer, tolerance=tolerance)
    assert (question.answers[0], question.tolerance) == expected
    assert entry.outcome == "converted"


def test_a_number_may_stand_in_an_option_row(ask):
    assert ask("numerical", [{"text": "42", "is_correct": "x"}])[1].answers == ("42",)


@pytest.mark.parametrize(
    ("answer", "tolerance", "others", "accepted", "reason"),
    [
        ("3", "", ["4,5", "3"], ("3", "4.5"), None),
        ("7", "", ["[10, 20]"], ("[10,20]", "7"), None),
        ("3", "0.1", ["4"], ("3", "4"), "the tolerance applies to the first answer only"),
        ("1..2", "", ["3..4", "9"], ("[1,2]", "9"), "of several intervals, only the first"),
    ],
)
def test_of_several_numbers_each_is_accepted(ask, answer, tolerance, others, accepted, reason):
    options = [{"text": text, "is_correct": "x"} for text in others]
    _, question, entry = ask("numerical", options, answer=answer, tolerance=tolerance)
    assert question.answers == accepted
    assert entry.outcome == ("converted_with_loss" if reason else "converted")
    assert reason is None or reason in entry.reason


def test_an_answer_that_is_no_number_fails_the_question(ask):
    found, question, entry = ask("numerical", answer="about five")
    assert question is None
    assert entry.outcome == "failed"
    assert found.problem("row_failed").where == "questions.csv line 2 column answer"


@pytest.mark.parametrize("cell", [{"tolerance": "much"}, {"points": "many"}, {"points": "-1"}])
def test_a_bad_optional_number_is_a_warning_and_the_question_goes_on(ask, cell):
    found, question, entry = ask("numerical", answer="5", **cell)
    assert question.answers == ("5",)
    assert entry.outcome == "converted"
    assert found.problem("row_value").where == f"questions.csv line 2 column {next(iter(cell))}"
    assert found.problem("row_value").hint.startswith("Enter a number")


def test_matching_pairs(ask):
    pairs = [{"text": "France", "match": "Paris"}, {"text": "Italy", "match": "Rome"}]
    found, question, _ = ask("matching", [*pairs, {"text": "Spain"}])
    assert [(o.text, o.match) for o in question.options] == [("France", "Paris"), ("Italy", "Rome")]
    assert found.entry("option", "o2").outcome == "failed"
    assert ask("matching", [pairs[0]])[1].type == "essay"


def test_ordering_is_the_order_of_the_positions(ask):
    items = [{"text": t, "position": p} for t, p in (("C", 30), ("A", 1), ("B", 2.5))]
    assert [o.text for o in ask("ordering", items)[1].options] == ["A", "B", "C"]
    assert ask("ordering", items[:1])[1].type == "essay"


@pytest.mark.parametrize(
    "places",
    [("1st", "2nd", "3rd"), ("1)", "2)", "3)"), ("I", "II", "III"), ("Step 1", "Step 2", "step 3"),
     ("①", "②", "③"), ("1.", "(2)", "#3"), ("viii", "IX", "XIV")],
)  # fmt: skip
def test_ordering_reads_positions_as_people_write_them(ask, places):
    items = [{"text": t, "position": p} for t, p in zip("CAB", (places[2], *places[:2]))]  # noqa: B905
    found, question, entry = ask("ordering", items)
    assert [option.text for option in question.options] == ["A", "B", "C"]
    assert entry.outcome == "converted"
    assert "row_value" not in found.codes()


@pytest.mark.parametrize(
    ("places", "why"),
    [
        (("1", "", "3"), "the position is empty"),
        (("", "", ""), "the position is empty"),
        (("one", "two", "three"), "can't be read as a number"),
        (("1", "second", "3"), "can't be read as a number"),
        (("1", "2", "2.0"), "has the same position as “B”"),
    ],
)
def test_an_ordering_question_is_never_graded_by_a_guess(ask, places, why):
    items = [{"text": t, "position": p} for t, p in zip("ABC", places, strict=True)]
    found, question, entry = ask("ordering", items)
    assert question is None
    assert entry.outcome == "failed"
    assert why in entry.reason
    assert "options.csv line" in found.problem("row_failed").where


def test_equal_items_of_an_ordering_question_may_share_a_position(ask):
    places = (("Mix", 1), ("Mix", 1), ("Bake", 2))
    question = ask("ordering", [{"text": t, "position": p} for t, p in places])[1]
    assert [option.text for option in question.options] == ["Mix", "Mix", "Bake"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("it’s", "it's"), ("“yes”", '"yes"'), ("1914–1918", "1914-1918"),
        ("New\u00a0York", "New York"),
        ("two  blanks", "two blanks"), ("two\nlines", "two lines"),
        ("zero\u200bwidth", "zerowidth"),
        ("co\u00adop", "coop"), ("e\u2011mail", "e-mail"), ("Zu\u0308rich", "Zürich"),
        ("wait…", "wait..."), ("ﬁne", "fine"), ("ＡＢＣ", "ABC"), ("\u200f\u05d0", "\u05d0"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["short_text", "fill_in"])
def test_answers_that_cannot_be_typed_are_accepted_as_they_can(ask, kind, written, plain):
    option = {"text": written, "is_correct": "yes"}
    found, question, entry = ask(kind, [option], text="Q ___" if kind == "fill_in" else "Q?")
    answers = question.gaps[0] if kind == "fill_in" else question.answers
    assert answers == (written.strip(), plain)
    assert entry.outcome == "converted"
    assert f"“{plain}”" in found.problem("answer_spelling_added").message


@pytest.mark.parametrize(
    ("others", "written", "read_as", "told"),
    [
        (["3.142", "2,500.0"], "1,500", "1500", False),
        (["3.14"], "1,500", "1500", False),
        (["3,14"], "1,500", "1.500", False),
        (["3,14"], "1.500", "1500", False),
        (["0.5"], "1.500", "1.500", False),
        (["0,5", "0.5"], "1,500", "1.500", True),
        ([], "1,500", "1.500", True),
        ([], "1.500", "1.500", False),
        (["3.5"], "[1,500, 2,500]", "[1500,2500]", False),
        (["3.5"], "[1,500]", "[1,500]", False),
        ([], "1/2", "0.5", False),
    ],
)
def test_the_other_numbers_say_what_a_comma_means(read, others, written, read_as, told):
    rows = [
        {"external_id": f"q{n}", "type": "numerical", "text": "Q?", "answer": text}
        for n, text in enumerate([written, *others])
    ]
    found = read(exercises=[{}], questions=rows)
    assert found.questions["question:q0"].answers == (read_as,)
    problems = [one.message for one in found.problems if one.code == "row_value"]
    assert any(f"“{written}” was read as {read_as}" in message for message in problems) == told


def test_an_answer_that_nobody_can_type_is_none(read):
    found = read(exercises=[{}], questions=[{"type": "short_text", "answer": "\u200b\u00ad"}])
    (question,) = found.questions.values()
    assert (question.type, question.answers) == ("essay", ())


@pytest.mark.parametrize(("points", "written"), [("0.5", "1,500"), ("0,5", "1.500")])
def test_points_say_what_a_comma_means_too(read, points, written):
    row = {"type": "numerical", "text": "Q?", "answer": written, "points": points}
    found = read(exercises=[{}], questions=[row])
    (question,) = found.questions.values()
    assert question.answers == ("1500",)


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "dropdown"])
def test_equal_options_of_which_one_is_correct_are_named(ask, kind):
    options = [
        {"text": "Paris", "is_correct": "yes"},
        {"text": "Pa\u200bris ", "is_correct": "no"},
        {"text": "Rome", "is_correct": "no"},
    ]
    found, _question, entry = ask(kind, options)
    assert entry.outcome == "converted_with_loss"
    assert "the option “Paris” is there twice" in found.problem("question_changed").message


def test_equal_left_sides_with_different_partners_are_named(ask):
    pairs = [{"text": t, "match": m} for t, m in (("A", "1"), ("A", "2"), ("B", "3"))]
    assert "“A” is there with different partners" in ask("matching", pairs)[2].reason


def test_gaps_take_the_rows_with_their_number(ask):
    rows = [
        {"text": "Rome", "match": "2"},
        {"text": "Paris", "match": "1", "is_correct": "true"},
        {"text": "Lutetia", "match": "1.0"},
        {"text": "Oslo", "match": "1", "is_correct": "no"},
        {"text": "Bern", "match": "3"},
    ]
    found, question, _ = ask("fill_in", rows, text="_____ and ___.")
    assert question.text == "___ and ___."
    assert question.gaps == (("Paris", "Lutetia"), ("Rome",))
    assert found.entry("option", "o4").outcome == "failed"
    assert "1 to 2" in found.entry("option", "o4").reason


def test_gaps_without_numbers_are_filled_in_order(ask):
    rows = [{"text": "a"}, {"text": "b"}]
    assert ask("fill_in", rows, text="___ ___")[1].gaps == (("a",), ("b",))
    assert ask("fill_in", rows, text="one ___")[1].gaps == (("a", "b"),)
    assert ask("fill_in", text="one ___", answer="x")[1].gaps == (("x",),)


def test_a_fill_in_without_gaps_is_a_short_text(ask):
    _, question, entry = ask("fill_in", [{"text": "x"}], text="No gap")
    assert (question.type, question.answers) == ("short_text", ("x",))
    assert entry.outcome == "converted_with_loss"


def test_options_of_an_essay_are_left_out_with_a_reason(ask):
    found, question, entry = ask("essay", [{"text": "x"}])
    assert question.type == "essay"
    assert entry.outcome == "converted"
    assert found.entry("option", "o0").outcome == "skipped"


def test_feedback_that_has_no_place_is_a_loss_of_its_option(ask):
    found = ask("short_text", [{"text": "x", "is_correct": "1", "feedback": "Well done"}])[0]
    assert found.entry("option", "o0").outcome == "converted_with_loss"


@pytest.mark.parametrize(
    ("kind", "right", "text"),
    [
        ("short_text", "Paris", "Q?"),
        ("numerical", "4", "Q?"),
        ("fill_in", "Paris", "It is ___."),
        ("fill_in", "Paris", "It is where?"),
    ],
)
def test_wrong_answers_that_a_learner_would_type_are_left_out_with_a_reason(ask, kind, right, text):
    options = [{"text": right, "is_correct": "yes"}, {"text": "5", "is_correct": "no"}]
    found, question, _ = ask(kind, options, text=text)
    assert "5" not in (*question.answers, *(text for gap in question.gaps for text in gap))
    kept, left = found.entry("option", "o0"), found.entry("option", "o1")
    assert (kept.outcome, left.outcome, left.to) == ("converted", "skipped", ())
    assert "isn't marked as correct" in left.reason


def test_an_accepted_answer_without_a_text_fails_and_the_question_goes_on(ask):
    options = [{"text": "Paris", "is_correct": "yes"}, {"text": " ", "is_correct": "yes"}]
    found, question, _ = ask("short_text", options)
    assert question.answers == ("Paris",)
    assert found.entry("option", "o1").outcome == "failed"
    assert found.problem("row_failed").where == "options.csv line 3"


def test_an_exercise_without_questions_keeps_its_instructions(read):
    found = read(exercises=[{"instructions": "<p>Later</p>"}])
    assert found.block("empty:e") == Text(html="<p>Later</p>")
    assert found.entry("exercise", "e").outcome == "converted_with_loss"


def test_bad_numbers_of_an_exercise_are_warnings(read):
    found = read(exercises=[{"max_attempts": "none", "points": "x"}], questions=[{}])
    assert found.block("quiz:e").attempts is None
    assert sum(p.code == "row_value" for p in found.problems) == 2
    told = [p.hint for p in found.problems if p.code == "row_value"]
    assert told == [
        "Enter a whole number, 1 or more, or leave it empty.",
        "Enter a number, 0 or more, or leave it empty.",
    ]
