SELECT rule_hit.rule_key, rule_hit.rule_no, rule_hit.observed_value, rule_hit.threshold_value 
FROM rule_hit 
WHERE rule_hit.decision_id = 'D1' AND rule_hit.submitted_month = DATE '2025-01-01' ORDER BY rule_hit.rule_no NULLS LAST
