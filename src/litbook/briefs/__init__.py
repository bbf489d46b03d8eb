"""Briefs: what is said of one indication, in the order and the words that a reader needs.

A brief begins with one printed page and goes on with every row behind it. ``researcher`` has everything, ``clinician`` the
order of practice, ``plain`` short sentences and a glossary, without any dose.
"""

from litbook.briefs.audiences import AUDIENCES, brief

__all__ = ["AUDIENCES", "brief"]
