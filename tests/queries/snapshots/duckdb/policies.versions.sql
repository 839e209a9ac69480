SELECT policy_version.policy_version, policy_version.effective_from, policy_version.rules_json, policy_version.author, policy_version.approver, policy_version.change_ticket, policy_version.content_sha256 
FROM policy_version ORDER BY policy_version.effective_from NULLS LAST, policy_version.policy_version NULLS LAST
