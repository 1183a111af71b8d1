CREATE TABLE metering_month_before (
	service_point_id UUID NOT NULL, 
	month DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_month_before PRIMARY KEY (id), 
	CONSTRAINT uq_metering_month_before_service_point_id_month UNIQUE (service_point_id, month), 
	CONSTRAINT fk_metering_month_before_service_point_id FOREIGN KEY(service_point_id) REFERENCES premises_service_point (id), 
	CONSTRAINT fk_metering_month_before_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_month_before_entry_id ON metering_month_before (entry_id)
-- ;
CREATE TRIGGER metering_month_before_no_update BEFORE UPDATE OF "service_point_id", "month", "energy", "id", "entry_id", "district_id", "hash" ON metering_month_before
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_month_before_no_delete BEFORE DELETE ON metering_month_before
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_month_before_no_truncate BEFORE TRUNCATE ON metering_month_before
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
