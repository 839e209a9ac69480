SELECT allowance.month, allowance.ecl_stage, CAST(coalesce(sum(allowance.gross_fen), 0) AS BIGINT) AS gross_fen, CAST(coalesce(sum(allowance.allowance_fen), 0) AS BIGINT) AS allowance_fen 
FROM (SELECT allowance.month AS month, allowance.ecl_stage AS ecl_stage, allowance.product_class AS product_class, allowance.gross_fen AS gross_fen, allowance.allowance_fen AS allowance_fen 
FROM allowance 
WHERE allowance.product_class IN ('JB_M1', 'JB_STD') AND allowance.month >= DATE '2025-01-01') AS allowance 
WHERE allowance.product_class IN ('JB_M1', 'JB_STD') AND allowance.month >= DATE '2025-01-01' AND allowance.month <= DATE '2025-12-01' GROUP BY allowance.month, allowance.ecl_stage ORDER BY allowance.month NULLS LAST, allowance.ecl_stage NULLS LAST
