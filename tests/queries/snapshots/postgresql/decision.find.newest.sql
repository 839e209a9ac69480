SELECT decision.decision_id, decision.decided_at, decision.decision, decision.main_reason, decision.score_points, decision.limit_fen, decision.policy_version, decision.model_version, decision.product_class, decision.channel, decision.province_code, decision.zhima_band, decision.term_months, decision.is_random_lane, decision.is_override 
FROM decision 
WHERE decision.product_class IN ('JB_M1', 'JB_STD') AND decision.term_months IN (12) AND decision.submitted_month <= '2025-12-01' AND decision.submitted_month >= '2024-01-01' AND decision.decided_month <= '2025-12-01' AND decision.decision = 'DECLINED' AND decision.decided_month > '2025-09-01' ORDER BY decision.decided_at DESC NULLS LAST, decision.decision_id 
 LIMIT 50 OFFSET 100
