SELECT load_file.file, load_file.table_name, load_file.rows_in, load_file.rows_loaded, load_file.rows_quarantined, load_file.sha256 
FROM load_file 
WHERE load_file.load_no = 2 ORDER BY load_file.file NULLS LAST, load_file.table_name NULLS LAST
