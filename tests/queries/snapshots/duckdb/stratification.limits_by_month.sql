SELECT line.month, line.channel, CAST(coalesce(sum(line.active_delta_fen), 0) AS BIGINT) AS active_delta_fen, CAST(coalesce(sum(line.frozen_delta_fen), 0) AS BIGINT) AS frozen_delta_fen 
FROM (SELECT line_event.month AS month, line_event.product_class AS product_class, line_event.channel AS channel, line_event.province_code AS province_code, line_event.zhima_band AS zhima_band, line_event.term_months AS term_months, line_event.active_delta_fen AS active_delta_fen, line_event.frozen_delta_fen AS frozen_delta_fen 
FROM line_event 
WHERE line_event.product_class IN ('JB_M1', 'JB_STD') AND line_event.term_months IN (12) AND line_event.submitted_month <= '2025-12-01') AS line 
WHERE line.product_class IN ('JB_M1', 'JB_STD') AND line.term_months IN (12) AND line.month <= '2025-12-01' GROUP BY line.month, line.channel ORDER BY line.month, line.channel
