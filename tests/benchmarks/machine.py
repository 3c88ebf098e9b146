"""What the figures were measured on: processor, memory, system, versions. Never its name."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.outcome import Json

LIBRARIES = (
    "click",
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
)


def machine() -> Json:
    """The machine and its system."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Of the libraries that the figures depend on."""
    return {name: version(name) for name in LIBRARIES}


def _cores() -> int:
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
