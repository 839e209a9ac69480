SELECT decision.decision_id 
FROM decision 
WHERE decision.decision_id = 'D1' OR decision.application_id = 'D1' OR decision.application_id IN (SELECT loan.application_id 
FROM loan 
WHERE loan.loan_id = 'D1') ORDER BY decision.decision_id NULLS LAST
