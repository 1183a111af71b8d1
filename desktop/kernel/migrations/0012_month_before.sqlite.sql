CREATE TABLE metering_month_before (
	service_point_id CHAR(32) NOT NULL, 
	month DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_month_before PRIMARY KEY (id), 
	CONSTRAINT uq_metering_month_before_service_point_id_month UNIQUE (service_point_id, month), 
	CONSTRAINT fk_metering_month_before_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_month_before_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_month_before_entry_id ON metering_month_before (entry_id)
-- ;
CREATE TRIGGER metering_month_before_no_update BEFORE UPDATE OF "service_point_id", "month", "energy", "id", "entry_id", "district_id", "hash" ON metering_month_before
BEGIN SELECT RAISE(ABORT, 'metering_month_before: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_month_before_no_delete BEFORE DELETE ON metering_month_before
BEGIN SELECT RAISE(ABORT, 'metering_month_before: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_month_before_no_replace BEFORE INSERT ON metering_month_before
WHEN EXISTS (SELECT 1 FROM metering_month_before WHERE ("id" = NEW."id") OR ("service_point_id" = NEW."service_point_id" AND "month" = NEW."month"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_month_before'); END
