"""The peers that are packages take 700 MB and are for the benchmark: where it has not been run, nothing is tested."""

from tests.benchmarks.accuracy.peers import packages

collect_ignore = [] if packages.are_installed() else ["test_packages.py"]
