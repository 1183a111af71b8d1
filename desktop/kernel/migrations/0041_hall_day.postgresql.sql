CREATE TABLE treasury_day (
	hall_id UUID NOT NULL, 
	day DATE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	user_id UUID NOT NULL, 
	digest TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_day PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_day_hall_id_day UNIQUE (hall_id, day), 
	CONSTRAINT uq_treasury_day_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_treasury_day_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_day_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_day_number UNIQUE (number), 
	CONSTRAINT fk_treasury_day_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_day_entry_id ON treasury_day (entry_id)
-- ;
CREATE TABLE treasury_day_copy (
	day_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	tried_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	file TEXT NOT NULL, 
	rows BIGINT NOT NULL, 
	problem TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_day_copy PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_day_copy_day_id FOREIGN KEY(day_id) REFERENCES treasury_day (id), 
	CONSTRAINT fk_treasury_day_copy_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_treasury_day_copy_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_day_copy_day_id ON treasury_day_copy (day_id)
-- ;
CREATE INDEX ix_treasury_day_copy_entry_id ON treasury_day_copy (entry_id)
-- ;
CREATE TABLE treasury_day_till (
	day_id UUID NOT NULL, 
	till_closed_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_day_till PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_day_till_day_id FOREIGN KEY(day_id) REFERENCES treasury_day (id), 
	CONSTRAINT uq_treasury_day_till_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_treasury_day_till_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT fk_treasury_day_till_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_day_till_day_id ON treasury_day_till (day_id)
-- ;
CREATE INDEX ix_treasury_day_till_entry_id ON treasury_day_till (entry_id)
-- ;
CREATE TRIGGER treasury_day_no_update BEFORE UPDATE OF "hall_id", "day", "closed_at", "user_id", "digest", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON treasury_day
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_no_delete BEFORE DELETE ON treasury_day
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_no_truncate BEFORE TRUNCATE ON treasury_day
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_copy_no_update BEFORE UPDATE OF "day_id", "user_id", "tried_at", "file", "rows", "problem", "id", "entry_id", "district_id", "hash" ON treasury_day_copy
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_copy_no_delete BEFORE DELETE ON treasury_day_copy
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_copy_no_truncate BEFORE TRUNCATE ON treasury_day_copy
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_till_no_update BEFORE UPDATE OF "day_id", "till_closed_id", "id", "entry_id", "district_id", "hash" ON treasury_day_till
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_till_no_delete BEFORE DELETE ON treasury_day_till
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_day_till_no_truncate BEFORE TRUNCATE ON treasury_day_till
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
