"""The deal room's pages; importing this registers them."""

from deals.admin.room import documents, pages, parties, questions, reports

__all__ = ["documents", "pages", "parties", "questions", "reports"]
