"""Several people, or several clicks of one, at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from people.actions import Refused


def at_once(*tasks: Callable[[], object]) -> list[str]:
    """Does all of it in threads that begin together; what was refused, in words. Wants a test with its own transactions."""
    barrier, refused = Barrier(len(tasks)), []

    def run(task):
        try:
            barrier.wait()
            task()
        except Refused as why:
            refused.append(str(why))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
