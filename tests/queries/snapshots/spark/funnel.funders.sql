SELECT funder.funder_code, funder.name 
FROM funder ORDER BY funder.funder_code NULLS LAST
