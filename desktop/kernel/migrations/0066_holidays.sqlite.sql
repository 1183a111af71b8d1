CREATE TABLE metering_calendar_year (
	year BIGINT NOT NULL, 
	holidays TEXT NOT NULL, 
	worked TEXT NOT NULL, 
	set_at DATETIME NOT NULL, 
	set_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_calendar_year PRIMARY KEY (id), 
	CONSTRAINT fk_metering_calendar_year_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_metering_calendar_year_entry_id ON metering_calendar_year (entry_id)
-- ;
CREATE TRIGGER metering_calendar_year_no_update BEFORE UPDATE OF "year", "holidays", "worked", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON metering_calendar_year
BEGIN SELECT RAISE(ABORT, 'metering_calendar_year: rows are kept as they were written'); END
-- ;
CREATE TRIGGER metering_calendar_year_no_delete BEFORE DELETE ON metering_calendar_year
BEGIN SELECT RAISE(ABORT, 'metering_calendar_year: rows are never deleted'); END
-- ;
CREATE TRIGGER metering_calendar_year_no_replace BEFORE INSERT ON metering_calendar_year
WHEN EXISTS (SELECT 1 FROM metering_calendar_year WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: metering_calendar_year'); END
