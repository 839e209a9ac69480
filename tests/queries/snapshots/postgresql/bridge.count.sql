SELECT count(*) AS loans, CAST(coalesce(sum(loan_month.opening_fen), 0) AS BIGINT) AS opening_fen, CAST(coalesce(sum(loan_month.balance_fen), 0) AS BIGINT) AS balance_fen 
FROM loan_month 
WHERE loan_month.product_class IN ('JB_M1', 'JB_STD') AND loan_month.term_months IN (12) AND loan_month.opened_month <= '2025-12-01' AND loan_month.opened_month >= '2024-01-01' AND loan_month.month <= '2025-12-01' AND loan_month.month = '2025-12-01' AND loan_month.channel = 'HOME' AND loan_month.mob >= 12 AND loan_month.prev_state = 'C' AND loan_month.state = 'M1' ORDER BY count(*)
