"""The registry of models: whatever computes one thing, reachable by name.

A model is a function from a pydantic model of its arguments to a pydantic model of its results.
Registered once, it serves the command line (``celadon calc``) and the interface alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from celadon.errors import Fault, ModelError

Arguments = TypeVar("Arguments", bound=BaseModel)
Results = TypeVar("Results", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model: what it computes, by which clause, from what to what."""

    name: str
    summary: str
    clause: str
    arguments: type[BaseModel]
    results: type[BaseModel]
    function: Callable[[Any], BaseModel]

    def schema(self) -> dict[str, Any]:
        """Name, clause and JSON schemas of arguments and results."""
        return {
            "name": self.name,
            "summary": self.summary,
            "clause": self.clause,
            "arguments": self.arguments.model_json_schema(),
            "results": self.results.model_json_schema(),
        }


_REGISTRY: dict[str, Model] = {}


def register(
    name: str, *, clause: str, arguments: type[Arguments], results: type[Results]
) -> Callable[[Callable[[Arguments], Results]], Callable[[Arguments], Results]]:
    """Register the decorated function as the model ``name``; its first doc line is the summary."""

    def keep(function: Callable[[Arguments], Results]) -> Callable[[Arguments], Results]:
        if name in _REGISTRY:
            raise ValueError(f"model {name} is registered twice")
        summary = (function.__doc__ or "").strip().partition("\n")[0]
        _REGISTRY[name] = Model(name, summary, clause, arguments, results, function)
        return function

    return keep


def all_models() -> list[Model]:
    """All registered models in the order of their names."""
    return [_REGISTRY[name] for name in sorted(_REGISTRY)]


def find_model(name: str) -> Model:
    """The model of that name.

    Raises
    ------
    ModelError
        If there is none; the message lists those there are.
    """
    if name not in _REGISTRY:
        raise ModelError(
            f"No model is called {name!r}",
            [
                Fault(
                    ("calc", name),
                    f"{name!r}",
                    "one of: " + ", ".join(sorted(_REGISTRY)),
                    "run `celadon calc` without a name to list all models",
                )
            ],
        )
    return _REGISTRY[name]


def calculate(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a model on plain arguments and give back its plain results.

    Raises
    ------
    ModelError
        If there is no such model or the arguments do not fit it; all misfits at once.
    """
    model = find_model(name)
    try:
        checked = model.arguments.model_validate(arguments)
    except ValidationError as error:
        raise ModelError(
            f"The arguments do not fit the model {name}",
            [
                Fault(
                    (name, ".".join(str(part) for part in fault["loc"])),
                    repr(fault.get("input")),
                    fault["msg"],
                    f"see `celadon calc {name} --schema`",
                )
                for fault in error.errors(include_url=False)
            ],
        ) from None
    return model.function(checked).model_dump(mode="json")
