SELECT loan.loan_id, loan.product_code, loan.term_months, loan.repay_method, loan.opened_month, loan.requested_at, loan.disbursed_at, loan.cash_seconds, loan.draw_no, loan.principal_fen, loan.rate_day, loan.first_due_on, loan.first_30_month, loan.first_30_mob, loan.first_30_fen, loan.first_60_month, loan.first_60_mob, loan.first_60_fen, loan.first_90_month, loan.first_90_mob, loan.first_90_fen, loan.closed_month, loan.closed_mob, loan.closed_state, loan.lost_fen 
FROM loan 
WHERE loan.application_id = 'A1' AND loan.opened_month <= '2025-12-01' ORDER BY loan.draw_no, loan.loan_id
