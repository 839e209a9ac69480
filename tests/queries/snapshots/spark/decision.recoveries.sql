SELECT recovery.loan_id, recovery.month, recovery.kind, recovery.recovered_fen 
FROM recovery 
WHERE recovery.loan_id IN (SELECT loan.loan_id 
FROM loan 
WHERE loan.application_id = 'A1') AND recovery.month <= DATE '2025-12-01' ORDER BY recovery.loan_id NULLS LAST, recovery.month NULLS LAST, recovery.kind NULLS LAST
