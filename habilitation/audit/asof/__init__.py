"""The facts of each access as they stood at its instant.

Facts hold on half-open stretches of time. Of the rows that hold at an instant, the most specific actor is believed
(the professional, then the units, then the structures, then anybody), and for one actor the row recorded last. Rows of
equal standing that differ make the fact contradictory, hence unknown.
"""
