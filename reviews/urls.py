"""Pages of the app; each has its row in the access table (tests/test_access.py)."""

app_name = "reviews"
urlpatterns: list = []
