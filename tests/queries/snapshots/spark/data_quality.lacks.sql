SELECT book_lack.capability AS gap 
FROM book_lack ORDER BY book_lack.capability NULLS LAST
