ALTER TABLE metering_read_request ALTER COLUMN doubtful_id DROP NOT NULL
