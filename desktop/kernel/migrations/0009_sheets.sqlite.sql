CREATE TABLE metering_sheet_import (
	hall_id CHAR(32) NOT NULL, 
	sha256 TEXT NOT NULL, 
	attempt BIGINT NOT NULL, 
	file_name TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	rows BIGINT NOT NULL, 
	stored BIGINT NOT NULL, 
	waiting BIGINT NOT NULL, 
	rejected BIGINT NOT NULL, 
	skipped BIGINT NOT NULL, 
	taken_at DATETIME NOT NULL, 
	taken_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_sheet_import PRIMARY KEY (id), 
	CONSTRAINT uq_metering_sheet_import_hall_id_sha256_attempt UNIQUE (hall_id, sha256, attempt), 
	CONSTRAINT fk_metering_sheet_import_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_metering_sheet_import_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_sheet_import_entry_id ON metering_sheet_import (entry_id)
-- ;
CREATE INDEX ix_metering_sheet_import_taken ON metering_sheet_import (hall_id, taken_at)
-- ;
CREATE TABLE metering_sheet_titles (
	hall_id CHAR(32) NOT NULL, 
	shape TEXT NOT NULL, 
	titles TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_metering_sheet_titles PRIMARY KEY (id), 
	CONSTRAINT uq_metering_sheet_titles_hall_id_shape UNIQUE (hall_id, shape), 
	CONSTRAINT fk_metering_sheet_titles_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_metering_sheet_titles_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_metering_sheet_titles_entry_id ON metering_sheet_titles (entry_id)
