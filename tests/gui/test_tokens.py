import pytest

from courseporter.gui.tokens import DARK, LIGHT, blend, contrast

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
WORDS = ("text", "muted", "link", "success", "warning", "error")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", WORDS)
@pytest.mark.parametrize("page", ["background", "surface", "raised"])
def test_words_stand_out_from_every_page(theme, role, page):
    assert contrast(theme.colour(role), getattr(theme, page)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["text", "link"])
def test_words_stand_out_from_a_selected_row(theme, role):
    assert contrast(theme.colour(role), theme.accent_tint) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", WORDS)
def test_a_badge_can_be_read_on_a_selected_row(theme, role):
    tint = blend(theme.colour(role), theme.accent_tint, 0.1)
    assert contrast(theme.text, tint) >= 4.5
    assert contrast(theme.colour(role), tint) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", ["background", "surface", "raised"])
def test_outlines_of_controls_stand_out(theme, page):
    assert contrast(theme.control, getattr(theme, page)) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_the_words_on_a_primary_button_can_be_read(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5


def test_contrast_is_the_ratio_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
