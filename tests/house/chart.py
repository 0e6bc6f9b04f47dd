"""What Helm makes of the chart: `python -m tests.house.chart` reads values as JSON, prints findings and what it made.

In a process of its own: Helm's library is a program of Go, which takes signals and threads for itself.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "config" / "helm" / "orebook"
# From here on a finding is one that `helm lint --strict` fails for.
WARNING = 2


@dataclass(frozen=True)
class Made:
    """What came of some values: why they were refused, or the objects by kind and name."""

    refused: str
    findings: list[str]
    objects: dict[str, dict[str, Any]]


def make(values: dict[str, Any]) -> Made:
    asked = [sys.executable, "-m", "tests.house.chart"]
    ran = subprocess.run(asked, cwd=ROOT, input=json.dumps(values), capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    found = [one for text in told["rendered"] for one in yaml.safe_load_all(text) if one]
    return Made(told["refused"], told["findings"], {f"{one['kind']}/{one['metadata']['name']}": one for one in found})


def main() -> None:
    import helm_python

    values, told = json.load(sys.stdin), {"refused": "", "findings": list[str](), "rendered": list[str]()}
    report = helm_python.lint(CHART, values, strict=True)
    told["findings"] = [one["error"] for one in report["messages"] if one["severity"] >= WARNING] + report["errors"]
    try:
        with helm_python.Chart.load(CHART) as chart:
            chart.validate_schema(values)
            made = chart.render(values, name="registry", namespace="orebook")
            told["rendered"] = [text for name, text in made.items() if name.endswith(".yaml")]
    except helm_python.HelmError as error:
        told["refused"] = str(error)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
