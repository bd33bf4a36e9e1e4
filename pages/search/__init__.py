"""Finding pages by words, in ten languages and four scripts, the same on SQLite and on PostgreSQL.

The index is a table of our own and not the one of Wagtail's search backend, because that one cannot do what readers of
this site need:

- a reader of Tigrinya who types the Dutch word of a letter must find the page in Tigrinya: the words of all languages
  of a page count together (:mod:`pages.search.finding`);
- on SQLite it stems every language as if it were English and knows no weights per field; on PostgreSQL there is no
  dictionary for half of our languages. So the two would answer differently, and neither folds Arabic or Ethiopic
  letters (:mod:`pages.search.folding`);
- neither forgives typing errors (:mod:`pages.search.vocabulary`).

A word of the query is looked up as a value, never parsed as a search expression: there are no operators to inject.
"""
