"""Looks films and shows up: questions, answers, and how sure a match is."""

from courseporter.rows.lookup.film import Film, Found, Held, Match, Wanted
from courseporter.rows.lookup.imdb_index import opened_index
from courseporter.rows.lookup.imdb_service import ImdbService
from courseporter.rows.lookup.matching import Fallback, Matcher
from courseporter.rows.lookup.omdb import Omdb, Question, decoded

__all__ = [
    "Fallback",
    "Film",
    "Found",
    "Held",
    "ImdbService",
    "Match",
    "Matcher",
    "Omdb",
    "Question",
    "Wanted",
    "decoded",
    "opened_index",
]
