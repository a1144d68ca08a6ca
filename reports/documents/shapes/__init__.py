"""The five shapes of a report: each a text in a light markup, made into a Word template that a bureau can edit.

= title   - line below it   ! note on the data   # ## ### headings   ~ small print   ^ caption (^ 图 of a figure)
@ chart   | cells | of a table |   |% row tag   % paragraph tag   anything else a paragraph, two blanks continue it
"""

SHAPES = {"survey": "调研报告"}
