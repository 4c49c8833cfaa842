"""The example rows of the template.

A small baking course with every kind of lesson and question.
"""

from __future__ import annotations

Rows = tuple[dict[str, str], ...]

COURSE: Rows = (
    {
        "external_id": "bread",
        "title": "Baking bread at home",
        "description": (
            "<p>From flour and water to your first loaf. Replace these rows by your own.</p>"
        ),
        "language": "en",
        "subtitle": "Your first loaf in two chapters",
        "cover": "images/cover.png",
        "org": "HomeBakery",
        "number": "BREAD1",
        "run": "2027",
        "start": "2027-01-15",
    },
)
SECTIONS: Rows = (
    {
        "external_id": "s1",
        "course_external_id": "bread",
        "title": "Before you bake",
        "description": "What you need and how dough behaves.",
        "position": "1",
    },
    {
        "external_id": "s2",
        "course_external_id": "bread",
        "title": "The first loaf",
        "position": "2",
    },
)
LESSONS: Rows = (
    {
        "external_id": "l1",
        "section_external_id": "s1",
        "title": "Welcome (a text in HTML)",
        "type": "text",
        "content": "<h2>Welcome</h2>\n"
        '<p><img src="images/cover.png" alt="A loaf of bread"></p>\n'
        '<p>Continue with <a href="lesson:l2">the tools</a>.</p>',
        "position": "1",
    },
    {
        "external_id": "l2",
        "section_external_id": "s1",
        "title": "Tools (a text in Markdown)",
        "type": "text",
        "content": "## Tools\n\n- a bowl\n- a **scale**\n- an oven\n\n"
        "Water per loaf: \\( m_w = 0.7 \\cdot m_f \\)\n\n"
        "| Flour | Water |\n|-------|-------|\n| 500 g | 350 g |\n\n"
        "![The bowl](images/bowl.png)",
        "position": "2",
    },
    {
        "external_id": "l3",
        "section_external_id": "s1",
        "title": "Kneading (a video with an address)",
        "type": "video",
        "content": "Watch how the dough stops sticking.",
        "video_url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
        "position": "3",
    },
    {
        "external_id": "l4",
        "section_external_id": "s1",
        "title": "The sound of a good crust (a recording)",
        "type": "audio",
        "file": "media/crust.wav",
        "position": "4",
    },
    {
        "external_id": "l5",
        "section_external_id": "s2",
        "title": "The recipe (a PDF)",
        "type": "pdf",
        "content": "Print it and put it on the fridge.",
        "file": "files/recipe.pdf",
        "position": "1",
    },
    {
        "external_id": "l6",
        "section_external_id": "s2",
        "title": "Shopping list (a file)",
        "type": "file",
        "file": "files/shopping list.txt",
        "position": "2",
    },
    {
        "external_id": "l7",
        "section_external_id": "s2",
        "title": "More about yeast (a link)",
        "type": "link",
        "content": "https://en.wikipedia.org/wiki/Baker%27s_yeast",
        "position": "3",
    },
    {
        "external_id": "l8",
        "section_external_id": "s2",
        "title": "Show your loaf (an assignment)",
        "type": "assignment",
        "content": (
            "<p>Describe how your first loaf turned out, and what you will change next time.</p>"
        ),
        "position": "4",
    },
    {
        "external_id": "l9",
        "section_external_id": "s2",
        "title": "Notes for the teacher (hidden from learners)",
        "type": "text",
        "content": "Ask about allergies before the first lesson.",
        "position": "5",
        "hidden": "yes",
    },
)
EXERCISES: Rows = (
    {
        "external_id": "e1",
        "lesson_external_id": "l2",
        "title": "What do you know already?",
        "instructions": "Five questions, three attempts each.",
        "position": "1",
        "max_attempts": "3",
    },
    {
        "external_id": "e2",
        "lesson_external_id": "l5",
        "title": "Ready for the oven?",
        "position": "1",
    },
)


def _question(key: str, exercise: str, kind: str, text: str, **more: str) -> dict[str, str]:
    row = {"external_id": key, "exercise_external_id": exercise, "type": kind, "text": text}
    return {**row, "points": "1", **more}


QUESTIONS: Rows = (
    _question(
        "q1",
        "e1",
        "single_choice",
        "What makes dough rise?",
        explanation="Yeast gives off gas, and the gluten holds it.",
        hint="It is alive.",
        position="1",
    ),
    _question(
        "q2", "e1", "multiple_choice", "What belongs into a simple dough?", points="2", position="2"
    ),
    _question("q3", "e1", "true_false", "Salt slows yeast down.", position="3"),
    _question("q4", "e1", "dropdown", "How much water for 500 g of flour?", position="4"),
    _question(
        "q5",
        "e1",
        "short_text",
        "What is the protein called that makes dough stretchy?",
        answer="gluten",
        position="5",
    ),
    _question(
        "q6",
        "e2",
        "numerical",
        "How hot should the oven be, in degrees Celsius?",
        answer="230",
        tolerance="5%",
        position="1",
    ),
    _question(
        "q7",
        "e2",
        "numerical",
        "How many minutes does the loaf bake?",
        answer="[35, 45]",
        position="2",
    ),
    _question("q8", "e2", "essay", "What will you bake next, and why?", position="3"),
    _question("q9", "e2", "matching", "What is it for?", position="4"),
    _question("q10", "e2", "ordering", "Put the steps in order.", position="5"),
    _question("q11", "e2", "fill_in", "Dough needs flour, ___, salt and ___.", position="6"),
)


def _option(key: str, question: str, text: str, **more: str) -> dict[str, str]:
    return {"external_id": key, "question_external_id": question, "text": text, **more}


OPTIONS: Rows = (
    _option("o1", "q1", "Yeast", is_correct="yes", feedback="Right: it is alive.", position="1"),
    _option("o2", "q1", "Salt", is_correct="no", feedback="Salt slows it down.", position="2"),
    _option("o3", "q1", "Heat alone", is_correct="no", position="3"),
    _option("o4", "q2", "Flour", is_correct="yes", position="1"),
    _option("o5", "q2", "Water", is_correct="yes", position="2"),
    _option("o6", "q2", "Sugar", is_correct="no", position="3"),
    _option("o7", "q3", "True", is_correct="yes", position="1"),
    _option("o8", "q3", "False", is_correct="no", position="2"),
    _option("o9", "q4", "150 g", is_correct="no", position="1"),
    _option("o10", "q4", "350 g", is_correct="yes", position="2"),
    _option("o11", "q4", "700 g", is_correct="no", position="3"),
    _option("o12", "q9", "Scale", match="weighing", position="1"),
    _option("o13", "q9", "Bowl", match="mixing", position="2"),
    _option("o14", "q9", "Oven", match="baking", position="3"),
    _option("o15", "q10", "Mix", position="1"),
    _option("o16", "q10", "Knead", position="2"),
    _option("o17", "q10", "Let it rise", position="3"),
    _option("o18", "q10", "Bake", position="4"),
    _option("o19", "q11", "water", match="1", position="1"),
    _option("o20", "q11", "yeast", match="2", position="2"),
    _option("o21", "q11", "sourdough", match="2", position="3"),
)
ENROLLMENTS: Rows = (
    {
        "email": "learner@example.org",
        "name": "Alex Example",
        "course_external_id": "bread",
        "enrolled_at": "2027-01-10",
        "role": "student",
    },
)
EXAMPLES: dict[str, Rows] = {
    "course": COURSE,
    "sections": SECTIONS,
    "lessons": LESSONS,
    "exercises": EXERCISES,
    "questions": QUESTIONS,
    "options": OPTIONS,
    "enrollments": ENROLLMENTS,
}
