SELECT recovery.month, CAST(coalesce(sum(recovery.recovered_fen), 0) AS BIGINT) AS recovered_fen 
FROM recovery 
WHERE recovery.product_class IN ('JB_M1', 'JB_STD') AND recovery.term_months IN (12) AND recovery.opened_month <= '2025-12-01' AND recovery.opened_month >= '2024-01-01' AND recovery.month >= '2025-01-01' AND recovery.month <= '2025-12-01' GROUP BY recovery.month ORDER BY recovery.month
