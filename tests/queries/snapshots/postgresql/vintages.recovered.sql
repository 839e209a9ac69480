SELECT recovered.opened_month, recovered.month, CAST(coalesce(sum(recovered.recovered_fen), 0) AS BIGINT) AS recovered_fen 
FROM (SELECT recovery.month AS month, recovery.opened_month AS opened_month, recovery.product_class AS product_class, recovery.channel AS channel, recovery.province_code AS province_code, recovery.zhima_band AS zhima_band, recovery.term_months AS term_months, recovery.recovered_fen AS recovered_fen 
FROM recovery 
WHERE recovery.product_class IN ('JB_M1', 'JB_STD') AND recovery.term_months IN (12) AND recovery.opened_month <= '2025-12-01' AND recovery.opened_month >= '2024-01-01') AS recovered 
WHERE recovered.product_class IN ('JB_M1', 'JB_STD') AND recovered.term_months IN (12) AND recovered.opened_month <= '2025-12-01' AND recovered.opened_month >= '2024-01-01' AND recovered.month <= '2025-12-01' GROUP BY recovered.opened_month, recovered.month ORDER BY recovered.opened_month, recovered.month
