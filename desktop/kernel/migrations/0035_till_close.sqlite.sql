CREATE TABLE counter_till_movement (
	till_session_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	moved_at DATETIME NOT NULL, 
	amount BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	posting_set_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_till_movement PRIMARY KEY (id), 
	CONSTRAINT ck_counter_till_movement_amount CHECK (amount > 0), 
	CONSTRAINT fk_counter_till_movement_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_till_movement_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_counter_till_movement_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_till_movement_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_till_movement_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_till_movement_entry_id ON counter_till_movement (entry_id)
-- ;
CREATE INDEX ix_counter_till_movement_till_session_id ON counter_till_movement (till_session_id)
-- ;
CREATE TABLE counter_cash_count (
	till_session_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	counted_at DATETIME NOT NULL, 
	amount BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_cash_count PRIMARY KEY (id), 
	CONSTRAINT ck_counter_cash_count_amount CHECK (amount >= 0), 
	CONSTRAINT fk_counter_cash_count_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_cash_count_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_cash_count_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_cash_count_entry_id ON counter_cash_count (entry_id)
-- ;
CREATE INDEX ix_counter_cash_count_till_session_id ON counter_cash_count (till_session_id)
-- ;
CREATE TABLE counter_till_closed (
	till_session_id CHAR(32) NOT NULL, 
	cash_count_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	closed_at DATETIME NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	given_back BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_till_closed PRIMARY KEY (id), 
	CONSTRAINT ck_counter_till_closed_difference CHECK ((posting_set_id IS NULL) = (counted = expected)), 
	CONSTRAINT uq_counter_till_closed_till_session_id UNIQUE (till_session_id), 
	CONSTRAINT fk_counter_till_closed_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT uq_counter_till_closed_cash_count_id UNIQUE (cash_count_id), 
	CONSTRAINT fk_counter_till_closed_cash_count_id FOREIGN KEY(cash_count_id) REFERENCES counter_cash_count (id), 
	CONSTRAINT fk_counter_till_closed_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_counter_till_closed_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_till_closed_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_till_closed_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_till_closed_entry_id ON counter_till_closed (entry_id)
-- ;
CREATE TABLE counter_cash_sheet (
	till_closed_id CHAR(32) NOT NULL, 
	station_id CHAR(32) NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_cash_sheet PRIMARY KEY (id), 
	CONSTRAINT uq_counter_cash_sheet_station_id_year_running UNIQUE (station_id, year, running), 
	CONSTRAINT uq_counter_cash_sheet_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_counter_cash_sheet_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT fk_counter_cash_sheet_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT uq_counter_cash_sheet_number UNIQUE (number), 
	CONSTRAINT fk_counter_cash_sheet_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_cash_sheet_entry_id ON counter_cash_sheet (entry_id)
-- ;
CREATE TRIGGER counter_cash_count_no_update BEFORE UPDATE OF "till_session_id", "kind", "user_id", "counted_at", "amount", "pieces", "id", "entry_id", "district_id", "hash" ON counter_cash_count
BEGIN SELECT RAISE(ABORT, 'counter_cash_count: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_cash_count_no_delete BEFORE DELETE ON counter_cash_count
BEGIN SELECT RAISE(ABORT, 'counter_cash_count: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_cash_count_no_replace BEFORE INSERT ON counter_cash_count
WHEN EXISTS (SELECT 1 FROM counter_cash_count WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_cash_count'); END
-- ;
CREATE TRIGGER counter_cash_sheet_no_update BEFORE UPDATE OF "till_closed_id", "station_id", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON counter_cash_sheet
BEGIN SELECT RAISE(ABORT, 'counter_cash_sheet: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_cash_sheet_no_delete BEFORE DELETE ON counter_cash_sheet
BEGIN SELECT RAISE(ABORT, 'counter_cash_sheet: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_cash_sheet_no_replace BEFORE INSERT ON counter_cash_sheet
WHEN EXISTS (SELECT 1 FROM counter_cash_sheet WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("station_id" = NEW."station_id" AND "year" = NEW."year" AND "running" = NEW."running") OR ("till_closed_id" = NEW."till_closed_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_cash_sheet'); END
-- ;
CREATE TRIGGER counter_till_closed_no_update BEFORE UPDATE OF "till_session_id", "cash_count_id", "user_id", "closed_at", "expected", "counted", "given_back", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON counter_till_closed
BEGIN SELECT RAISE(ABORT, 'counter_till_closed: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_till_closed_no_delete BEFORE DELETE ON counter_till_closed
BEGIN SELECT RAISE(ABORT, 'counter_till_closed: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_till_closed_no_replace BEFORE INSERT ON counter_till_closed
WHEN EXISTS (SELECT 1 FROM counter_till_closed WHERE ("cash_count_id" = NEW."cash_count_id") OR ("id" = NEW."id") OR ("posting_set_id" = NEW."posting_set_id") OR ("till_session_id" = NEW."till_session_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_till_closed'); END
-- ;
CREATE TRIGGER counter_till_movement_no_update BEFORE UPDATE OF "till_session_id", "kind", "user_id", "moved_at", "amount", "note", "posting_set_id", "id", "entry_id", "district_id", "hash" ON counter_till_movement
BEGIN SELECT RAISE(ABORT, 'counter_till_movement: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_till_movement_no_delete BEFORE DELETE ON counter_till_movement
BEGIN SELECT RAISE(ABORT, 'counter_till_movement: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_till_movement_no_replace BEFORE INSERT ON counter_till_movement
WHEN EXISTS (SELECT 1 FROM counter_till_movement WHERE ("id" = NEW."id") OR ("posting_set_id" = NEW."posting_set_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_till_movement'); END
-- ;
CREATE TRIGGER counter_payment_till BEFORE INSERT ON counter_payment
WHEN EXISTS (SELECT 1 FROM counter_cash_count WHERE till_session_id = NEW.till_session_id AND kind = 'closing')
BEGIN SELECT RAISE(ABORT, 'counter_payment: its till is closed'); END
-- ;
CREATE TRIGGER counter_payment_reversal_till BEFORE INSERT ON counter_payment_reversal
WHEN EXISTS (SELECT 1 FROM counter_cash_count WHERE till_session_id = NEW.till_session_id AND kind = 'closing')
BEGIN SELECT RAISE(ABORT, 'counter_payment_reversal: its till is closed'); END
-- ;
CREATE TRIGGER counter_till_movement_till BEFORE INSERT ON counter_till_movement
WHEN EXISTS (SELECT 1 FROM counter_till_closed WHERE till_session_id = NEW.till_session_id) OR (NEW.kind IN ('float', 'drop') AND EXISTS (SELECT 1 FROM counter_cash_count WHERE till_session_id = NEW.till_session_id AND kind = 'closing'))
BEGIN SELECT RAISE(ABORT, 'counter_till_movement: its till is closed'); END
-- ;
CREATE TRIGGER counter_cash_count_till BEFORE INSERT ON counter_cash_count
WHEN EXISTS (SELECT 1 FROM counter_till_closed WHERE till_session_id = NEW.till_session_id)
BEGIN SELECT RAISE(ABORT, 'counter_cash_count: its till is closed'); END
-- ;
CREATE TRIGGER counter_till_session_stays_closed BEFORE UPDATE ON counter_till_session
WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'counter_till_session: a closed session stays closed'); END
-- ;
CREATE TRIGGER counter_till_session_no_delete BEFORE DELETE ON counter_till_session
BEGIN SELECT RAISE(ABORT, 'counter_till_session: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_till_session_no_replace BEFORE INSERT ON counter_till_session
WHEN EXISTS (SELECT 1 FROM counter_till_session WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_till_session'); END
