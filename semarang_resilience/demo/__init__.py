"""The example city, played through the operations: never part of a production database."""
