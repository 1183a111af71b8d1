CREATE TABLE metering_month_entered (
	service_point_id UUID NOT NULL, 
	month DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	entered_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_month_entered PRIMARY KEY (id), 
	CONSTRAINT fk_metering_month_entered_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_month_entered_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_month_entered_entry_id ON metering_month_entered (entry_id)
-- ;
CREATE INDEX ix_metering_month_entered_service_point_id ON metering_month_entered (service_point_id)
-- ;
CREATE TRIGGER metering_month_entered_no_update BEFORE UPDATE OF "service_point_id", "month", "energy", "reason", "entered_at", "entered_by", "id", "entry_id", "district_id", "hash" ON metering_month_entered
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_month_entered_no_delete BEFORE DELETE ON metering_month_entered
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_month_entered_no_truncate BEFORE TRUNCATE ON metering_month_entered
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
