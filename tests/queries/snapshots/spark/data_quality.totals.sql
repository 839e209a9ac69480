SELECT load_total.load_no, load_total.table_name, CASE WHEN (load_total.month != DATE '1970-01-01') THEN load_total.month END AS month, load_total.measure AS control_measure, load_total.control_value, load_total.loaded_value, load_total.tolerance, load_total.ties 
FROM load_total JOIN load_run ON load_run.load_no = load_total.load_no 
WHERE load_total.load_no = 2 ORDER BY load_total.table_name NULLS LAST, load_total.measure NULLS LAST, load_total.month NULLS LAST, load_total.load_no NULLS LAST
