"""Background jobs: due moves and mails. Each step is one transaction; running one twice changes nothing."""
