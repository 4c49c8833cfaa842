"""Languages as Open edX knows them."""

from __future__ import annotations

import pytest

from courseporter.formats.languages import caption_language, platform_language


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "en"), ("eng", "en"), ("ger", "de"), ("deu", "de"), ("iw", "he"), ("in", "id"),
        ("pt-BR", "pt-br"), ("pt_br", "pt-br"), ("por-BR", "pt-br"), ("zh-Hans", "zh-hans"),
        ("es-419", "es-419"), ("fil", "tl"), ("German", "de"), ("Deutsch", "de"),
        ("español", "es"), ("new", None), ("und", None), ("sdh", None), ("cc", None), ("", None),
        ("xx", None), ("zz-ZZ", None),
    ],
)  # fmt: skip
def test_a_language_gets_the_code_that_the_platform_has_a_name_for(written, code):
    assert platform_language(written) == code


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("", "fr"), ("de", "de"), ("eng", "en"), ("en.sdh", "en"), ("en.hi", "en"), ("hi", "hi"),
        ("sdh", "fr"), ("cc", "fr"), ("forced.en-GB", "en-gb"), ("en-orig", "en"), ("und", "fr"),
        ("english", "en"), ("new", None), ("part2", None),
    ],
)  # fmt: skip
def test_the_name_of_a_caption_file_says_its_language(name, language):
    assert caption_language(name, "fr") == language
