"""The deal room over REST: parties, documents, questions, reports."""
