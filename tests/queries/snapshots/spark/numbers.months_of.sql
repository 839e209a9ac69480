SELECT DISTINCT number_month.kind, number_month.month 
FROM number_month 
WHERE number_month.number_hash = CAST(hash('D1') >> 20 AS BIGINT) ORDER BY number_month.kind NULLS LAST, number_month.month NULLS LAST
