"""The shapes of a report: each a text in a light markup, made into a Word template that a bureau can edit.

= title   - line below it   ! note on the data   # ## ### headings   ~ small print   ^ caption (^ 图 of a figure)
@ chart   | cells | of a table |   |% row tag   % paragraph tag   > signature
    + part that several shapes share
    anything else is a paragraph; a line that begins with two blanks continues the one before; // breaks a line
"""
