SELECT loan_month.loan_id, loan_month.month, loan_month.mob, loan_month.state, loan_month.dpd_days, loan_month.balance_fen, loan_month.paid_principal_fen, loan_month.paid_interest_fen, loan_month.lost_fen 
FROM loan_month JOIN loan ON loan.loan_id = loan_month.loan_id 
WHERE loan.application_id = 'A1' AND loan_month.month <= DATE '2025-12-01' ORDER BY loan.draw_no NULLS LAST, loan_month.loan_id NULLS LAST, loan_month.month NULLS LAST
