"""Colors and sizes of the window, and the contrast of colors."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Role = Literal[
    "text",
    "muted",
    "accent",
    "link",
    "success",
    "warning",
    "error",
    "line",
    "on_accent",
    "disabled",
]
Density = Literal["comfortable", "compact"]


class Tokens(NamedTuple):
    """One theme: every color of the window, as `#RRGGBB`."""

    name: str
    background: str
    surface: str
    raised: str
    line: str
    control: str  # border of things that can be pressed or filled in: 3:1 against the page
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_tint: str  # accent at 12 % over the background
    link: str
    success: str
    warning: str
    error: str
    on_accent: str = "#FFFFFF"

    def colour(self, role: Role) -> str:
        """Return the color of a role."""
        return str(getattr(self, role))


def blend(over: str, under: str, share: float) -> str:
    """Return `over` painted on `under` with an opacity of `share`."""
    pairs = zip(channels(over), channels(under), strict=True)
    return "#" + "".join(f"{round(top * share + low * (1 - share)):02X}" for top, low in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    red, green, blue = (linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: float) -> float:
    """Return an sRGB channel without its gamma."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


LIGHT: Final = Tokens(
    name="light",
    background="#FFFFFF",
    surface="#F6F7F9",
    raised="#FFFFFF",
    line="#E3E6EB",
    control="#858D9A",
    text="#1B1F27",
    muted="#5C6675",
    disabled="#9AA1AC",
    accent="#2F6FE0",
    accent_hover="#2862CB",
    accent_tint=blend("#2F6FE0", "#FFFFFF", 0.12),
    link="#1D5BC4",
    success="#1B7F4B",
    warning="#946200",
    error="#B3261E",
)
DARK: Final = Tokens(
    name="dark",
    background="#17191D",
    surface="#1E2127",
    raised="#252931",
    line="#343A44",
    control="#717A89",
    text="#E8EAEE",
    muted="#9AA3B2",
    disabled="#656D7A",
    accent="#2F6FE0",
    accent_hover="#4480EA",
    accent_tint=blend("#2F6FE0", "#17191D", 0.24),
    link="#8AB4FF",
    success="#5CC48C",
    warning="#E3B341",
    error="#FF8A80",
)

ROW_HEIGHT: Final[dict[Density, int]] = {"comfortable": 36, "compact": 28}
CONTROL_HEIGHT: Final[dict[Density, int]] = {"comfortable": 32, "compact": 28}
