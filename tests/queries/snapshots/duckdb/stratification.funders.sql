SELECT funder.funder_code, funder.kind, funder.name 
FROM funder ORDER BY funder.funder_code
