SELECT rule_hit.rule_key, CAST(coalesce(sum(CASE WHEN (decision.main_reason = rule_hit.rule_key) THEN 1 ELSE 0 END), 0) AS BIGINT) AS first_hit, count(*) AS any_hit, CAST(coalesce(sum(CASE WHEN (hits.hits = 1) THEN 1 ELSE 0 END), 0) AS BIGINT) AS sole_hit 
FROM decision JOIN rule_hit ON rule_hit.decision_id = decision.decision_id JOIN (SELECT rule_hit.decision_id AS decision_id, count(*) AS hits 
FROM rule_hit 
WHERE rule_hit.submitted_month <= '2025-12-01' AND rule_hit.submitted_month >= '2024-01-01' AND rule_hit.submitted_month >= '2025-01-01' GROUP BY rule_hit.decision_id) AS hits ON hits.decision_id = decision.decision_id 
WHERE decision.product_class IN ('JB_M1', 'JB_STD') AND decision.term_months IN (12) AND decision.submitted_month <= '2025-12-01' AND decision.submitted_month >= '2024-01-01' AND decision.submitted_month >= '2025-01-01' AND decision.decision = 'DECLINED' AND decision.decided_at < '2026-01-01' GROUP BY rule_hit.rule_key ORDER BY rule_hit.rule_key
