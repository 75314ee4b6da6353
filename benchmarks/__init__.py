"""What CustDesk's work costs, beside the least that it can cost (python -m benchmarks)."""
