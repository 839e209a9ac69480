SELECT loan.opened_month, count(*) AS loans, CAST(coalesce(sum(loan.principal_fen), 0) AS BIGINT) AS principal_fen 
FROM loan 
WHERE loan.product_class IN ('JB_M1', 'JB_STD') AND loan.term_months IN (12) AND loan.opened_month <= '2025-12-01' AND loan.opened_month >= '2024-01-01' GROUP BY loan.opened_month ORDER BY loan.opened_month
