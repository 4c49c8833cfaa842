import pytest
from PySide6.QtWidgets import QApplication

from courseporter.gui import theme


@pytest.fixture
def page(window):
    window.go("settings")
    yield window.pages["settings"]
    theme.apply(QApplication.instance(), "light")


def test_dark_takes_effect_at_once_and_is_kept(page, house, settle):
    page.form.theme_dark.click()
    settle()
    assert theme.tokens() is theme.DARK
    assert house.settings.theme == "dark"


def test_compact_rows_are_lower(page, house, settle):
    before = theme.row_height()
    page.form.density_compact.click()
    settle()
    assert theme.row_height() < before
    assert house.settings.density == "compact"


def test_exports_lie_beside_the_source_unless_a_folder_is_chosen(page, house, settle):
    page.set_value("out_folder", "/exports")
    settle()
    assert house.settings.out_folder == "/exports"
    assert page.form.reset_out.isVisible()
    page.form.reset_out.click()
    settle()
    assert house.settings.out_folder is None


def test_names_the_data_folder(page, house):
    assert page.form.home_folder.toolTip() == str(house.home)
