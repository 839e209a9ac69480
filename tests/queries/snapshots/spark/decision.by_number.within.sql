SELECT decision.decision_id 
FROM decision 
WHERE (decision.decision_id = 'L1' OR decision.application_id = 'L1' OR decision.application_id IN ('A1')) AND decision.submitted_month = DATE '2025-01-01' ORDER BY decision.decision_id NULLS LAST
