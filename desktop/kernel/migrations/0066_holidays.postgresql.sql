CREATE TABLE metering_calendar_year (
	year BIGINT NOT NULL, 
	holidays TEXT NOT NULL, 
	worked TEXT NOT NULL, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_metering_calendar_year PRIMARY KEY (id), 
	CONSTRAINT fk_metering_calendar_year_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_calendar_year_entry_id ON metering_calendar_year (entry_id)
-- ;
CREATE TRIGGER metering_calendar_year_no_update BEFORE UPDATE OF "year", "holidays", "worked", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON metering_calendar_year
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_calendar_year_no_delete BEFORE DELETE ON metering_calendar_year
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER metering_calendar_year_no_truncate BEFORE TRUNCATE ON metering_calendar_year
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
