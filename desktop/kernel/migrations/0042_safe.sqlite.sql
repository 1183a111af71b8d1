CREATE TABLE treasury_deposit (
	hall_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	deposited_at DATETIME NOT NULL, 
	amount BIGINT NOT NULL, 
	slip TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	posting_set_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_deposit PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_deposit_amount CHECK (amount > 0), 
	CONSTRAINT uq_treasury_deposit_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_treasury_deposit_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_deposit_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_deposit_number UNIQUE (number), 
	CONSTRAINT uq_treasury_deposit_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_deposit_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_deposit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_deposit_entry_id ON treasury_deposit (entry_id)
-- ;
CREATE TABLE treasury_safe_count (
	hall_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	counted_at DATETIME NOT NULL, 
	expected BIGINT NOT NULL, 
	counted BIGINT NOT NULL, 
	pieces TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_safe_count PRIMARY KEY (id), 
	CONSTRAINT ck_treasury_safe_count_difference CHECK (counted >= 0 AND (posting_set_id IS NULL) = (counted = expected)), 
	CONSTRAINT fk_treasury_safe_count_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_treasury_safe_count_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_safe_count_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_safe_count_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_safe_count_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_safe_count_entry_id ON treasury_safe_count (entry_id)
-- ;
CREATE INDEX ix_treasury_safe_count_hall_id ON treasury_safe_count (hall_id)
-- ;
CREATE TABLE treasury_safe_reversal (
	source_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	reversed_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	posting_set_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_treasury_safe_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_treasury_safe_reversal_source_id UNIQUE (source_id), 
	CONSTRAINT fk_treasury_safe_reversal_user_id FOREIGN KEY(user_id) REFERENCES staff_user (id), 
	CONSTRAINT uq_treasury_safe_reversal_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_treasury_safe_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_treasury_safe_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_treasury_safe_reversal_entry_id ON treasury_safe_reversal (entry_id)
-- ;
CREATE TABLE counter_hand_over (
	till_closed_id CHAR(32) NOT NULL, 
	till_session_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_hand_over PRIMARY KEY (id), 
	CONSTRAINT uq_counter_hand_over_till_closed_id UNIQUE (till_closed_id), 
	CONSTRAINT fk_counter_hand_over_till_closed_id FOREIGN KEY(till_closed_id) REFERENCES counter_till_closed (id), 
	CONSTRAINT uq_counter_hand_over_till_session_id UNIQUE (till_session_id), 
	CONSTRAINT fk_counter_hand_over_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_hand_over_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_hand_over_entry_id ON counter_hand_over (entry_id)
-- ;
CREATE TRIGGER counter_hand_over_no_update BEFORE UPDATE OF "till_closed_id", "till_session_id", "id", "entry_id", "district_id", "hash" ON counter_hand_over
BEGIN SELECT RAISE(ABORT, 'counter_hand_over: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_hand_over_no_delete BEFORE DELETE ON counter_hand_over
BEGIN SELECT RAISE(ABORT, 'counter_hand_over: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_hand_over_no_replace BEFORE INSERT ON counter_hand_over
WHEN EXISTS (SELECT 1 FROM counter_hand_over WHERE ("id" = NEW."id") OR ("till_closed_id" = NEW."till_closed_id") OR ("till_session_id" = NEW."till_session_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_hand_over'); END
-- ;
CREATE TRIGGER treasury_deposit_no_update BEFORE UPDATE OF "hall_id", "user_id", "deposited_at", "amount", "slip", "year", "running", "number", "content", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_deposit
BEGIN SELECT RAISE(ABORT, 'treasury_deposit: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_deposit_no_delete BEFORE DELETE ON treasury_deposit
BEGIN SELECT RAISE(ABORT, 'treasury_deposit: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_deposit_no_replace BEFORE INSERT ON treasury_deposit
WHEN EXISTS (SELECT 1 FROM treasury_deposit WHERE ("hall_id" = NEW."hall_id" AND "year" = NEW."year" AND "running" = NEW."running") OR ("id" = NEW."id") OR ("number" = NEW."number") OR ("posting_set_id" = NEW."posting_set_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_deposit'); END
-- ;
CREATE TRIGGER treasury_safe_count_no_update BEFORE UPDATE OF "hall_id", "user_id", "counted_at", "expected", "counted", "pieces", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_safe_count
BEGIN SELECT RAISE(ABORT, 'treasury_safe_count: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_safe_count_no_delete BEFORE DELETE ON treasury_safe_count
BEGIN SELECT RAISE(ABORT, 'treasury_safe_count: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_safe_count_no_replace BEFORE INSERT ON treasury_safe_count
WHEN EXISTS (SELECT 1 FROM treasury_safe_count WHERE ("id" = NEW."id") OR ("posting_set_id" = NEW."posting_set_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_safe_count'); END
-- ;
CREATE TRIGGER treasury_safe_reversal_no_update BEFORE UPDATE OF "source_id", "user_id", "reversed_at", "reason", "posting_set_id", "id", "entry_id", "district_id", "hash" ON treasury_safe_reversal
BEGIN SELECT RAISE(ABORT, 'treasury_safe_reversal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER treasury_safe_reversal_no_delete BEFORE DELETE ON treasury_safe_reversal
BEGIN SELECT RAISE(ABORT, 'treasury_safe_reversal: rows are never deleted'); END
-- ;
CREATE TRIGGER treasury_safe_reversal_no_replace BEFORE INSERT ON treasury_safe_reversal
WHEN EXISTS (SELECT 1 FROM treasury_safe_reversal WHERE ("id" = NEW."id") OR ("posting_set_id" = NEW."posting_set_id") OR ("source_id" = NEW."source_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: treasury_safe_reversal'); END
