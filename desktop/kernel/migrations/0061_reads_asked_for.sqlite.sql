PRAGMA writable_schema = ON
-- ;
UPDATE sqlite_schema SET sql = replace(sql, 'doubtful_id CHAR(32) NOT NULL', 'doubtful_id CHAR(32)')
WHERE type = 'table' AND name = 'metering_read_request'
-- ;
PRAGMA writable_schema = RESET
