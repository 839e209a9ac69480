SELECT application_stage.stage_no, application_stage.stage, application_stage.entered_at, application_stage.left_at, application_stage.outcome 
FROM application_stage 
WHERE application_stage.application_id = 'A1' ORDER BY application_stage.stage_no
