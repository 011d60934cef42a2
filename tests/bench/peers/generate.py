# SPDX-License-Identifier: MIT
"""generate.py USERS: what abgen-exposures and abgen-events make, of the same
model, with numpy's arrays and pandas' to_csv: exposures.tsv, events.tsv."""
import sys

import numpy as np
import pandas as pd

DAY = np.timedelta64(86400, "s")
users = int(sys.argv[1])
rng = np.random.default_rng(1)


def write(columns, path):
    pd.DataFrame(columns).to_csv(path, sep="\t", index=False)


exposures = [{
    "user_id": rng.choice(users * 8 // 5, users, replace=False),
    "experiment_id": np.full(users, experiment),
    "variant": np.where(rng.random(users) < 0.5, "A", "B"),
    "exposure_time": np.datetime64("2025-01-01T00:00:00")
    + rng.integers(0, 14 * 86400, users).astype("timedelta64[s]"),
} for experiment in range(2)]
exposures = {name: np.concatenate([e[name] for e in exposures])
             for name in exposures[0]}
treated = exposures["variant"] == "B"


def events(name, how_many, days, values=None):
    """So many events for each exposure, each on one of so many days."""
    row = np.repeat(np.arange(len(how_many)), how_many)
    return {
        "user_id": exposures["user_id"][row],
        "event_name": np.full(len(row), name, dtype=object),
        "event_time": exposures["exposure_time"][row]
        + rng.integers(0, days, len(row)) * DAY,
        "event_value": values(len(row)) if values
        else np.full(len(row), np.nan),
    }


def chance(control, treatment):
    return rng.random(len(treated)) < np.where(treated, treatment, control)


parts = [
    events("session_start", rng.poisson(2, len(treated)), 2),
    events("purchase", chance(0.10, 0.12), 10,
           lambda n: rng.lognormal(3.227, 0.426, n)),
    events("error", chance(0.01, 0.02), 7),
    events("scroll", rng.poisson(3, len(treated)), 2),
]
write(exposures, "exposures.tsv")
write({name: np.concatenate([p[name] for p in parts]) for name in parts[0]},
      "events.tsv")
