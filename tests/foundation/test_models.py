from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from celadon import models
from celadon.errors import ModelError
from celadon.models import all_models, calculate, find_model, register


class Firing(BaseModel):
    heat: int = Field(ge=0, description="kJ")
    pieces: int = Field(gt=0)


class Intensity(BaseModel):
    heat_per_piece: int


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_REGISTRY", {})

    @register("kiln-intensity", clause="none: a test", arguments=Firing, results=Intensity)
    def kiln_intensity(firing: Firing) -> Intensity:
        """Heat per piece.

        More words.
        """
        return Intensity(heat_per_piece=firing.heat // firing.pieces)


def test_a_model_is_found_by_name_and_says_what_it_does() -> None:
    model = find_model("kiln-intensity")
    assert (model.summary, model.clause) == ("Heat per piece.", "none: a test")
    assert all_models() == [model]
    schema = model.schema()
    assert schema["arguments"]["properties"]["heat"]["description"] == "kJ"
    assert schema["results"]["required"] == ["heat_per_piece"]


def test_plain_arguments_give_plain_results() -> None:
    assert calculate("kiln-intensity", {"heat": 7, "pieces": 2}) == {"heat_per_piece": 3}


def test_a_registered_function_is_still_a_function() -> None:
    assert find_model("kiln-intensity").function(Firing(heat=9, pieces=3)) == Intensity(
        heat_per_piece=3
    )


def test_all_misfits_are_said_at_once() -> None:
    with pytest.raises(ModelError) as refused:
        calculate("kiln-intensity", {"heat": -1})
    heat, pieces = refused.value.faults
    assert heat.place == "kiln-intensity › heat"
    assert heat.found == "-1"
    assert "greater than or equal to 0" in heat.rule
    assert "celadon calc kiln-intensity --schema" in heat.remedy
    assert pieces.place == "kiln-intensity › pieces"
    assert pieces.rule == "Field required"


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ModelError) as refused:
        calculate("kiln", {})
    assert "one of: kiln-intensity" in str(refused.value)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="kiln-intensity is registered twice"):
        register("kiln-intensity", clause="", arguments=Firing, results=Intensity)(
            lambda firing: Intensity(heat_per_piece=firing.heat)
        )
