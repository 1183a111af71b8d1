CREATE TABLE counter_payment_set (
	till_session_id CHAR(32) NOT NULL, 
	party_id CHAR(32) NOT NULL, 
	group_id CHAR(32), 
	paid_at DATETIME NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	reference TEXT NOT NULL, 
	given BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_payment_set PRIMARY KEY (id), 
	CONSTRAINT ck_counter_payment_set_given CHECK (amount > 0 AND given >= amount), 
	CONSTRAINT fk_counter_payment_set_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_payment_set_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_counter_payment_set_group_id FOREIGN KEY(group_id) REFERENCES contracts_payment_group (id), 
	CONSTRAINT fk_counter_payment_set_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_payment_set_entry_id ON counter_payment_set (entry_id)
-- ;
CREATE INDEX ix_counter_payment_set_till_session_id ON counter_payment_set (till_session_id)
-- ;
CREATE TABLE counter_payment_reversal (
	payment_id CHAR(32) NOT NULL, 
	till_session_id CHAR(32), 
	posting_set_id CHAR(32) NOT NULL, 
	reversed_at DATETIME NOT NULL, 
	reversed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_payment_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_counter_payment_reversal_payment_id UNIQUE (payment_id), 
	CONSTRAINT fk_counter_payment_reversal_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_payment_reversal_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_payment_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_payment_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_payment_reversal_entry_id ON counter_payment_reversal (entry_id)
-- ;
CREATE INDEX ix_counter_payment_reversal_till_session_id ON counter_payment_reversal (till_session_id)
-- ;
CREATE TABLE counter_payment_part (
	payment_set_id CHAR(32) NOT NULL, 
	position BIGINT NOT NULL, 
	payment_id CHAR(32) NOT NULL, 
	receipt_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_payment_part PRIMARY KEY (id), 
	CONSTRAINT uq_counter_payment_part_payment_set_id_position UNIQUE (payment_set_id, position), 
	CONSTRAINT fk_counter_payment_part_payment_set_id FOREIGN KEY(payment_set_id) REFERENCES counter_payment_set (id), 
	CONSTRAINT uq_counter_payment_part_payment_id UNIQUE (payment_id), 
	CONSTRAINT fk_counter_payment_part_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_counter_payment_part_receipt_id FOREIGN KEY(receipt_id) REFERENCES counter_receipt (id), 
	CONSTRAINT fk_counter_payment_part_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_payment_part_entry_id ON counter_payment_part (entry_id)
-- ;
CREATE INDEX ix_counter_payment_part_receipt_id ON counter_payment_part (receipt_id)
-- ;
CREATE TRIGGER counter_payment_part_no_update BEFORE UPDATE OF "payment_set_id", "position", "payment_id", "receipt_id", "id", "entry_id", "district_id", "hash" ON counter_payment_part
BEGIN SELECT RAISE(ABORT, 'counter_payment_part: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_payment_part_no_delete BEFORE DELETE ON counter_payment_part
BEGIN SELECT RAISE(ABORT, 'counter_payment_part: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_payment_part_no_replace BEFORE INSERT ON counter_payment_part
WHEN EXISTS (SELECT 1 FROM counter_payment_part WHERE ("id" = NEW."id") OR ("payment_id" = NEW."payment_id") OR ("payment_set_id" = NEW."payment_set_id" AND "position" = NEW."position"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_payment_part'); END
-- ;
CREATE TRIGGER counter_payment_reversal_no_update BEFORE UPDATE OF "payment_id", "till_session_id", "posting_set_id", "reversed_at", "reversed_by", "reason", "id", "entry_id", "district_id", "hash" ON counter_payment_reversal
BEGIN SELECT RAISE(ABORT, 'counter_payment_reversal: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_payment_reversal_no_delete BEFORE DELETE ON counter_payment_reversal
BEGIN SELECT RAISE(ABORT, 'counter_payment_reversal: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_payment_reversal_no_replace BEFORE INSERT ON counter_payment_reversal
WHEN EXISTS (SELECT 1 FROM counter_payment_reversal WHERE ("id" = NEW."id") OR ("payment_id" = NEW."payment_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_payment_reversal'); END
-- ;
CREATE TRIGGER counter_payment_set_no_update BEFORE UPDATE OF "till_session_id", "party_id", "group_id", "paid_at", "kind", "reference", "given", "amount", "id", "entry_id", "district_id", "hash" ON counter_payment_set
BEGIN SELECT RAISE(ABORT, 'counter_payment_set: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_payment_set_no_delete BEFORE DELETE ON counter_payment_set
BEGIN SELECT RAISE(ABORT, 'counter_payment_set: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_payment_set_no_replace BEFORE INSERT ON counter_payment_set
WHEN EXISTS (SELECT 1 FROM counter_payment_set WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_payment_set'); END
-- ;
INSERT INTO search_pending (owner_kind, remaining) SELECT 'instalment', count(*) FROM billing_instalment HAVING count(*) > 0
