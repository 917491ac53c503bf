# What the interface for machines says besides.
problem-unreadable = What was sent cannot be read.
problem-data = What was sent is not what is taken here.
problem-media-type = What was sent is of a type that is not taken here; see the description of this address.
problem-no-version = Say in If-Match which version you change: the ETag of what you read. Nothing was changed.
problem-other-version = If-Match is not the ETag of what is there now: read it again before you change it. Nothing was changed.
problem-key-used = This Idempotency-Key came before with another request. Nothing was changed.
problem-key-under-way = The request with this Idempotency-Key has no answer yet. Send it again in a moment; if it still has none, look whether it was done before you send it with a new key.
