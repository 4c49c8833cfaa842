from pathlib import Path

from courseporter.gui.course.studio_guide import steps

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "import-in-studio.md"


def test_the_page_and_the_document_say_the_same():
    written = " ".join(GUIDE.read_text(encoding="utf-8").split())
    missing = [words for step in steps() for words in step if words not in written]
    assert missing == []
