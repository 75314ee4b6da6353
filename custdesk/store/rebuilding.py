"""A table made anew in a step of the schema, because a rule of it changed."""

from sqlalchemy import Connection


def rebuild(connection: Connection, name: str, create: str, *fill: str) -> None:
    """Make `new_name` by `create`, fill it, and put it in the place of the table `name`.

    Where ids are never given twice (AUTOINCREMENT), the last one given stays known.
    """
    connection.exec_driver_sql(create)
    for statement in fill:
        connection.exec_driver_sql(statement)
    if "AUTOINCREMENT" in create:
        # No id is given twice, also not that of a row which has gone.
        connection.exec_driver_sql(f"DELETE FROM sqlite_sequence WHERE name = 'new_{name}'")
        connection.exec_driver_sql(
            f"UPDATE sqlite_sequence SET name = 'new_{name}' WHERE name = '{name}'"
        )
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE new_{name} RENAME TO {name}")
