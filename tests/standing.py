"""Rows that many tests begin with: made once by the real actions, then put into each test's database as they were."""

from collections.abc import Callable

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone


class Standing:
    """What `make()` writes into an empty database, kept as the few INSERT statements that write the same rows again.

    Safe to share, because tests share nothing but these statements: each has the rows in its own transaction, which is
    rolled back, and reads its own objects from them. What `make()` does beside rows (mail, files) is not repeated.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make
        self.statements: list[tuple] = []
        models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
        with transaction.atomic():
            models = [model for model in models if not model._base_manager.exists()]
            empty = transaction.savepoint()
            make()
            self.made_at = timezone.now()
            rows = {model: list(model._base_manager.all()) for model in models if model._base_manager.exists()}
            transaction.savepoint_rollback(empty)
            with connection.execute_wrapper(self._keep), connection.cursor() as cursor:
                for model, its_rows in rows.items():
                    model._base_manager.bulk_create(its_rows)
                # PostgreSQL counts on from the highest number; on SQLite this is nothing, as it does so by itself
                for sql in connection.ops.sequence_reset_sql(no_style(), list(rows)):
                    cursor.execute(sql)
            transaction.set_rollback(True)

    def _keep(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "SELECT")):  # savepoints are left out
            self.statements.append((sql, params))
        return execute(sql, params, many, context)

    def put_or_make(self) -> None:
        """Writes the rows. Whoever is on another day than the rows were made for, or before then, gets new ones."""
        now = timezone.now()
        if now < self.made_at or timezone.localdate(now) != timezone.localdate(self.made_at):
            self.make()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
