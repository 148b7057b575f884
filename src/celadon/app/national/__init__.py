"""The national run: thousands of sites, shard by shard; one bad site never stops the rest."""

from celadon.app.national.nation import NationRun, run_nation
from celadon.app.national.progress import Stand
from celadon.app.national.summary import NationSummary, summarise_nation
from celadon.app.national.tables import NATION_TOTAL, SITE_FAILED, SITE_RUN, nation_folder

__all__ = [
    "NATION_TOTAL",
    "SITE_FAILED",
    "SITE_RUN",
    "NationRun",
    "NationSummary",
    "Stand",
    "nation_folder",
    "run_nation",
    "summarise_nation",
]
