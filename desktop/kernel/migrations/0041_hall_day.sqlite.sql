CREATE TABLE treasury_day (
	hall_id CHAR(32) NOT NULL, 
	day DATE NOT NULL, 
	closed_at DATETIME NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	digest TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_day PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_day_hall_id_day UNIQUE (hall_id, day), 
	CONSTRAINT uq_treasury_day_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_treasury_day_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_day_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_day_number UNIQUE (number), 
	CONSTRAINT fk_treasury_day_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_day_entry_id ON treasury_day (entry_id)
-- ;
CREATE TABLE treasury_day_copy (
	day_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	tried_at DATETIME NOT NULL, 
	file TEXT NOT NULL, 
	rows BIGINT NOT NULL, 
	problem TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_day_copy PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_day_copy_day_id FOREIGN KEY(day_id) REFERENCES treasury_day (id), 
	CONSTRAINT fk_treasury_day_copy_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_treasury_day_copy_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_day_copy_day_id ON treasury_day_copy (day_id)
-- ;
CREATE INDEX ix_treasury_day_copy_entry_id ON treasury_day_copy (entry_id)
-- ;
CREATE TABLE treasury_day_till (
	day_id CHAR(32) NOT NULL, 
	till_closed_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_day_till PRIMARY KEY (id), 
	CONSTRAINT fk_treasury_day_till_day_id FOREIGN KEY(day_id) REFERENCES treasury_day (id), 
	CONSTRAINT uq_treasury_day_till_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_treasury_day_till_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT fk_treasury_day_till_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_day_till_day_id ON treasury_day_till (day_id)
-- ;
CREATE INDEX ix_treasury_day_till_entry_id ON treasury_day_till (entry_id)
-- ;
CREATE TRIGGER treasury_day_no_update BEFORE UPDATE OF "hall_id", "day", "closed_at", "user_id", "digest", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON treasury_day
BEGIN SELECT RAISE(ABORT, 'treasury_day: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_day_no_delete BEFORE DELETE ON treasury_day
BEGIN SELECT RAISE(ABORT, 'treasury_day: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_day_no_replace BEFORE INSERT ON treasury_day
WHEN EXISTS (SELECT 1 FROM treasury_day WHERE ("hall_id" = NEW."hall_id" AND "day" = NEW."day") OR ("hall_id" = NEW."hall_id" AND "year" = NEW."year" AND "running" = NEW."running") OR ("id" = NEW."id") OR ("number" = NEW."number"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_day'); END
-- ;
CREATE TRIGGER treasury_day_copy_no_update BEFORE UPDATE OF "day_id", "user_id", "tried_at", "file", "rows", "problem", "id", "entry_id", "district_id", "hash" ON treasury_day_copy
BEGIN SELECT RAISE(ABORT, 'treasury_day_copy: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_day_copy_no_delete BEFORE DELETE ON treasury_day_copy
BEGIN SELECT RAISE(ABORT, 'treasury_day_copy: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_day_copy_no_replace BEFORE INSERT ON treasury_day_copy
WHEN EXISTS (SELECT 1 FROM treasury_day_copy WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_day_copy'); END
-- ;
CREATE TRIGGER treasury_day_till_no_update BEFORE UPDATE OF "day_id", "till_closed_id", "id", "entry_id", "district_id", "hash" ON treasury_day_till
BEGIN SELECT RAISE(ABORT, 'treasury_day_till: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_day_till_no_delete BEFORE DELETE ON treasury_day_till
BEGIN SELECT RAISE(ABORT, 'treasury_day_till: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_day_till_no_replace BEFORE INSERT ON treasury_day_till
WHEN EXISTS (SELECT 1 FROM treasury_day_till WHERE ("id" = NEW."id") OR ("till_closed_id" = NEW."till_closed_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_day_till'); END
