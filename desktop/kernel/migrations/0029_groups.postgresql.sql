CREATE TABLE contracts_payment_group (
	number TEXT NOT NULL, 
	hall_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	party_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_contracts_payment_group PRIMARY KEY (id), 
	CONSTRAINT uq_contracts_payment_group_number UNIQUE (number), 
	CONSTRAINT fk_contracts_payment_group_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_contracts_payment_group_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT fk_contracts_payment_group_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_payment_group_entry_id ON contracts_payment_group (entry_id)
-- ;
CREATE INDEX ix_contracts_payment_group_party_id ON contracts_payment_group (party_id)
-- ;
CREATE TABLE billing_collective (
	number TEXT NOT NULL, 
	hall_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	group_id UUID NOT NULL, 
	party_id UUID NOT NULL, 
	period_start DATE NOT NULL, 
	period_end DATE NOT NULL, 
	version BIGINT NOT NULL, 
	issued_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	energy BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	tax BIGINT NOT NULL, 
	open BIGINT NOT NULL, 
	missing TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	supersedes_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_collective PRIMARY KEY (id), 
	CONSTRAINT uq_billing_collective_number UNIQUE (number), 
	CONSTRAINT fk_billing_collective_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_billing_collective_group_id FOREIGN KEY(group_id) REFERENCES contracts_payment_group (id), 
	CONSTRAINT fk_billing_collective_party_id FOREIGN KEY(party_id) REFERENCES parties_party (id), 
	CONSTRAINT uq_billing_collective_supersedes_id UNIQUE (supersedes_id), 
	CONSTRAINT fk_billing_collective_supersedes_id FOREIGN KEY(supersedes_id) REFERENCES billing_collective (id), 
	CONSTRAINT fk_billing_collective_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_collective_entry_id ON billing_collective (entry_id)
-- ;
CREATE INDEX ix_billing_collective_group_id ON billing_collective (group_id)
-- ;
CREATE UNIQUE INDEX uq_billing_collective_first ON billing_collective (group_id, period_start) WHERE supersedes_id IS NULL
-- ;
CREATE TABLE contracts_group_member (
	group_id UUID NOT NULL, 
	contract_account_id UUID NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	joined_by TEXT NOT NULL, 
	left_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_contracts_group_member PRIMARY KEY (id), 
	CONSTRAINT ck_contracts_group_member_validity CHECK (valid_to IS NULL OR valid_to >= valid_from), 
	CONSTRAINT fk_contracts_group_member_group_id FOREIGN KEY(group_id) REFERENCES contracts_payment_group (id), 
	CONSTRAINT fk_contracts_group_member_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_contracts_group_member_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_contracts_group_member_account ON contracts_group_member (contract_account_id)
-- ;
CREATE INDEX ix_contracts_group_member_entry_id ON contracts_group_member (entry_id)
-- ;
CREATE INDEX ix_contracts_group_member_group_id ON contracts_group_member (group_id)
-- ;
CREATE UNIQUE INDEX uq_contracts_group_member_now ON contracts_group_member (contract_account_id) WHERE valid_to IS NULL
-- ;
CREATE TABLE billing_collective_line (
	collective_id UUID NOT NULL, 
	position BIGINT NOT NULL, 
	bill_id UUID NOT NULL, 
	open BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_collective_line PRIMARY KEY (id), 
	CONSTRAINT uq_billing_collective_line_collective_id_position UNIQUE (collective_id, position), 
	CONSTRAINT uq_billing_collective_line_collective_id_bill_id UNIQUE (collective_id, bill_id), 
	CONSTRAINT fk_billing_collective_line_collective_id FOREIGN KEY(collective_id) REFERENCES billing_collective (id), 
	CONSTRAINT fk_billing_collective_line_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_billing_collective_line_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_collective_line_bill_id ON billing_collective_line (bill_id)
-- ;
CREATE INDEX ix_billing_collective_line_entry_id ON billing_collective_line (entry_id)
-- ;
CREATE TRIGGER billing_collective_no_update BEFORE UPDATE OF "number", "hall_id", "year", "running", "group_id", "party_id", "period_start", "period_end", "version", "issued_on", "due_on", "energy", "amount", "tax", "open", "missing", "reason", "supersedes_id", "id", "entry_id", "district_id", "hash" ON billing_collective
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_collective_no_delete BEFORE DELETE ON billing_collective
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_collective_no_truncate BEFORE TRUNCATE ON billing_collective
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_collective_line_no_update BEFORE UPDATE OF "collective_id", "position", "bill_id", "open", "id", "entry_id", "district_id", "hash" ON billing_collective_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_collective_line_no_delete BEFORE DELETE ON billing_collective_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_collective_line_no_truncate BEFORE TRUNCATE ON billing_collective_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
