"""Users, sessions, API tokens and the audit. A change here needs a migration beside it."""
