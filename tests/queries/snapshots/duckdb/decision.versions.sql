SELECT policy_version.policy_version, policy_version.effective_from, policy_version.effective_to 
FROM policy_version ORDER BY policy_version.effective_from DESC NULLS LAST, policy_version.policy_version
