CREATE TABLE papers_issued (
	hall_id CHAR(32) NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	owner_id CHAR(32) NOT NULL, 
	language TEXT NOT NULL, 
	content TEXT NOT NULL, 
	issued_at DATETIME NOT NULL, 
	issued_by TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_papers_issued PRIMARY KEY (id), 
	CONSTRAINT uq_papers_issued_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT fk_papers_issued_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT uq_papers_issued_number UNIQUE (number), 
	CONSTRAINT fk_papers_issued_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_papers_issued_entry_id ON papers_issued (entry_id)
-- ;
CREATE INDEX ix_papers_issued_owner ON papers_issued (owner_id, issued_at)
-- ;
CREATE TABLE counter_payment_move (
	payment_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	from_account_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	mirror_set_id CHAR(32) NOT NULL, 
	posting_set_id CHAR(32) NOT NULL, 
	moved_at DATETIME NOT NULL, 
	moved_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_payment_move PRIMARY KEY (id), 
	CONSTRAINT uq_counter_payment_move_payment_id_position UNIQUE (payment_id, position), 
	CONSTRAINT ck_counter_payment_move_other_account CHECK (from_account_id <> contract_account_id), 
	CONSTRAINT fk_counter_payment_move_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_payment_move_from_account_id FOREIGN KEY(from_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_counter_payment_move_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT uq_counter_payment_move_mirror_set_id UNIQUE (mirror_set_id), 
	CONSTRAINT fk_counter_payment_move_mirror_set_id FOREIGN KEY(mirror_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT uq_counter_payment_move_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_payment_move_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_payment_move_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_payment_move_contract_account_id ON counter_payment_move (contract_account_id)
-- ;
CREATE INDEX ix_counter_payment_move_entry_id ON counter_payment_move (entry_id)
-- ;
CREATE INDEX ix_counter_payment_move_from_account_id ON counter_payment_move (from_account_id)
-- ;
CREATE TABLE counter_refund_request (
	hall_id CHAR(32) NOT NULL, 
	contract_account_id CHAR(32) NOT NULL, 
	payment_id CHAR(32), 
	amount BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	reference TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	proposed_by_name TEXT NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_refund_request PRIMARY KEY (id), 
	CONSTRAINT ck_counter_refund_request_amount CHECK (amount > 0), 
	CONSTRAINT fk_counter_refund_request_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_counter_refund_request_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_counter_refund_request_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_refund_request_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_refund_request_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_refund_request_contract_account_id ON counter_refund_request (contract_account_id)
-- ;
CREATE INDEX ix_counter_refund_request_entry_id ON counter_refund_request (entry_id)
-- ;
CREATE INDEX ix_counter_refund_request_hall_id ON counter_refund_request (hall_id)
-- ;
CREATE INDEX ix_counter_refund_request_payment_id ON counter_refund_request (payment_id)
-- ;
CREATE TABLE counter_refund (
	request_id CHAR(32) NOT NULL, 
	payment_id CHAR(32), 
	till_session_id CHAR(32) NOT NULL, 
	posting_set_id CHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	amount BIGINT NOT NULL, 
	paid_at DATETIME NOT NULL, 
	station_id CHAR(32) NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_refund PRIMARY KEY (id), 
	CONSTRAINT uq_counter_refund_station_id_year_running UNIQUE (station_id, year, running), 
	CONSTRAINT ck_counter_refund_amount CHECK (amount > 0), 
	CONSTRAINT uq_counter_refund_request_id UNIQUE (request_id), 
	CONSTRAINT fk_counter_refund_request_id FOREIGN KEY(request_id) REFERENCES counter_refund_request (id), 
	CONSTRAINT uq_counter_refund_payment_id UNIQUE (payment_id), 
	CONSTRAINT fk_counter_refund_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_refund_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT uq_counter_refund_posting_set_id UNIQUE (posting_set_id), 
	CONSTRAINT fk_counter_refund_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_refund_station_id FOREIGN KEY(station_id) REFERENCES staff_station (id), 
	CONSTRAINT uq_counter_refund_number UNIQUE (number), 
	CONSTRAINT fk_counter_refund_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_refund_entry_id ON counter_refund (entry_id)
-- ;
CREATE INDEX ix_counter_refund_till_session_id ON counter_refund (till_session_id)
-- ;
CREATE TABLE counter_refund_decision (
	request_id CHAR(32) NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	decided_by CHAR(32) NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	approved BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_refund_decision PRIMARY KEY (id), 
	CONSTRAINT ck_counter_refund_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_counter_refund_decision_request_id UNIQUE (request_id), 
	CONSTRAINT fk_counter_refund_decision_request_id FOREIGN KEY(request_id) REFERENCES counter_refund_request (id), 
	CONSTRAINT fk_counter_refund_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_refund_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_refund_decision_entry_id ON counter_refund_decision (entry_id)
-- ;
CREATE TRIGGER counter_payment_move_no_update BEFORE UPDATE OF "payment_id", "position", "from_account_id", "contract_account_id", "mirror_set_id", "posting_set_id", "moved_at", "moved_by", "reason", "id", "entry_id", "district_id", "hash" ON counter_payment_move
BEGIN SELECT RAISE(ABORT, 'counter_payment_move: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_payment_move_no_delete BEFORE DELETE ON counter_payment_move
BEGIN SELECT RAISE(ABORT, 'counter_payment_move: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_payment_move_no_replace BEFORE INSERT ON counter_payment_move
WHEN EXISTS (SELECT 1 FROM counter_payment_move WHERE ("id" = NEW."id") OR ("mirror_set_id" = NEW."mirror_set_id") OR ("payment_id" = NEW."payment_id" AND "position" = NEW."position") OR ("posting_set_id" = NEW."posting_set_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_payment_move'); END
-- ;
CREATE TRIGGER counter_refund_no_update BEFORE UPDATE OF "request_id", "payment_id", "till_session_id", "posting_set_id", "kind", "amount", "paid_at", "station_id", "year", "running", "number", "content", "id", "entry_id", "district_id", "hash" ON counter_refund
BEGIN SELECT RAISE(ABORT, 'counter_refund: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_refund_no_delete BEFORE DELETE ON counter_refund
BEGIN SELECT RAISE(ABORT, 'counter_refund: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_refund_no_replace BEFORE INSERT ON counter_refund
WHEN EXISTS (SELECT 1 FROM counter_refund WHERE ("id" = NEW."id") OR ("number" = NEW."number") OR ("payment_id" = NEW."payment_id") OR ("posting_set_id" = NEW."posting_set_id") OR ("request_id" = NEW."request_id") OR ("station_id" = NEW."station_id" AND "year" = NEW."year" AND "running" = NEW."running"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_refund'); END
-- ;
CREATE TRIGGER counter_refund_decision_no_update BEFORE UPDATE OF "request_id", "proposed_by", "decided_by", "decided_by_name", "decided_at", "approved", "reason", "id", "entry_id", "district_id", "hash" ON counter_refund_decision
BEGIN SELECT RAISE(ABORT, 'counter_refund_decision: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_refund_decision_no_delete BEFORE DELETE ON counter_refund_decision
BEGIN SELECT RAISE(ABORT, 'counter_refund_decision: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_refund_decision_no_replace BEFORE INSERT ON counter_refund_decision
WHEN EXISTS (SELECT 1 FROM counter_refund_decision WHERE ("id" = NEW."id") OR ("request_id" = NEW."request_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_refund_decision'); END
-- ;
CREATE TRIGGER counter_refund_request_no_update BEFORE UPDATE OF "hall_id", "contract_account_id", "payment_id", "amount", "kind", "reference", "reason", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON counter_refund_request
BEGIN SELECT RAISE(ABORT, 'counter_refund_request: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_refund_request_no_delete BEFORE DELETE ON counter_refund_request
BEGIN SELECT RAISE(ABORT, 'counter_refund_request: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_refund_request_no_replace BEFORE INSERT ON counter_refund_request
WHEN EXISTS (SELECT 1 FROM counter_refund_request WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_refund_request'); END
-- ;
CREATE TRIGGER papers_issued_no_update BEFORE UPDATE OF "hall_id", "year", "running", "number", "kind", "owner_id", "language", "content", "issued_at", "issued_by", "id", "entry_id", "district_id", "hash" ON papers_issued
BEGIN SELECT RAISE(ABORT, 'papers_issued: rows are kept as they were written'); END
-- ;
CREATE TRIGGER papers_issued_no_delete BEFORE DELETE ON papers_issued
BEGIN SELECT RAISE(ABORT, 'papers_issued: rows are never deleted'); END
-- ;
CREATE TRIGGER papers_issued_no_replace BEFORE INSERT ON papers_issued
WHEN EXISTS (SELECT 1 FROM papers_issued WHERE ("hall_id" = NEW."hall_id" AND "year" = NEW."year" AND "running" = NEW."running") OR ("id" = NEW."id") OR ("number" = NEW."number"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: papers_issued'); END
-- ;
CREATE TRIGGER counter_refund_till BEFORE INSERT ON counter_refund
WHEN EXISTS (SELECT 1 FROM counter_cash_count WHERE till_session_id = NEW.till_session_id AND kind = 'closing')
BEGIN SELECT RAISE(ABORT, 'counter_refund: its till is closed'); END
