SELECT customer.customer_id, customer.id_hash, customer.city_tier, customer.province_code, customer.first_seen_on, customer.is_first_credit 
FROM customer JOIN application ON application.customer_id = customer.customer_id JOIN decision ON decision.application_id = application.application_id 
WHERE decision.decision_id = 'D1' AND decision.submitted_month = DATE '2025-01-01' AND application.submitted_month = DATE '2025-01-01' ORDER BY customer.customer_id NULLS LAST
