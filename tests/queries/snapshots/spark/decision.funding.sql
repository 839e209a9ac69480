SELECT funding_share.loan_id, funding_share.funder_code, funding_share.share_rate, funding_share.principal_fen, funder.name, funder.kind AS funder_kind 
FROM funding_share JOIN funder ON funder.funder_code = funding_share.funder_code 
WHERE funding_share.loan_id IN (SELECT loan.loan_id 
FROM loan 
WHERE loan.application_id = 'A1') AND funding_share.opened_month <= DATE '2025-12-01' ORDER BY funding_share.loan_id NULLS LAST, funding_share.funder_code NULLS LAST
