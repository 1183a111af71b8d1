CREATE TABLE billing_instalment_plan (
	contract_account_id UUID NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	parts TEXT NOT NULL, 
	agreed_by TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_instalment_plan PRIMARY KEY (id), 
	CONSTRAINT uq_billing_instalment_plan_contract_account_id_valid_from UNIQUE (contract_account_id, valid_from), 
	CONSTRAINT ck_billing_instalment_plan_validity CHECK (valid_to IS NULL OR valid_to >= valid_from), 
	CONSTRAINT fk_billing_instalment_plan_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_instalment_plan_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_instalment_plan_entry_id ON billing_instalment_plan (entry_id)
-- ;
CREATE UNIQUE INDEX uq_billing_instalment_plan_now ON billing_instalment_plan (contract_account_id) WHERE valid_to IS NULL
-- ;
CREATE TABLE billing_instalment (
	number TEXT NOT NULL, 
	hall_id UUID NOT NULL, 
	year BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	plan_id UUID NOT NULL, 
	contract_account_id UUID NOT NULL, 
	posting_set_id UUID NOT NULL, 
	month DATE NOT NULL, 
	place BIGINT NOT NULL, 
	places BIGINT NOT NULL, 
	issued_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	basis TEXT NOT NULL, 
	replaces_id UUID, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_instalment PRIMARY KEY (id), 
	CONSTRAINT ck_billing_instalment_amount CHECK (amount > 0), 
	CONSTRAINT uq_billing_instalment_number UNIQUE (number), 
	CONSTRAINT fk_billing_instalment_hall_id FOREIGN KEY(hall_id) REFERENCES staff_hall (id), 
	CONSTRAINT fk_billing_instalment_plan_id FOREIGN KEY(plan_id) REFERENCES billing_instalment_plan (id), 
	CONSTRAINT fk_billing_instalment_contract_account_id FOREIGN KEY(contract_account_id) REFERENCES ledger_contract_account (id), 
	CONSTRAINT fk_billing_instalment_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT uq_billing_instalment_replaces_id UNIQUE (replaces_id), 
	CONSTRAINT fk_billing_instalment_replaces_id FOREIGN KEY(replaces_id) REFERENCES billing_instalment (id), 
	CONSTRAINT fk_billing_instalment_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_instalment_entry_id ON billing_instalment (entry_id)
-- ;
CREATE INDEX ix_billing_instalment_month ON billing_instalment (contract_account_id, month)
-- ;
CREATE UNIQUE INDEX uq_billing_instalment_first ON billing_instalment (contract_account_id, month, place) WHERE replaces_id IS NULL
-- ;
CREATE TABLE billing_instalment_deduction (
	bill_id UUID NOT NULL, 
	instalment_id UUID NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_instalment_deduction PRIMARY KEY (id), 
	CONSTRAINT uq_billing_instalment_deduction_bill_id_instalment_id UNIQUE (bill_id, instalment_id), 
	CONSTRAINT fk_billing_instalment_deduction_bill_id FOREIGN KEY(bill_id) REFERENCES billing_bill (id), 
	CONSTRAINT fk_billing_instalment_deduction_instalment_id FOREIGN KEY(instalment_id) REFERENCES billing_instalment (id), 
	CONSTRAINT fk_billing_instalment_deduction_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_instalment_deduction_entry_id ON billing_instalment_deduction (entry_id)
-- ;
CREATE INDEX ix_billing_instalment_deduction_instalment_id ON billing_instalment_deduction (instalment_id)
-- ;
CREATE TABLE billing_instalment_reversal (
	instalment_id UUID NOT NULL, 
	posting_set_id UUID NOT NULL, 
	reversed_on DATE NOT NULL, 
	reversed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id UUID NOT NULL, 
	entry_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_billing_instalment_reversal PRIMARY KEY (id), 
	CONSTRAINT uq_billing_instalment_reversal_instalment_id UNIQUE (instalment_id), 
	CONSTRAINT fk_billing_instalment_reversal_instalment_id FOREIGN KEY(instalment_id) REFERENCES billing_instalment (id), 
	CONSTRAINT fk_billing_instalment_reversal_posting_set_id FOREIGN KEY(posting_set_id) REFERENCES ledger_posting_set (id), 
	CONSTRAINT fk_billing_instalment_reversal_entry_id FOREIGN KEY(entry_id) REFERENCES journal_entry (id) DEFERRABLE INITIALLY DEFERRED
)
-- ;
CREATE INDEX ix_billing_instalment_reversal_entry_id ON billing_instalment_reversal (entry_id)
-- ;
CREATE TRIGGER billing_instalment_no_update BEFORE UPDATE OF "number", "hall_id", "year", "running", "plan_id", "contract_account_id", "posting_set_id", "month", "place", "places", "issued_on", "due_on", "amount", "basis", "replaces_id", "id", "entry_id", "district_id", "hash" ON billing_instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_no_delete BEFORE DELETE ON billing_instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_no_truncate BEFORE TRUNCATE ON billing_instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_deduction_no_update BEFORE UPDATE OF "bill_id", "instalment_id", "id", "entry_id", "district_id", "hash" ON billing_instalment_deduction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_deduction_no_delete BEFORE DELETE ON billing_instalment_deduction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_deduction_no_truncate BEFORE TRUNCATE ON billing_instalment_deduction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_reversal_no_update BEFORE UPDATE OF "instalment_id", "posting_set_id", "reversed_on", "reversed_by", "reason", "id", "entry_id", "district_id", "hash" ON billing_instalment_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_reversal_no_delete BEFORE DELETE ON billing_instalment_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
-- ;
CREATE TRIGGER billing_instalment_reversal_no_truncate BEFORE TRUNCATE ON billing_instalment_reversal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
