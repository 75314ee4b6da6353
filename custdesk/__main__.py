"""What runs for `custdesk` and `python -m custdesk`."""

import multiprocessing
import sys


def main() -> int:
    multiprocessing.freeze_support()  # in the frozen app, a worker process starts here too
    from custdesk import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
