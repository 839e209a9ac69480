SELECT decision.application_id, decision.requested_fen 
FROM decision 
WHERE decision.product_class IN ('JB_M1', 'JB_STD') AND decision.term_months IN (12) AND decision.submitted_month <= '2025-12-01' AND decision.submitted_month >= '2024-01-01' AND decision.submitted_month BETWEEN '2024-05-01' AND '2025-04-01' AND decision.decided_month <= '2025-12-01' ORDER BY substr(md5(decision.decision_id), 1, 4), decision.decision_id
