SELECT restatement.load_no, restatement.table_name, restatement.month, restatement.measure AS control_measure, restatement.value_before, restatement.value_after 
FROM restatement ORDER BY restatement.load_no DESC NULLS LAST, restatement.month DESC NULLS LAST, restatement.table_name, restatement.measure 
 LIMIT 2000
