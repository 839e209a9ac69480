SELECT count(*) AS decisions 
FROM decision 
WHERE decision.product_class IN ('JB_M1', 'JB_STD') AND decision.term_months IN (12) AND decision.submitted_month <= DATE '2025-12-01' AND decision.submitted_month >= DATE '2024-01-01' AND decision.decided_month <= DATE '2025-12-01' AND decision.decision = 'DECLINED' AND decision.main_reason = 'dti_cap' AND decision.policy_version = 'P1' AND decision.decided_month > DATE '2025-09-01' ORDER BY count(*) NULLS LAST
