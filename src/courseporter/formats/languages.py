"""Language codes as Open edX knows them, and what people write instead.

The platform has names for the two-letter codes of ISO 639-1 (openedx/envs/common.py, ALL_LANGUAGES)
and for these with a region; captions in any other language aren't offered to learners.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

# Per language: its two-letter code, then the codes of ISO 639-2 and older ones for the same.
_CODES = """
    aa aar|ab abk|ae ave|af afr|ak aka|am amh|an arg|ar ara|as asm|av ava|ay aym|az aze|ba bak
    be bel|bg bul|bh bih|bi bis|bm bam|bn ben|bo bod tib|br bre|bs bos|ca cat|ce che|ch cha
    co cos|cr cre|cs ces cze|cu chu|cv chv|cy cym wel|da dan|de deu ger|dv div|dz dzo|ee ewe
    el ell gre|en eng|eo epo|es spa|et est|eu eus baq|fa fas per|ff ful|fi fin|fj fij|fo fao
    fr fra fre|fy fry|ga gle|gd gla|gl glg|gn grn|gu guj|gv glv|ha hau|he heb iw|hi hin|ho hmo
    hr hrv|ht hat|hu hun|hy hye arm|hz her|ia ina|id ind in|ie ile|ig ibo|ii iii|ik ipk|io ido
    is isl ice|it ita|iu iku|ja jpn|jv jav jw|ka kat geo|kg kon|ki kik|kj kua|kk kaz|kl kal
    km khm|kn kan|ko kor|kr kau|ks kas|ku kur|kv kom|kw cor|ky kir|la lat|lb ltz|lg lug|li lim
    ln lin|lo lao|lt lit|lu lub|lv lav|mg mlg|mh mah|mi mri mao|mk mkd mac|ml mal|mn mon|mr mar
    ms msa may|mt mlt|my mya bur|na nau|nb nob|nd nde|ne nep|ng ndo|nl nld dut|nn nno|no nor
    nr nbl|nv nav|ny nya|oc oci|oj oji|om orm|or ori|os oss|pa pan|pi pli|pl pol|ps pus|pt por
    qu que|rm roh|rn run|ro ron rum mo mol|ru rus|rw kin|sa san|sc srd|sd snd|se sme|sg sag
    si sin|sk slk slo|sl slv|sm smo|sn sna|so som|sr srp sh scr scc|ss ssw|st sot|su sun|sv swe
    sw swa|ta tam|te tel|tg tgk|th tha|ti tir|tk tuk|tl tgl fil|tn tsn|to ton|tr tur|ts tso
    tt tat|tw twi|ty tah|ug uig|uk ukr|ur urd|uz uzb|ve ven|vi vie|vo vol|wa wln|wo wol|xh xho
    yi yid ji|yo yor|za zha|zh zho chi cmn|zu zul
"""
# Names that files carry, in English and in the language itself.
_NAMES = """
    ar arabic|bg bulgarian|ca catalan català|cs czech čeština|da danish dansk|de german deutsch
    el greek|en english|es spanish español espanol castellano|fa persian farsi|fi finnish suomi
    fr french français francais|he hebrew|hi hindi|hr croatian hrvatski|hu hungarian magyar
    id indonesian|it italian italiano|ja japanese 日本語|ko korean 한국어|nl dutch nederlands
    no norwegian norsk|pl polish polski|pt portuguese português portugues|ro romanian română
    ru russian русский|sk slovak|sl slovenian|sr serbian|sv swedish svenska|th thai
    tr turkish türkçe|uk ukrainian українська|vi vietnamese|zh chinese mandarin 中文
"""
CODES = tuple(sorted({row.split()[0] for row in re.split(r"[|\n]", _CODES) if row.strip()}))
# What is said of captions beside their language.
_KINDS = frozenset(
    "cc sdh hi forced subs sub subtitles captions caption und mul zxx auto orig".split()
)
_REGION = re.compile(r"[A-Za-z]{2}|\d{3}|[A-Za-z]{4}")
_SPLIT = re.compile(r"[-_]")


@cache
def _known() -> dict[str, str]:
    rows = re.split(r"[|\n]", f"{_CODES}\n{_NAMES}")
    return {word: words[0] for words in map(str.split, rows) for word in words}


def platform_language(text: str) -> str | None:
    """The code of the language on Open edX ("de", "pt-br"), None when it has no name for it.

    Three-letter codes, former codes and usual names are understood ("deu", "iw", "German").
    """
    first, *rest = _SPLIT.split(text.strip().casefold())
    code = _known().get(first)
    if code is None:
        return None
    region = next((part for part in rest if _REGION.fullmatch(part)), "")
    return f"{code}-{region}" if region and not _KINDS.intersection(rest) else code


def offered_language(code: str, others: Iterable[str] = ()) -> str:
    """The code under which learners get captions: without its region, unless others have that one.

    The platform offers what is in its list of languages, which has few regions.
    """
    bare = code.partition("-")[0]
    return code if any(one.partition("-")[0] == bare for one in others) else bare


def caption_language(name: str, course: str) -> str | None:
    """The language that the middle of a caption file's name says ("en", "en.sdh", "cc").

    `course` for one that only says what kind of captions it holds; None when it says neither.
    """
    words = [word for word in re.split(r"[.\s]+", name.strip().casefold()) if word]
    if words == ["hi"]:  # Hindi; beside another language, hearing impaired
        return "hi"
    for word in words:
        if word not in _KINDS and (code := platform_language(word)):
            return code
    return course if _KINDS.issuperset(words) else None
