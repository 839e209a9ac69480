SELECT feature_snapshot.decision_id, feature_snapshot.card_utilisation_rate, feature_snapshot.income_month_fen, feature_snapshot.job_months, feature_snapshot.spend_month_fen, feature_snapshot.night_share_rate, feature_snapshot.device_account_count 
FROM feature_snapshot 
WHERE feature_snapshot.submitted_month >= '2025-01-01' AND feature_snapshot.submitted_month <= '2025-03-01' AND feature_snapshot.submitted_month IN ('2025-01-01', '2025-03-01') AND feature_snapshot.decision_id IN ('D1', 'D2') ORDER BY feature_snapshot.decision_id
