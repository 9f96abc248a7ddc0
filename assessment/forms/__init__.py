"""Forms of the assessment."""
