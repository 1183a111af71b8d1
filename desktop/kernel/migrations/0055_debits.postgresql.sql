ALTER TABLE counter_payment ALTER COLUMN till_session_id DROP NOT NULL
-- ;
CREATE TABLE debits_bank (
	name TEXT NOT NULL, 
	creditor TEXT NOT NULL, 
	least BIGINT NOT NULL, 
	layout TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_bank PRIMARY KEY (id), 
	CONSTRAINT ck_debits_bank_least CHECK (least >= 0), 
	CONSTRAINT uq_debits_bank_name UNIQUE (name), 
	CONSTRAINT fk_debits_bank_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_bank_entry_id ON debits_bank (entry_id)
-- ;
CREATE TABLE debits_file (
	bank_id UUID NOT NULL, 
	hall_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	collect_on DATE NOT NULL, 
	due_by DATE NOT NULL, 
	items BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	made_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_file PRIMARY KEY (id), 
	CONSTRAINT uq_debits_file_hall_id_year_running UNIQUE (hall_id, year, running), 
	CONSTRAINT ck_debits_file_amount CHECK (items > 0 AND amount > 0), 
	CONSTRAINT fk_debits_file_bank_id FOREIGN KEY(bank_id) REFERENCES debits_bank (id), 
	CONSTRAINT fk_debits_file_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT uq_debits_file_number UNIQUE (number), 
	CONSTRAINT fk_debits_file_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_file_bank_id ON debits_file (bank_id)
-- ;
CREATE INDEX ix_debits_file_entry_id ON debits_file (entry_id)
-- ;
CREATE TABLE debits_results_file (
	bank_id UUID NOT NULL, 
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	taken_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	taken_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_results_file PRIMARY KEY (id), 
	CONSTRAINT fk_debits_results_file_bank_id FOREIGN KEY(bank_id) REFERENCES debits_bank (id), 
	CONSTRAINT uq_debits_results_file_sha256 UNIQUE (sha256), 
	CONSTRAINT fk_debits_results_file_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_results_file_bank_id ON debits_results_file (bank_id)
-- ;
CREATE INDEX ix_debits_results_file_entry_id ON debits_results_file (entry_id)
-- ;
CREATE TABLE debits_file_sent (
	file_id UUID NOT NULL, 
	sha256 TEXT NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sent_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_file_sent PRIMARY KEY (id), 
	CONSTRAINT fk_debits_file_sent_file_id FOREIGN KEY(file_id) REFERENCES debits_file (id), 
	CONSTRAINT fk_debits_file_sent_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_file_sent_entry_id ON debits_file_sent (entry_id)
-- ;
CREATE INDEX ix_debits_file_sent_file_id ON debits_file_sent (file_id)
-- ;
CREATE TABLE debits_file_withdrawn (
	file_id UUID NOT NULL, 
	by_bank BOOLEAN NOT NULL, 
	withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	withdrawn_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_file_withdrawn PRIMARY KEY (id), 
	CONSTRAINT uq_debits_file_withdrawn_file_id UNIQUE (file_id), 
	CONSTRAINT fk_debits_file_withdrawn_file_id FOREIGN KEY(file_id) REFERENCES debits_file (id), 
	CONSTRAINT fk_debits_file_withdrawn_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_file_withdrawn_entry_id ON debits_file_withdrawn (entry_id)
-- ;
CREATE TABLE debits_mandate (
	contract_account_id UUID NOT NULL, 
	bank_id UUID NOT NULL, 
	bank_account TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	agreement TEXT NOT NULL, 
	signed_on DATE NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	reason TEXT NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	changed_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_mandate PRIMARY KEY (id), 
	CONSTRAINT ck_debits_mandate_days CHECK (valid_to IS NULL OR valid_to >= valid_from), 
	CONSTRAINT fk_debits_mandate_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_debits_mandate_bank_id FOREIGN KEY(bank_id) REFERENCES debits_bank (id), 
	CONSTRAINT fk_debits_mandate_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_mandate_contract_account_id ON debits_mandate (contract_account_id)
-- ;
CREATE INDEX ix_debits_mandate_entry_id ON debits_mandate (entry_id)
-- ;
CREATE UNIQUE INDEX uq_debits_mandate_standing ON debits_mandate (contract_account_id) WHERE valid_to IS NULL
-- ;
CREATE TABLE debits_result (
	bank_id UUID NOT NULL, 
	file_id UUID NOT NULL, 
	row BIGINT NOT NULL, 
	key TEXT NOT NULL, 
	number TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	meaning VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	day DATE, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_result PRIMARY KEY (id), 
	CONSTRAINT uq_debits_result_bank_id_key UNIQUE (bank_id, key), 
	CONSTRAINT fk_debits_result_bank_id FOREIGN KEY(bank_id) REFERENCES debits_bank (id), 
	CONSTRAINT fk_debits_result_file_id FOREIGN KEY(file_id) REFERENCES debits_results_file (id), 
	CONSTRAINT fk_debits_result_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_result_entry_id ON debits_result (entry_id)
-- ;
CREATE INDEX ix_debits_result_file_id ON debits_result (file_id)
-- ;
CREATE TABLE debits_item (
	file_id UUID NOT NULL, 
	position BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	contract_account_id UUID NOT NULL, 
	open_item_id UUID NOT NULL, 
	mandate_id UUID NOT NULL, 
	bank_account TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	agreement TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	awaiting BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_item PRIMARY KEY (id), 
	CONSTRAINT uq_debits_item_file_id_position UNIQUE (file_id, position), 
	CONSTRAINT ck_debits_item_amount CHECK (amount > 0), 
	CONSTRAINT ck_debits_item_awaiting CHECK (awaiting IN (0, 1)), 
	CONSTRAINT fk_debits_item_file_id FOREIGN KEY(file_id) REFERENCES debits_file (id), 
	CONSTRAINT uq_debits_item_number UNIQUE (number), 
	CONSTRAINT fk_debits_item_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_debits_item_open_item_id FOREIGN KEY(open_item_id) REFERENCES ledger_open_item (id), 
	CONSTRAINT fk_debits_item_mandate_id FOREIGN KEY(mandate_id) REFERENCES debits_mandate (id), 
	CONSTRAINT fk_debits_item_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_item_contract_account_id ON debits_item (contract_account_id)
-- ;
CREATE INDEX ix_debits_item_entry_id ON debits_item (entry_id)
-- ;
CREATE INDEX ix_debits_item_mandate_id ON debits_item (mandate_id)
-- ;
CREATE INDEX ix_debits_item_open_item_id ON debits_item (open_item_id)
-- ;
CREATE UNIQUE INDEX uq_debits_item_awaiting ON debits_item (open_item_id) WHERE awaiting = 1
-- ;
CREATE TABLE debits_outcome (
	item_id UUID, 
	position BIGINT NOT NULL, 
	result_id UUID, 
	meaning VARCHAR(32), 
	words TEXT NOT NULL, 
	on_day DATE NOT NULL, 
	payment_id UUID, 
	told_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	told_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_debits_outcome PRIMARY KEY (id), 
	CONSTRAINT uq_debits_outcome_item_id_position UNIQUE (item_id, position), 
	CONSTRAINT ck_debits_outcome_aside CHECK ((item_id IS NULL) = (meaning IS NULL)), 
	CONSTRAINT ck_debits_outcome_payment CHECK ((payment_id IS NOT NULL) = (meaning IN ('paid', 'returned'))), 
	CONSTRAINT fk_debits_outcome_item_id FOREIGN KEY(item_id) REFERENCES debits_item (id), 
	CONSTRAINT uq_debits_outcome_result_id UNIQUE (result_id), 
	CONSTRAINT fk_debits_outcome_result_id FOREIGN KEY(result_id) REFERENCES debits_result (id), 
	CONSTRAINT fk_debits_outcome_payment_id FOREIGN KEY(payment_id) REFERENCES counter_payment (id), 
	CONSTRAINT fk_debits_outcome_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_debits_outcome_entry_id ON debits_outcome (entry_id)
-- ;
CREATE UNIQUE INDEX uq_debits_outcome_paid ON debits_outcome (payment_id) WHERE meaning = 'paid'
-- ;
CREATE TRIGGER debits_file_no_update BEFORE UPDATE OF "bank_id", "hall_id", "year", "running", "number", "collect_on", "due_by", "items", "amount", "made_at", "made_by", "id", "entry_id", "district_id", "hash" ON debits_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_no_delete BEFORE DELETE ON debits_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_no_truncate BEFORE TRUNCATE ON debits_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_sent_no_update BEFORE UPDATE OF "file_id", "sha256", "sent_at", "sent_by", "id", "entry_id", "district_id", "hash" ON debits_file_sent
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_sent_no_delete BEFORE DELETE ON debits_file_sent
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_sent_no_truncate BEFORE TRUNCATE ON debits_file_sent
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_withdrawn_no_update BEFORE UPDATE OF "file_id", "by_bank", "withdrawn_at", "withdrawn_by", "reason", "id", "entry_id", "district_id", "hash" ON debits_file_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_withdrawn_no_delete BEFORE DELETE ON debits_file_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_file_withdrawn_no_truncate BEFORE TRUNCATE ON debits_file_withdrawn
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_item_no_update BEFORE UPDATE OF "file_id", "position", "number", "contract_account_id", "open_item_id", "mandate_id", "bank_account", "holder", "agreement", "amount", "id", "entry_id", "district_id", "hash" ON debits_item
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_item_no_delete BEFORE DELETE ON debits_item
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_item_no_truncate BEFORE TRUNCATE ON debits_item
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_outcome_no_update BEFORE UPDATE OF "item_id", "position", "result_id", "meaning", "words", "on_day", "payment_id", "told_at", "told_by", "id", "entry_id", "district_id", "hash" ON debits_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_outcome_no_delete BEFORE DELETE ON debits_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_outcome_no_truncate BEFORE TRUNCATE ON debits_outcome
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_result_no_update BEFORE UPDATE OF "bank_id", "file_id", "row", "key", "number", "amount", "meaning", "words", "day", "id", "entry_id", "district_id", "hash" ON debits_result
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_result_no_delete BEFORE DELETE ON debits_result
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_result_no_truncate BEFORE TRUNCATE ON debits_result
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_results_file_no_update BEFORE UPDATE OF "bank_id", "file_name", "sha256", "taken_at", "taken_by", "id", "entry_id", "district_id", "hash" ON debits_results_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_results_file_no_delete BEFORE DELETE ON debits_results_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER debits_results_file_no_truncate BEFORE TRUNCATE ON debits_results_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
