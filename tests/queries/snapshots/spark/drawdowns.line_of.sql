SELECT loan.application_id 
FROM loan 
WHERE loan.loan_id = 'L1' AND loan.opened_month = DATE '2025-01-01' ORDER BY loan.application_id NULLS LAST
