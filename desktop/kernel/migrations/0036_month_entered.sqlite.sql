CREATE TABLE metering_month_entered (
	service_point_id CHAR(32) NOT NULL, 
	month DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	entered_at DATETIME NOT NULL, 
	entered_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_month_entered PRIMARY KEY (id), 
	CONSTRAINT fk_metering_month_entered_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_month_entered_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_month_entered_entry_id ON metering_month_entered (entry_id)
-- ;
CREATE INDEX ix_metering_month_entered_service_point_id ON metering_month_entered (service_point_id)
-- ;
CREATE TRIGGER metering_month_entered_no_update BEFORE UPDATE OF "service_point_id", "month", "energy", "reason", "entered_at", "entered_by", "id", "entry_id", "district_id", "hash" ON metering_month_entered
BEGIN SELECT RAISE(ABORT, 'metering_month_entered: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_month_entered_no_delete BEFORE DELETE ON metering_month_entered
BEGIN SELECT RAISE(ABORT, 'metering_month_entered: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_month_entered_no_replace BEFORE INSERT ON metering_month_entered
WHEN EXISTS (SELECT 1 FROM metering_month_entered WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_month_entered'); END
