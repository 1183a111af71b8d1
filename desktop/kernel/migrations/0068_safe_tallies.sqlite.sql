CREATE TABLE treasury_safe_tally (
	hall_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	counted_at DATETIME NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_safe_tally PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_safe_tally_counted CHECK (counted >= 0), 
	CONSTRAINT fk_treasury_safe_tally_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_safe_tally_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_treasury_safe_tally_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_safe_tally_entry_id ON treasury_safe_tally (entry_id)
-- ;
CREATE INDEX ix_treasury_safe_tally_hall_id ON treasury_safe_tally (hall_id)
-- ;
CREATE TRIGGER treasury_safe_tally_no_update BEFORE UPDATE OF "hall_id", "user_id", "counted_at", "expected", "counted", "pieces", "id", "entry_id", "district_id", "hash" ON treasury_safe_tally
BEGIN SELECT RAISE(ABORT, 'treasury_safe_tally: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_safe_tally_no_delete BEFORE DELETE ON treasury_safe_tally
BEGIN SELECT RAISE(ABORT, 'treasury_safe_tally: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_safe_tally_no_replace BEFORE INSERT ON treasury_safe_tally
WHEN EXISTS (SELECT 1 FROM treasury_safe_tally WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_safe_tally'); END
