CREATE TABLE counter_drawer_limit (
	hall_id UUID NOT NULL, 
	station_id UUID, 
	told_above BIGINT, 
	refused_above BIGINT, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_counter_drawer_limit PRIMARY KEY (id), 
	CONSTRAINT ck_counter_drawer_limit_amounts CHECK (told_above > 0 AND refused_above > 0 AND refused_above >= told_above), 
	CONSTRAINT fk_counter_drawer_limit_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_counter_drawer_limit_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT fk_counter_drawer_limit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_counter_drawer_limit_entry_id ON counter_drawer_limit (entry_id)
-- ;
CREATE INDEX ix_counter_drawer_limit_hall_id ON counter_drawer_limit (hall_id)
-- ;
CREATE TRIGGER counter_drawer_limit_no_update BEFORE UPDATE OF "hall_id", "station_id", "told_above", "refused_above", "set_at", "set_by", "id", "entry_id", "district_id", "hash" ON counter_drawer_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_drawer_limit_no_delete BEFORE DELETE ON counter_drawer_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER counter_drawer_limit_no_truncate BEFORE TRUNCATE ON counter_drawer_limit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
