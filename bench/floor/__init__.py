"""The floors: the least that does the same on the same server, middleware, session and database."""
