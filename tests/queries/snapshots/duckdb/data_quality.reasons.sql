SELECT load_reason.file, load_reason.table_name, load_reason.column_name, load_reason.reason AS tape_reason, load_reason.row_count, load_reason.is_warning 
FROM load_reason 
WHERE load_reason.load_no = 2 ORDER BY load_reason.is_warning, load_reason.row_count DESC NULLS LAST, load_reason.file, load_reason.table_name, load_reason.column_name, load_reason.reason
