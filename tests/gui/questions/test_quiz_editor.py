"""Questions of every type are edited, shown as learners see them, and graded in place."""

import pytest
from PySide6.QtTest import QTest

from courseporter.gui.questions.quiz_editor import QuizEditor
from courseporter.gui.questions.wording import TYPES
from courseporter.model import Option, Question, Quiz

CHOICES = (
    Option(text="Paris", correct=True, feedback="On the Seine."),
    Option(text="Lyon & more"),
)
QUESTIONS = {
    "single_choice": {"options": CHOICES},
    "multiple_choice": {"options": CHOICES, "partial_credit": True},
    "true_false": {"options": (Option(text="True"), Option(text="False", correct=True))},
    "dropdown": {"options": CHOICES},
    "short_text": {"answers": ("Paris", "Paname"), "case_sensitive": True},
    "numerical": {"answers": ("3.5", "4"), "tolerance": "5%"},
    "fill_in": {"text": "The ___ flows through ___.", "gaps": (("Seine",), ("Paris", "it"))},
    "matching": {"options": (Option(text="a", match="1"), Option(text="b", match="2"))},
    "ordering": {"options": (Option(text="first"), Option(text="second"))},
    "essay": {},
    "survey": {"options": (Option(text="yes"), Option(text="no"))},
}
GRADED = [kind for kind in TYPES if kind not in {"essay", "survey"}]


def question(kind, markup="text", **more):
    fields = {"text": "Which city?", **QUESTIONS[kind], **more}
    return Question(key=f"q-{kind}", type=kind, markup=markup, **fields)


@pytest.fixture
def editor(qtbot, dressed):
    made = QuizEditor()
    qtbot.addWidget(made)
    made.resize(720, 800)
    made.show()
    made.saved = []
    made.edited.connect(made.saved.append)
    return made


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("markup", ["text", "html"])
def test_opening_a_question_and_leaving_it_saves_nothing(editor, kind, markup):
    editor.open_quiz(Quiz(questions=(question(kind, markup, hints=("one", "two")),)))
    editor.flush()
    assert editor.saved == []


def test_html_is_kept_word_for_word_where_nobody_typed(editor):
    first = question(
        "single_choice",
        "html",
        text="<p>Which <b>city</b> &#233;</p>\n<iframe src='x'></iframe>",
        options=(Option(text="<img src='courseporter-asset:a.png'>", correct=True), *CHOICES),
        explanation="<p>Because</p>",
    )
    editor.open_quiz(Quiz(questions=(first, question("essay"))))
    editor.form.points.setText("3")
    editor.form.points.textEdited.emit("3")
    editor.flush()
    (saved,) = editor.saved
    assert saved.questions[0].points == 3
    assert saved.questions[0].text == first.text
    assert saved.questions[0].options[0].text == first.options[0].text
    assert saved.questions[1] == question("essay")


def test_typing_is_saved_by_itself_and_shown_to_learners_at_once(editor, qtbot):
    editor.open_quiz(Quiz(questions=(question("single_choice"),)))
    row = editor.form.options.rows[1]
    row.text.setFocus()
    row.text.selectAll()
    QTest.keyClicks(row.text, "Rome")
    assert editor.tryout.question.options[1].text == "Rome"
    assert editor.pending()
    qtbot.waitUntil(lambda: editor.saved != [])
    assert editor.saved[-1].questions[0].options[1].text == "Rome"


@pytest.mark.parametrize("kind", GRADED)
def test_the_right_answer_is_graded_right_in_place_and_an_empty_one_wrong(editor, kind):
    editor.open_quiz(Quiz(questions=(question(kind),)))
    editor.tryout.check.click()
    assert editor.tryout.result.text().startswith("Answer ")
    assert "→ right" not in editor.tryout.result.text()
    editor.tryout.solve.click()
    assert "→ right" in editor.tryout.result.text()


def test_the_result_names_the_answer_and_says_its_feedback(editor):
    editor.open_quiz(Quiz(questions=(question("single_choice", explanation="Capital."),)))
    editor.tryout.solve.click()
    assert editor.tryout.result.text() == "Answer “Paris” → right\nOn the Seine.\nCapital."


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (question("survey"), "Every answer counts; nothing is graded."),
        (question("essay"), "A person grades this answer."),
        (
            question("single_choice", options=(Option(text="a"),)),
            "Learners can't answer this yet, because no option is marked as correct.",
        ),
    ],
)
def test_what_is_not_graded_says_why(editor, one, sentence):
    editor.open_quiz(Quiz(questions=(one,)))
    assert editor.tryout.result.text() == sentence
    assert editor.tryout.check.isHidden()


def test_marking_another_option_as_right_changes_the_grade(editor):
    editor.open_quiz(Quiz(questions=(question("single_choice"),)))
    editor.form.options.rows[1].right.click()
    editor.flush()
    assert [one.correct for one in editor.saved[-1].questions[0].options] == [False, True]
    editor.tryout.solve.click()
    assert "“Lyon & more” → right" in editor.tryout.result.text()


def test_options_are_added_moved_and_removed(editor):
    editor.open_quiz(Quiz(questions=(question("ordering"),)))
    editor.form.options.add.click()
    editor.form.options.rows[2].text.setText("third")
    editor.form.options.rows[2].moved.emit(-1)
    editor.form.options.rows[0].removed.emit()
    editor.flush()
    texts = [one.text for one in editor.saved[-1].questions[0].options]
    assert texts == ["third", "second"]


def test_a_gap_in_the_text_gets_answers_of_its_own(editor):
    editor.open_quiz(Quiz(questions=(question("fill_in"),)))
    editor.form.text.plain.setPlainText("A ___, a ___ and a ___")
    assert len(editor.form.gaps) == 3
    editor.form.gaps[2].setPlainText("new\nother")
    editor.flush()
    assert editor.saved[-1].questions[0].gaps == (("Seine",), ("Paris", "it"), ("new", "other"))


def test_questions_are_added_moved_and_deleted(editor):
    first, second = question("essay"), question("survey")
    editor.open_quiz(Quiz(questions=(first, second)))
    editor.add_question()
    assert editor.place == 1
    assert len(editor.saved[-1].questions) == 3
    new = editor.saved[-1].questions[1]
    assert new.key.startswith("new-")
    editor._move(1)
    assert editor.saved[-1].questions == (first, second, new)
    editor._remove()
    editor._remove()
    assert editor.saved[-1].questions == (first,)
    editor._remove()
    assert editor.saved[-1].questions == ()
    assert not editor.nothing.isHidden()


def test_another_type_is_asked_for_after_what_was_typed_is_saved(editor):
    asked = []
    editor.retype_wanted.connect(lambda *given: asked.append((given, len(editor.saved))))
    editor.open_quiz(Quiz(questions=(question("single_choice"),)))
    editor.form.text.plain.setPlainText("Where?")
    editor.form.kinds.setCurrentIndex(editor.form.kinds.findData("short_text"))
    editor.form.kinds.activated.emit(0)
    assert asked == [(("q-single_choice", "short_text"), 1)]


def test_settings_of_the_quiz_are_saved_with_it(editor):
    editor.open_quiz(Quiz(questions=(question("essay"),)))
    for line, text in ((editor.attempts, "2"), (editor.pick, "1"), (editor.points, "x")):
        line.setText(text)
        line.textEdited.emit(text)
    editor.shuffle.click()
    editor.flush()
    saved = editor.saved[-1]
    assert (saved.attempts, saved.pick, saved.points, saved.shuffle) == (2, 1, None, True)
    assert editor.points.property("class") == "error"


def test_leaving_a_question_saves_it(editor):
    editor.open_quiz(Quiz(questions=(question("essay"), question("survey"))))
    editor.form.text.plain.setPlainText("Tell!")
    editor.go(1)
    assert editor.saved[-1].questions[0].text == "Tell!"
    assert editor.form.question == question("survey")
    editor.go_to("q-essay")
    assert editor.form.text.value() == "Tell!"
