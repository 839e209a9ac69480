SELECT book_month.table_name, min(CASE WHEN (book_month.month != DATE '1970-01-01') THEN book_month.month END) AS first_month, max(CASE WHEN (book_month.month != DATE '1970-01-01') THEN book_month.month END) AS last_month, count(CASE WHEN (book_month.month != DATE '1970-01-01') THEN book_month.month END) AS months, CAST(coalesce(sum(book_month.row_count), 0) AS BIGINT) AS row_count 
FROM book_month 
WHERE book_month.row_count > 0 GROUP BY book_month.table_name ORDER BY book_month.table_name NULLS LAST
