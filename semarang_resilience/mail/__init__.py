"""Letters by e-mail: an outbox that other apps fill and a worker empties. Imports only core.

A row says what is owed to whom about what, never the text: the letter is built when it is sent, by the
builder that the owning app registered for its kind (`register_letter`). So no link that opens something
and no personal text waits in the database, and a letter that is no longer needed is never sent.
"""
