"""People who operate Gewu: what each role may do, passwords, sessions, tokens and the audit."""
