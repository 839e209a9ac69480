SELECT recovery.loan_id, recovery.month, recovery.kind, recovery.recovered_fen 
FROM recovery 
WHERE recovery.loan_id IN ('L1', 'L2', 'L3') AND recovery.opened_month >= '2025-01-01' AND recovery.opened_month <= '2025-03-01' AND recovery.opened_month IN ('2025-01-01', '2025-03-01') AND recovery.month <= '2025-12-01' ORDER BY recovery.loan_id, recovery.month, recovery.kind
