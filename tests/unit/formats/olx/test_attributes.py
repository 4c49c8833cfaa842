"""Attribute values as the platform reads them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from courseporter.formats.olx import attribute_text, clean_title, read_text_attribute, short_title

titles = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["null", '"quoted"', " null ", '"', '""', "123", "true", "[1]", '{"a":1}', '"a']
    ),
)


def platform_reads(value: str) -> str | None:
    """What the platform's text fields make of an attribute: JSON where it is a string or null."""
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) or decoded is None else value


@given(titles)
def test_every_title_survives_the_platform(title: str) -> None:
    title = clean_title(title)
    written = etree.fromstring(f'<html display_name="{attribute_text(title)}"/>').get(
        "display_name"
    )
    assert written is not None
    assert platform_reads(written) == title
    assert read_text_attribute(written) == title


@given(st.text(max_size=600))
def test_a_title_is_without_control_characters_and_can_be_short(title: str) -> None:
    clean = clean_title(title)
    assert len(short_title(title)) <= 255
    assert short_title(title)[:254] == clean[:254]
    assert not re.search("[\x00-\x1f\x7f-\x9f]", clean)
    assert clean_title(clean) == clean


@pytest.mark.parametrize(("value", "text"), [(None, "d"), ("null", "d"), ('"a"', "a"), ("1", "1")])
def test_reads_what_others_wrote(value: str | None, text: str) -> None:
    assert read_text_attribute(value, "d") == text
