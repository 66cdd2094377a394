"""What measures speed: see docs/performance.md, which `bench/run` writes."""
