CREATE TABLE counter_deposit_return (
	contract_account_id CHAR(32) NOT NULL, 
	settles BIGINT NOT NULL, 
	pays_back BIGINT NOT NULL, 
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
	CONSTRAINT pk_counter_deposit_return PRIMARY KEY (id), 
	CONSTRAINT ck_counter_deposit_return_amount CHECK (settles >= 0 AND pays_back >= 0 AND settles + pays_back > 0), 
	CONSTRAINT fk_counter_deposit_return_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_counter_deposit_return_proposed_by FOREIGN KEY(proposed_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_deposit_return_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_deposit_return_contract_account_id ON counter_deposit_return (contract_account_id)
-- ;
CREATE INDEX ix_counter_deposit_return_entry_id ON counter_deposit_return (entry_id)
-- ;
CREATE TABLE counter_deposit_decision (
	return_id CHAR(32) NOT NULL, 
	proposed_by CHAR(32) NOT NULL, 
	decided_by CHAR(32) NOT NULL, 
	decided_by_name TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	approved BOOLEAN NOT NULL, 
	settled_set_id CHAR(32), 
	paid_set_id CHAR(32), 
	till_session_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_deposit_decision PRIMARY KEY (id), 
	CONSTRAINT ck_counter_deposit_decision_two_people CHECK (decided_by <> proposed_by), 
	CONSTRAINT uq_counter_deposit_decision_return_id UNIQUE (return_id), 
	CONSTRAINT fk_counter_deposit_decision_return_id FOREIGN KEY(return_id) REFERENCES counter_deposit_return (id), 
	CONSTRAINT fk_counter_deposit_decision_decided_by FOREIGN KEY(decided_by) REFERENCES staff_user (id), 
	CONSTRAINT fk_counter_deposit_decision_settled_set_id FOREIGN KEY(settled_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_deposit_decision_paid_set_id FOREIGN KEY(paid_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_deposit_decision_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_deposit_decision_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_deposit_decision_entry_id ON counter_deposit_decision (entry_id)
-- ;
CREATE INDEX ix_counter_deposit_decision_till_session_id ON counter_deposit_decision (till_session_id)
-- ;
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
CREATE TABLE counter_till_count (
	till_session_id CHAR(32) NOT NULL, 
	counted BIGINT NOT NULL, 
	expected BIGINT NOT NULL, 
	counted_by TEXT NOT NULL, 
	posting_set_id CHAR(32), 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_counter_till_count PRIMARY KEY (id), 
	CONSTRAINT uq_counter_till_count_till_session_id UNIQUE (till_session_id), 
	CONSTRAINT fk_counter_till_count_till_session_id FOREIGN KEY(till_session_id) REFERENCES counter_till_session (id), 
	CONSTRAINT fk_counter_till_count_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_counter_till_count_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_counter_till_count_entry_id ON counter_till_count (entry_id)
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
CREATE TABLE invoices_credit (
	invoice_id CHAR(32) NOT NULL, 
	blue_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	entry_id CHAR(32) NOT NULL, 
	district_id CHAR(32) NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_invoices_credit PRIMARY KEY (id), 
	CONSTRAINT uq_invoices_credit_invoice_id UNIQUE (invoice_id), 
	CONSTRAINT fk_invoices_credit_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices_invoice (id), 
	CONSTRAINT fk_invoices_credit_blue_id FOREIGN KEY(blue_id) REFERENCES invoices_invoice (id), 
	CONSTRAINT fk_invoices_credit_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID
-- ;
CREATE INDEX ix_invoices_credit_blue_id ON invoices_credit (blue_id)
-- ;
CREATE INDEX ix_invoices_credit_entry_id ON invoices_credit (entry_id)
-- ;
CREATE TRIGGER counter_deposit_decision_no_update BEFORE UPDATE OF "return_id", "proposed_by", "decided_by", "decided_by_name", "decided_at", "approved", "settled_set_id", "paid_set_id", "till_session_id", "id", "entry_id", "district_id", "hash" ON counter_deposit_decision
BEGIN SELECT RAISE(ABORT, 'counter_deposit_decision: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_deposit_decision_no_delete BEFORE DELETE ON counter_deposit_decision
BEGIN SELECT RAISE(ABORT, 'counter_deposit_decision: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_deposit_decision_no_replace BEFORE INSERT ON counter_deposit_decision
WHEN EXISTS (SELECT 1 FROM counter_deposit_decision WHERE ("id" = NEW."id") OR ("return_id" = NEW."return_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_deposit_decision'); END
-- ;
CREATE TRIGGER counter_deposit_return_no_update BEFORE UPDATE OF "contract_account_id", "settles", "pays_back", "kind", "reference", "reason", "proposed_by", "proposed_by_name", "proposed_at", "id", "entry_id", "district_id", "hash" ON counter_deposit_return
BEGIN SELECT RAISE(ABORT, 'counter_deposit_return: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_deposit_return_no_delete BEFORE DELETE ON counter_deposit_return
BEGIN SELECT RAISE(ABORT, 'counter_deposit_return: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_deposit_return_no_replace BEFORE INSERT ON counter_deposit_return
WHEN EXISTS (SELECT 1 FROM counter_deposit_return WHERE ("id" = NEW."id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_deposit_return'); END
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
CREATE TRIGGER counter_till_count_no_update BEFORE UPDATE OF "till_session_id", "counted", "expected", "counted_by", "posting_set_id", "id", "entry_id", "district_id", "hash" ON counter_till_count
BEGIN SELECT RAISE(ABORT, 'counter_till_count: rows are kept as they were written'); END
-- ;
CREATE TRIGGER counter_till_count_no_delete BEFORE DELETE ON counter_till_count
BEGIN SELECT RAISE(ABORT, 'counter_till_count: rows are never deleted'); END
-- ;
CREATE TRIGGER counter_till_count_no_replace BEFORE INSERT ON counter_till_count
WHEN EXISTS (SELECT 1 FROM counter_till_count WHERE ("id" = NEW."id") OR ("till_session_id" = NEW."till_session_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: counter_till_count'); END
-- ;
CREATE TRIGGER invoices_credit_no_update BEFORE UPDATE OF "invoice_id", "blue_id", "id", "entry_id", "district_id", "hash" ON invoices_credit
BEGIN SELECT RAISE(ABORT, 'invoices_credit: rows are kept as they were written'); END
-- ;
CREATE TRIGGER invoices_credit_no_delete BEFORE DELETE ON invoices_credit
BEGIN SELECT RAISE(ABORT, 'invoices_credit: rows are never deleted'); END
-- ;
CREATE TRIGGER invoices_credit_no_replace BEFORE INSERT ON invoices_credit
WHEN EXISTS (SELECT 1 FROM invoices_credit WHERE ("id" = NEW."id") OR ("invoice_id" = NEW."invoice_id"))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: invoices_credit'); END
