"""From a review to its bundle: plan, decide, execute, render, publish. ``make`` leads through them.

Nothing is imported here: whether there is anything to do is found out (``fresh``) before pandas could be loaded.
"""
