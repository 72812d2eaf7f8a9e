"""Every client's report as a flow of Prefect.

Once: `python -c "from prefect_flow import reports; reports('clients.yaml')"`.
Every night, while it runs: `python prefect_flow.py`.
"""

from prefect import flow, get_run_logger

import valuelib as vl


@flow(name="client-reports", retries=2, retry_delay_seconds=300)
def reports(clients: str = "clients.yaml", out: str = "reports", dask: str | None = None) -> None:
    """Make the reports that do not stand; the flow fails, and is tried again, where any of them fails."""
    log = get_run_logger()
    done = vl.batch(clients, out, skip_unchanged=True, keep_going=True, log="run.jsonl", dask=dask)
    for report in done:
        log.info("%s: %s", report.name, report.state)
    for name, error in done.errors.items():
        log.error("%s: %s", name, error)
    if done.errors:
        raise RuntimeError(f"Of {len(done)} reports {len(done.errors)} were not made: {', '.join(done.errors)}.")


if __name__ == "__main__":
    reports.serve(name="every-night", cron="15 2 * * *")
