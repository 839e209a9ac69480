SELECT policy_version.policy_version, policy_version.effective_from, policy_version.effective_to, policy_version.rules_json, policy_version.author, policy_version.approver, policy_version.change_ticket, policy_version.content_sha256 
FROM policy_version 
WHERE policy_version.policy_version = 'P1' ORDER BY policy_version.policy_version NULLS LAST
