"""The findings of a study by Spark, in a process of its own: `python -m tests.large.by_spark STUDY FILE`.

Spark's gateway leaves sockets to the garbage collector, which warns of each.
"""

import pickle
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from tests.large.equal import findings
from valuelib.study.load import load_study

if __name__ == "__main__":
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1"}
    settings["spark.driver.bindAddress"] = "127.0.0.1"
    spark = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    Path(sys.argv[2]).write_bytes(pickle.dumps(findings(load_study(sys.argv[1], source="spark"))))
    spark.stop()
