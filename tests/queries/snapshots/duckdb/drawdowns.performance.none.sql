SELECT course.loan_id, course.month, course.mob, course.state, course.dpd_days, course.balance_fen, course.scheduled_fen, course.paid_principal_fen, course.paid_interest_fen, course.overdue_fen, course.lost_fen 
FROM (SELECT loan_month.loan_id AS loan_id, loan_month.month AS month, loan_month.mob AS mob, loan_month.state AS state, loan_month.dpd_days AS dpd_days, loan_month.balance_fen AS balance_fen, loan_month.scheduled_fen AS scheduled_fen, loan_month.paid_principal_fen AS paid_principal_fen, loan_month.paid_interest_fen AS paid_interest_fen, loan_month.overdue_fen AS overdue_fen, loan_month.lost_fen AS lost_fen 
FROM loan_month 
WHERE false) AS course ORDER BY course.loan_id, course.month
