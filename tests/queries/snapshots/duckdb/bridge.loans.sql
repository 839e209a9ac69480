SELECT loan_month.loan_id, loan_month.opened_month, loan_month.product_class, loan_month.channel, loan_month.province_code, loan_month.zhima_band, loan_month.term_months, loan_month.mob, loan_month.prev_state, loan_month.state, loan_month.dpd_days, loan_month.opening_fen, loan_month.balance_fen 
FROM loan_month 
WHERE loan_month.product_class IN ('JB_M1', 'JB_STD') AND loan_month.term_months IN (12) AND loan_month.opened_month <= '2025-12-01' AND loan_month.opened_month >= '2024-01-01' AND loan_month.month = '2025-12-01' AND loan_month.channel = 'HOME' AND loan_month.mob >= 3 AND loan_month.mob <= 5 AND loan_month.state IN ('M2', 'M3', 'M4', 'M5', 'M6', 'M7+') ORDER BY loan_month.balance_fen DESC NULLS LAST, loan_month.loan_id 
 LIMIT 50 OFFSET 50
