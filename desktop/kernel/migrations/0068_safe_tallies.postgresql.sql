CREATE TABLE treasury_safe_tally (
	hall_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	counted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_treasury_safe_tally PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_safe_tally_counted CHECK (counted >= 0), 
	CONSTRAINT fk_treasury_safe_tally_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_safe_tally_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_treasury_safe_tally_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_treasury_safe_tally_entry_id ON treasury_safe_tally (entry_id)
-- ;
CREATE INDEX ix_treasury_safe_tally_hall_id ON treasury_safe_tally (hall_id)
-- ;
CREATE TRIGGER treasury_safe_tally_no_update BEFORE UPDATE OF "hall_id", "user_id", "counted_at", "expected", "counted", "pieces", "id", "entry_id", "district_id", "hash" ON treasury_safe_tally
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_tally_no_delete BEFORE DELETE ON treasury_safe_tally
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER treasury_safe_tally_no_truncate BEFORE TRUNCATE ON treasury_safe_tally
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
