"""One restrained palette: celadon greens, inks, a few quiet companions, one warm accent for faults.

Carriers keep their colour from chart to chart and from year to year. Neighbours in a stack differ
in lightness, so that the charts also read in grey and with any kind of colour vision.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

INK = "#1c2926"
MUTED = "#62716b"
FAINT = "#9aa8a2"
RULE = "#dbe3df"
PAPER = "#ffffff"
WASH = "#f2f6f4"

CELADON = "#4f9a83"
CELADON_DEEP = "#1f6152"
CELADON_PALE = "#bfdccf"
CELADON_MIST = "#e1efe8"

ACCENT = "#bf5130"
ACCENT_PALE = "#eec0a8"
"""The accent is kept for faults, missing data and limits that are exceeded."""

ESTIMATED = "#c9d2dc"
ESTIMATED_DEEP = "#7b8da3"

CARRIERS: dict[str, str] = {
    "raw_coal": "#4c5653",
    "anthracite": "#717c78",
    "bituminous_coal": "#5d6764",
    "lignite": "#77716a",
    "cleaned_coal": "#434d4a",
    "pulverised_coal": "#7b8682",
    "coke": "#9aa4a0",
    "coke_breeze": "#bcc4c1",
    "semi_coke": "#9da7a4",
    "petroleum_coke": "#55504c",
    "coal_tar": "#8d7f97",
    "crude_benzol": "#b9aec2",
    "electricity": "#3d8f79",
    "green_electricity": "#8fcbb0",
    "own_solar_electricity": "#b5dfca",
    "trt_electricity": "#6fb59c",
    "heat": "#a08aa6",
    "steam_low_pressure": "#b7a3bc",
    "steam_metallurgical": "#b7a3bc",
    "steam_high_pressure": "#8a7192",
    "natural_gas": "#2f6690",
    "coke_oven_gas": "#5b93bb",
    "blast_furnace_gas": "#94bdd9",
    "converter_gas": "#c3dcea",
    "lng": "#3c7aa6",
    "lpg": "#78a9c9",
    "diesel": "#a89a5e",
    "gasoline": "#c4b97f",
    "fuel_oil": "#8c7f49",
    "crude_oil": "#6d6238",
    "fresh_water": "#4aa0b3",
    "oxygen": "#cfc7dd",
    "limestone": "#d3cbb6",
    "dolomite": "#bdb398",
}
OTHERS = "#d5dbd8"

_SPARE = ("#7f9fb5", "#a9b98f", "#8a9fa0", "#b7a78a", "#93a7c4", "#a7a0b8", "#86b3a4", "#c1b0a0")

_SEQUENCE = ("#f6f5ec", "#cfe4d6", "#8fc3ad", "#4f9a83", "#24695a", "#10352f")


def carrier_colour(carrier: str) -> str:
    """The fixed colour of a carrier; one that is not in the table gets its own from a spare set."""
    if carrier in CARRIERS:
        return CARRIERS[carrier]
    digest = hashlib.sha256(carrier.encode()).digest()
    return _SPARE[digest[0] % len(_SPARE)]


def sequential(steps: int = 256) -> npt.NDArray[np.uint8]:
    """Colours from pale to deep whose lightness falls evenly to the eye, shape [steps, 3].

    The anchors are interpolated in OKLab, a space in which equal distances look equal
    (B. Ottosson, "A perceptual color space for image processing", 2020).
    """
    anchors = np.array([_oklab(colour) for colour in _SEQUENCE])
    lightness = anchors[:, 0]
    wanted = np.linspace(lightness[0], lightness[-1], steps)
    channels = [
        np.interp(-wanted, -lightness, anchors[:, channel]) for channel in range(anchors.shape[1])
    ]
    return _rgb(np.stack(channels, axis=1))


def hex_colour(rgb: npt.NDArray[np.uint8]) -> str:
    """``#rrggbb`` of three bytes."""
    red, green, blue = (int(channel) for channel in rgb)
    return f"#{red:02x}{green:02x}{blue:02x}"


_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _oklab(colour: str) -> npt.NDArray[np.float64]:
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    lab: npt.NDArray[np.float64] = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return lab


def _rgb(lab: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    lms = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_TO_LMS).T, 0, 1)
    channels = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    bytes_of: npt.NDArray[np.uint8] = np.clip(np.rint(channels * 255), 0, 255).astype(np.uint8)
    return bytes_of
