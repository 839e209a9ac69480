SELECT recovery.loan_id, recovery.month, recovery.kind, recovery.recovered_fen 
FROM recovery 
WHERE recovery.loan_id IN ('L1', 'L2', 'L3') AND recovery.opened_month >= DATE '2025-01-01' AND recovery.opened_month <= DATE '2025-03-01' AND recovery.opened_month IN (DATE '2025-01-01', DATE '2025-03-01') AND recovery.month <= DATE '2025-12-01' ORDER BY recovery.loan_id NULLS LAST, recovery.month NULLS LAST, recovery.kind NULLS LAST
