SELECT decision.submitted_month, decision.model_version, count(*) AS decided_count 
FROM decision 
WHERE decision.product_class IN ('JB_M1', 'JB_STD') AND decision.term_months IN (12) AND decision.submitted_month <= DATE '2025-12-01' AND decision.submitted_month >= DATE '2024-01-01' AND decision.submitted_month BETWEEN DATE '2024-05-01' AND DATE '2025-04-01' AND decision.decided_month <= DATE '2025-12-01' GROUP BY decision.submitted_month, decision.model_version ORDER BY decision.submitted_month NULLS LAST, decision.model_version NULLS LAST
