SELECT book_estimate.what AS gap 
FROM book_estimate ORDER BY book_estimate.what NULLS LAST
