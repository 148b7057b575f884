"""``python -m tests.records.quality.trials``: the figures, and one trial at a time.

python -m tests.records.quality.trials                    500 trials, a line per kind
python -m tests.records.quality.trials --trials 50 --first 1000
python -m tests.records.quality.trials --kind clock_shift only what was missed of that kind
python -m tests.records.quality.trials --seed 17 --show   one trial: faults, events, marks
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.records.quality.trials.planting import KINDS, is_measured, make_trial
from tests.records.quality.trials.scoring import Score, judge_trial, local, recalls, score_trial
from tests.records.quality.trials.series import has_measured

SHOWN = 6
"""Events of one rule that are shown; of the others only how many there are."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run trials and write what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.records.quality.trials")
    parser.add_argument("--trials", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=0, help="seed of the first")
    parser.add_argument("--kind", choices=KINDS, help="list misses of this kind only")
    parser.add_argument("--seed", type=int, help="one trial alone")
    parser.add_argument("--show", action="store_true", help="its faults, events and marks")
    options = parser.parse_args(arguments)
    first, number = (options.first, options.trials)
    if options.seed is not None:
        first, number = options.seed, 1
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        scores = run(range(first, first + number), Path(folder))
        if options.show:
            for score in scores:
                show(score, Path(folder) / "shown")
    say(f"{len(scores)} trials in {time.perf_counter() - began:.0f} s\n")
    table(scores)
    misses(scores, options.kind)


def run(seeds: range, folder: Path) -> list[Score]:
    """Score the trials of those seeds; those that need absent data are left out."""
    return [
        score_trial(make_trial(seed), folder / str(seed))
        for seed in seeds
        if has_measured() or not is_measured(seed)
    ]


def table(scores: Sequence[Score]) -> None:
    """A line per kind, then the figures over all trials."""
    say(f"{'kind':22}{'planted':>8}{'found':>7}{'recall':>9}{'left wrong':>12}{'below':>10}")
    for row in recalls(scores, KINDS):
        say(
            f"{row.kind:22}{row.planted:8}{row.found:7}{row.share:9.1%}{row.wrong:12}"
            f"{row.found_small:6}/{row.planted_small}"
        )
    clean = sum(score.clean for score in scores)
    marked = sum(len(score.marks) for score in scores)
    say(f"\nclean slots marked     {marked} of {clean} = {marked / max(clean, 1):.4%}")
    for (name, state, rule), number in Counter(
        (score.trial.series, mark.state, mark.rule) for score in scores for mark in score.marks
    ).most_common(12):
        seeds = [s.trial.seed for s in scores if any(m.rule == rule for m in s.marks)]
        say(f"   {number:7}  {name}: {state}, {rule or 'no rule'}   seeds {seeds[:6]}")
    _estimates(scores)
    strays = Counter((rule, s.trial.series, s.trial.seed) for s in scores for rule in s.strays)
    say(f"events beside any fault {sum(strays.values())}")
    for (rule, name, seed), number in strays.most_common(8):
        say(f"   {number:7}  {name}: {rule}   seed {seed}")
    registers = [score for score in scores if score.trial.is_register]
    errors = sorted(registers, key=lambda score: -abs(score.amount_error))
    off = [score for score in errors if abs(score.amount_error) > 1e-4]
    kinds = Counter(fared.fault.kind for score in off for fared in score.faults)
    say(f"registers              {len(registers)}, {len(off)} off by more than 0.01 %")
    say(f"   kinds in those      {dict(kinds.most_common(5))}")
    for score in off[:12]:
        say(f"   seed {score.trial.seed}: {float(score.amount_error):+.4%} {_kinds(score)}")
    lost = [float(score.missing_share) for score in registers]
    mean = sum(lost) / max(len(lost), 1)
    say(f"   not measured        mean {mean:.3%}, most {max(lost, default=0):.2%}")
    totals = [abs(float(score.total_error)) for score in registers]
    mean = sum(totals) / max(len(totals), 1)
    say(f"   off with estimates  mean {mean:.4%}, most {max(totals, default=0):.3%}")


def _estimates(scores: Sequence[Score]) -> None:
    """How many stated intervals of interval meters hold the truth, all and by model and rule."""
    meters = [score for score in scores if not score.trial.is_register]
    made = [(score, found) for score in meters for found in score.estimates]
    held = sum(found.is_covered for _, found in made)
    say(f"estimates              {held} of {len(made)} hold = {held / max(len(made), 1):.1%}")
    groups = Counter((found.model, found.rule) for _, found in made)
    for (model, rule), number in groups.most_common():
        own = [pair for pair in made if (pair[1].model, pair[1].rule) == (model, rule)]
        outside = sorted({s.trial.seed for s, found in own if not found.is_covered})
        held = sum(found.is_covered for _, found in own)
        say(f"   {number:7}  {model}, {rule}: {held / number:.1%}   not in seeds {outside[:10]}")


def misses(scores: Sequence[Score], kind: str | None) -> None:
    """The promised faults that were not found, or that left a false value, one a line."""
    say("\nmissed, or left with a false value")
    for score in scores:
        for fared in score.faults:
            fault = fared.fault
            if not fault.promised or kind not in (None, fault.kind):
                continue
            if not fared.found or fared.wrong_slots:
                say(
                    f"   seed {score.trial.seed:4} {score.trial.series:18}"
                    f"{'register' if score.trial.is_register else 'interval':9}"
                    f"{fault.kind:21} {'found ' if fared.found else 'MISSED'} {fault.size}"
                    f"; noticed {', '.join(fared.noticed) or 'nothing'}"
                    f"; {fared.wrong_slots} slots false"
                )


def show(score: Score, folder: Path) -> None:
    """All that there is to see of one trial."""
    trial = score.trial
    (meter, *_) = trial.site.meters
    say(
        f"seed {trial.seed} · {trial.series} · {meter.kind} of {trial.minutes} min · {trial.period}"
    )
    say(f"maximum {meter.maximum}, modulus {meter.modulus}, resolution {meter.resolution}")
    say(f"files {[(d.name, len(d.readings['m']), d.parts) for d in trial.deliveries]}")
    for fared in score.faults:
        fault = fared.fault
        say(
            f"   {fault.kind:21} slots {fault.first}..{fault.end} "
            f"{local(trial, fault.first)} .. {local(trial, fault.end)}  {fault.size}"
            f"  {'promised' if fault.promised else 'small'}"
            f"  {'found' if fared.found else 'not found'}; {fared.wrong_slots} slots false"
        )
    seen: Counter[tuple[str, str]] = Counter()
    for event in judge_trial(trial, folder).events:
        seen[event["subject"], event["rule"]] += 1
        if seen[event["subject"], event["rule"]] <= SHOWN:
            say(
                f"   event {event['subject']:16} {event['rule']:20} {event['from_ts']} .. "
                f"{event['to_ts']} slots {event['slots']} {event['before']} -> {event['after']}"
            )
    for (subject, rule), number in seen.items():
        if number > SHOWN:
            say(f"   event {subject:16} {rule:20} {number - SHOWN} more")
    for found in score.estimates:
        say(
            f"   estimate {found.meter} {found.from_ts} {found.slots} slots {found.rule} by "
            f"{found.model}: {found.low} .. {found.amount} .. {found.high}, truth {found.truth}"
            f"{'' if found.is_covered else '  OUTSIDE'}"
        )
    for mark in score.marks[:40]:
        at = local(trial, mark.slot)
        say(f"   mark {mark.meter} slot {mark.slot} {at} {mark.state} {mark.rule}")
    error, total = float(score.amount_error), float(score.total_error)
    missing = float(score.missing_share)
    say(f"   amount error {error:+.5%}, with estimates {total:+.4%} of {missing:.4%}")


def _kinds(score: Score) -> str:
    return ", ".join(fared.fault.kind for fared in score.faults)


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
