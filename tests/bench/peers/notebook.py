# SPDX-License-Identifier: MIT
"""The pipeline's result from pandas, in one merge for each event name."""
import numpy as np
import pandas as pd

metrics = pd.read_csv("metrics.tsv", sep="\t")
exposures = pd.read_csv(
    "exposures.tsv", sep="\t", quoting=3, parse_dates=["exposure_time"],
    dtype={"user_id": "uint32", "experiment_id": "uint32",
           "variant": "category"})
events = pd.read_csv(
    "events.tsv", sep="\t", quoting=3,
    dtype={"user_id": "uint32", "event_name": "category",
           "event_value": "float64"})
events = events[events.event_name.isin(metrics.event_name)]
events = events.assign(
    event_time=pd.to_datetime(events.event_time, format="%Y-%m-%d %H:%M:%S",
                              cache=False))
exposures["row"] = np.arange(len(exposures))

for name, of_name in metrics.groupby("event_name"):
    joined = events[events.event_name == name][
        ["user_id", "event_time", "event_value"]
    ].merge(exposures[["user_id", "exposure_time", "row"]], on="user_id")
    since = joined.event_time - joined.exposure_time
    for m in of_name.itertuples():
        groups = joined[since.between(pd.Timedelta(m.window_start),
                                      pd.Timedelta(m.window_end))].groupby("row")
        value = {"binary": lambda: (groups.size() > 0).astype(float),
                 "count": groups.size,
                 "sum": groups.event_value.sum}[m.aggregation]()
        # A user without events has the value 0.
        exposures[m.metric_id] = value.reindex(exposures.row, fill_value=0)

print("metric_id\texperiment_id\tvariant\tn\tmean\tsd")
for (experiment, variant), group in exposures.groupby(
        ["experiment_id", "variant"], observed=True):
    for metric in metrics.metric_id:
        print(metric, experiment, variant, len(group),
              repr(group[metric].mean()), repr(group[metric].std()), sep="\t")
