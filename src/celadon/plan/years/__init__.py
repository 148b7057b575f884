"""Year by year: purchases in stages, prices and loads on their paths, capacities that fade."""

from celadon.plan.years.declaration import Years, years_of
from celadon.plan.years.planning import NoYearsPlan, YearsPlan, plan_years

__all__ = ["NoYearsPlan", "Years", "YearsPlan", "plan_years", "years_of"]
