SELECT model_version.model_version, model_version.kind, model_version.effective_from, model_version.effective_to, model_version.trained_from_month, model_version.trained_to_month, model_version.holdout_to_month, model_version.bad_definition, model_version.train_count, model_version.holdout_count, model_version.holdout_auc_rate, model_version.holdout_ks_rate, model_version.pdo_points, model_version.anchor_points, model_version.anchor_odds, model_version.artefact_sha256 
FROM model_version 
WHERE model_version.model_version = 'M1' ORDER BY model_version.model_version NULLS LAST
