"""HiGHS: simplex, interior point with crossover, and search over whole numbers."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from celadon.numerics.lp.answer import Answer, no_values
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.solution import Status

_CLAIMS: dict[Any, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kTimeLimit: "limit",
    highspy.HighsModelStatus.kIterationLimit: "limit",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
}
_EITHER = highspy.HighsModelStatus.kUnboundedOrInfeasible


def opened(program: Program, method: str, seconds: float | None, gap: float) -> Any:
    """HiGHS with the programme loaded; ``method`` is ``simplex`` or ``ipx``."""
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # nor are its calls all typed
    highs.silent()
    # ``ipm`` would be HiPO where an extra wheel is installed and IPX elsewhere: never left to that.
    _set(highs, "solver", method)
    _set(highs, "threads", 1)
    _set(highs, "mip_rel_gap", gap)
    if seconds is not None:
        _set(highs, "time_limit", float(seconds))
    if highs.passModel(_lp(program)) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the programme: look for bounds that contradict each other")
    return highs


def run(highs: Any, program: Program) -> Answer:
    """What HiGHS finds for the programme that it holds."""
    highs.run()
    status = highs.getModelStatus()
    if status == _EITHER:  # presolve saw that it is one of them: find out which
        highs.setOptionValue("presolve", "off")
        highs.run()
        status = highs.getModelStatus()
        highs.setOptionValue("presolve", "choose")
    said = highs.modelStatusToString(status)
    claim = _CLAIMS.get(status, "failed")
    info, found = highs.getInfo(), highs.getSolution()
    steps = max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0)
    if claim == "unbounded":
        _, has_ray, ray = highs.getPrimalRay()
        return Answer(claim, said, np.zeros(0), np.zeros(0), steps, ray=ray if has_ray else None)
    if claim not in ("optimal", "limit") or not found.value_valid:
        return no_values(claim, said, steps)
    values = np.asarray(found.col_value, np.float64)
    if program.has_whole:
        return Answer(claim, said, values, np.zeros(0), steps, bound=info.mip_dual_bound)
    height = program.matrix.shape[0]
    prices = np.asarray(found.row_dual, np.float64) if found.dual_valid else np.zeros(height)
    return Answer(claim, said, values, prices, steps)


def _lp(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.offset_ = program.cost, program.offset
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if program.has_whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in program.whole]
    return lp


def _set(highs: Any, option: str, value: str | float) -> None:
    if highs.setOptionValue(option, value) != highspy.HighsStatus.kOk:
        raise ValueError(f"HiGHS does not take {value!r} for its option {option}")
