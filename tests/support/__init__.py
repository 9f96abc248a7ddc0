"""What many tests lean on: a client that enforces the policy, a browser, a real worker."""
