SELECT loan.opened_month, loan.first_90_mob AS mob, count(*) AS first_loans, CAST(coalesce(sum(loan.first_90_fen), 0) AS BIGINT) AS first_fen 
FROM loan 
WHERE loan.product_class IN ('JB_M1', 'JB_STD') AND loan.term_months IN (12) AND loan.opened_month <= '2025-12-01' AND loan.opened_month >= '2024-01-01' AND loan.first_90_month <= '2025-12-01' GROUP BY loan.opened_month, loan.first_90_mob ORDER BY loan.opened_month, loan.first_90_mob
