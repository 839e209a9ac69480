SELECT funding_share.loan_id, funding_share.funder_code, funding_share.share_rate, funding_share.principal_fen, funder.name, funder.kind AS funder_kind 
FROM funding_share JOIN funder ON funder.funder_code = funding_share.funder_code 
WHERE funding_share.loan_id IN ('L1', 'L2', 'L3') AND funding_share.opened_month >= DATE '2025-01-01' AND funding_share.opened_month <= DATE '2025-03-01' AND funding_share.opened_month IN (DATE '2025-01-01', DATE '2025-03-01') AND funding_share.opened_month <= DATE '2025-12-01' ORDER BY funding_share.loan_id NULLS LAST, funding_share.funder_code NULLS LAST
